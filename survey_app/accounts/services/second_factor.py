"""The second factor: codes of an authenticator (TOTP, RFC 6238), and codes for when it is lost.

The secret lies in the database sealed under a key made from SECRET_KEY, so that a stolen backup is no
authenticator. When SECRET_KEY changes, recovery codes still work.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC

import pyotp
from flask_babel import gettext as _
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ...jobs import now
from ...problems import BadInputProblem
from ..audit import record
from ..models import FULL, RecoveryCode, StaffAccount, StaffSession
from .passwords import count_failure, forget_failures, hash_token, refuse_guessing
from .sessions import Lifetime, SignedIn, open_session

RECOVERY_CODES = 10
_STEP = 30
#: Steps before and after the present one that are taken: clocks differ.
_AROUND = (0, -1, 1)
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def _box(secret_key: str) -> SecretBox:
    return SecretBox(
        hashlib.blake2b(secret_key.encode(), digest_size=32, person=b"second-factor").digest()
    )


def seal_secret(secret: str, secret_key: str) -> bytes:
    return bytes(_box(secret_key).encrypt(secret.encode()))


def open_secret(sealed: bytes, secret_key: str) -> str | None:
    """The secret; None when it was sealed under another SECRET_KEY."""
    try:
        return _box(secret_key).decrypt(sealed).decode()
    except CryptoError:
        return None


def set_up(
    session: Session,
    account: StaffAccount,
    *,
    secret: str,
    code: str,
    secret_key: str,
    lifetime: Lifetime | None = None,
) -> tuple[SignedIn, tuple[str, ...]]:
    """Take on an authenticator that just showed `code`; a full session and the recovery codes, which
    are told this once. Other sessions of the account end. Raises BadInputProblem."""
    step = _step_of(secret, code, after=None)
    if step is None:
        raise BadInputProblem(_("This code does not fit. Wait for the next one and type it."))
    account.totp_sealed, account.totp_step = seal_secret(secret, secret_key), step
    session.execute(delete(StaffSession).where(StaffSession.account_id == account.id))
    codes = _fresh_codes(session, account)
    record(session, actor=account, action="account.second_factor", subject=account.sign_in_name)
    return open_session(session, account, FULL, lifetime), codes


def give_code(
    session: Session,
    account: StaffAccount,
    *,
    token: str,
    code: str,
    secret_key: str,
    lifetime: Lifetime | None = None,
) -> SignedIn | None:
    """The second step of signing in, with a code of the authenticator or a recovery code; None when
    it does not fit. The caller commits in both cases. Raises TooManyProblem."""
    if not check_code(session, account, code, secret_key=secret_key):
        return None
    session.execute(delete(StaffSession).where(StaffSession.token_hash == hash_token(token)))
    record(session, actor=account, action="account.sign_in", subject=account.sign_in_name)
    return open_session(session, account, FULL, lifetime)


def check_code(session: Session, account: StaffAccount, code: str, *, secret_key: str) -> bool:
    """Whether the code fits, now and for the first time; failures are counted and slowed down."""
    name_hash = refuse_guessing(session, f"code {account.id}")
    # The row is held, so that one code sent twice at the same moment counts once.
    account = session.scalars(
        select(StaffAccount).where(StaffAccount.id == account.id).with_for_update()
    ).one()
    typed = "".join(code.lower().split()).replace("-", "")
    if not (_is_of_authenticator(account, typed, secret_key) or _use_up(session, account, typed)):
        count_failure(session, name_hash)
        return False
    forget_failures(session, name_hash)
    return True


def _is_of_authenticator(account: StaffAccount, code: str, secret_key: str) -> bool:
    secret = open_secret(account.totp_sealed, secret_key) if account.totp_sealed else None
    if secret is None:
        return False
    # The demonstration shows its codes to everybody: there a code may be used by several.
    step = _step_of(secret, code, after=None if account.demo else account.totp_step)
    if step is not None:
        account.totp_step = step
    return step is not None


def _step_of(secret: str, code: str, *, after: int | None) -> int | None:
    """The step around now whose code this is, later than `after`."""
    present = int(now().replace(tzinfo=UTC).timestamp()) // _STEP
    totp = pyotp.TOTP(secret)
    for step in (present + away for away in _AROUND):
        if hmac.compare_digest(totp.at(step * _STEP).encode(), code.encode()) and (
            after is None or step > after
        ):
            return step
    return None


def _use_up(session: Session, account: StaffAccount, code: str) -> bool:
    used = session.execute(
        delete(RecoveryCode).where(
            RecoveryCode.account_id == account.id, RecoveryCode.code_hash == hash_token(code)
        )
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        return False
    record(session, actor=account, action="account.recovery_code", subject=account.sign_in_name)
    return True


def new_recovery_codes(
    session: Session, account: StaffAccount, *, code: str, secret_key: str
) -> tuple[str, ...] | None:
    """Fresh recovery codes in place of the old; None when `code` does not fit."""
    if not check_code(session, account, code, secret_key=secret_key):
        return None
    record(session, actor=account, action="account.recovery_codes", subject=account.sign_in_name)
    return _fresh_codes(session, account)


def _fresh_codes(session: Session, account: StaffAccount) -> tuple[str, ...]:
    """Ten codes of ten signs, 49 bits each: too many to guess at eight tries in 15 minutes."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = ["".join(secrets.choice(_SIGNS) for _sign in range(10)) for _code in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=hash_token(code), account_id=account.id) for code in codes)
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def count_recovery_codes(session: Session, account: StaffAccount) -> int:
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account.id)
    return session.scalar(query) or 0
