"""Writes about staff."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ..jobs import now
from ..problems import BadInputProblem, ConflictProblem, NotFoundProblem, TooManyProblem
from .audit import record
from .models import SignInAttempt, StaffAccount, StaffSession
from .permissions import ADMINISTRATOR, ROLES

# 19 MiB and two passes: OWASP's floor for argon2id; four sign-ins at once stay under 80 MiB.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("no such account")  # so that an unknown name takes as long as a wrong word

SESSION_LIFE = timedelta(hours=12)
MOST_FAILURES, FAILURE_WINDOW = 8, timedelta(minutes=15)
SHORTEST_PASSWORD = 12


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def create_account(
    session: Session,
    *,
    sign_in_name: str,
    display_name: str,
    role: str,
    password: str,
    demo: bool = False,
    actor: StaffAccount | None = None,
) -> StaffAccount:
    """A new account. Raises BadInputProblem or ConflictProblem with what to do."""
    name = sign_in_name.strip().lower()
    if not name or role not in ROLES:
        raise BadInputProblem(_("Give a sign-in name and one of the roles."))
    if len(password) < SHORTEST_PASSWORD:
        raise BadInputProblem(
            _("Choose a password of at least %(count)s characters.", count=SHORTEST_PASSWORD)
        )
    if session.scalar(select(StaffAccount.id).where(StaffAccount.sign_in_name == name)):
        raise ConflictProblem(_("This sign-in name is taken. Choose another."))
    account = StaffAccount(
        id=str(uuid.uuid4()),
        sign_in_name=name,
        display_name=display_name.strip() or name,
        role=role,
        password_hash=_hasher.hash(password),
        active=True,
        demo=demo,
        created_on=now().date(),
    )
    session.add(account)
    session.flush()
    record(session, actor=actor, action="account.create", subject=name, detail={"role": role})
    return account


def sign_in(session: Session, *, sign_in_name: str, password: str) -> str | None:
    """A fresh session token, or None when name and password do not fit.

    The caller commits in both cases: the failure is counted. Raises TooManyProblem.
    """
    name = sign_in_name.strip().lower()
    name_hash = _hash(name)
    since = now() - FAILURE_WINDOW
    failures = session.scalar(
        select(func.count())
        .select_from(SignInAttempt)
        .where(SignInAttempt.name_hash == name_hash, SignInAttempt.at > since)
    )
    if (failures or 0) >= MOST_FAILURES:
        raise TooManyProblem(_("Too many wrong tries for this name. Wait 15 minutes."))
    account = session.scalars(
        select(StaffAccount).where(StaffAccount.sign_in_name == name, StaffAccount.active)
    ).first()
    if not _matches(account.password_hash if account else _NOBODY, password) or account is None:
        session.add(SignInAttempt(name_hash=name_hash, at=now()))
        return None
    session.execute(delete(SignInAttempt).where(SignInAttempt.name_hash == name_hash))
    session.execute(delete(StaffSession).where(StaffSession.expires_at < now()))
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(token_hash=_hash(token), account_id=account.id, expires_at=now() + SESSION_LIFE)
    )
    record(session, actor=account, action="account.sign_in", subject=account.sign_in_name)
    return token


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def sign_out(session: Session, *, token: str) -> None:
    session.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))


def find_signed_in(session: Session, *, token: str) -> StaffAccount | None:
    """The active account behind a cookie, None when the session ended."""
    found = session.scalars(
        select(StaffAccount)
        .join(StaffSession, StaffSession.account_id == StaffAccount.id)
        .where(
            StaffSession.token_hash == _hash(token),
            StaffSession.expires_at > now(),
            StaffAccount.active,
        )
    )
    return found.first()


def change_account(
    session: Session, account_id: str, *, role: str, active: bool, actor: StaffAccount
) -> StaffAccount:
    """Change role or switch off; the last active administrator stays. Ends open sessions."""
    account = session.get(StaffAccount, account_id)
    if account is None:
        raise NotFoundProblem(_("This account is not here any more."))
    if role not in ROLES:
        raise BadInputProblem(_("Choose one of the roles."))
    loses_admin = account.role == ADMINISTRATOR and (role != ADMINISTRATOR or not active)
    if loses_admin and _count_administrators(session) < 2:
        raise ConflictProblem(_("This is the last administrator. Name another one first."))
    account.role, account.active = role, active
    session.execute(delete(StaffSession).where(StaffSession.account_id == account.id))
    record(
        session,
        actor=actor,
        action="account.change",
        subject=account.sign_in_name,
        detail={"role": role, "active": active},
    )
    return account


def _count_administrators(session: Session) -> int:
    query = (
        select(func.count())
        .select_from(StaffAccount)
        .where(StaffAccount.role == ADMINISTRATOR, StaffAccount.active)
    )
    return session.scalar(query) or 0


def list_accounts(session: Session) -> list[StaffAccount]:
    return list(session.scalars(select(StaffAccount).order_by(StaffAccount.sign_in_name)))
