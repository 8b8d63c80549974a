"""Invitations: a link, once, for a while. Nobody ever chooses a password for somebody else."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ...jobs import now
from ...problems import NotFoundProblem
from ..audit import record
from ..models import RecoveryCode, StaffAccount, StaffInvitation, StaffSession
from .accounts import find_account
from .passwords import hash_password, hash_token

INVITATION_LIFE = timedelta(hours=72)


def invite(session: Session, account_id: str, *, actor: StaffAccount | None = None) -> str:
    """A token for a fresh link; earlier links of this account stop working."""
    account = find_account(session, account_id)
    session.execute(delete(StaffInvitation).where(StaffInvitation.account_id == account.id))
    token = secrets.token_urlsafe(32)
    session.add(
        StaffInvitation(
            token_hash=hash_token(token),
            account_id=account.id,
            expires_at=now() + INVITATION_LIFE,
        )
    )
    record(session, actor=actor, action="account.invite", subject=account.sign_in_name)
    return token


def find_invitation(session: Session, token: str, *, for_update: bool = False) -> StaffAccount:
    """The account that is invited; raises NotFoundProblem when the link was used or is too old."""
    query = (
        select(StaffAccount)
        .join(StaffInvitation, StaffInvitation.account_id == StaffAccount.id)
        .where(
            StaffInvitation.token_hash == hash_token(token),
            StaffInvitation.expires_at > now(),
            StaffAccount.active,
        )
    )
    found = session.scalars(query.with_for_update() if for_update else query).first()
    if found is None:
        raise NotFoundProblem(_("This link was used already or is too old. Ask for a new one."))
    return found


def accept_invitation(session: Session, token: str, *, password: str) -> StaffAccount:
    """The invited person's own password. The link is used up, open sessions end, and a second factor
    set up before is taken off: who lost both begins anew. Raises NotFoundProblem, BadInputProblem."""
    account = find_invitation(session, token, for_update=True)
    account.password_hash = hash_password(password)
    account.totp_sealed = account.totp_step = None
    for table in (StaffInvitation, StaffSession, RecoveryCode):
        session.execute(delete(table).where(table.account_id == account.id))
    record(session, actor=account, action="account.accept", subject=account.sign_in_name)
    return account
