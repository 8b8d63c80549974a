"""Accounts: made, changed, listed."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ...jobs import now
from ...problems import BadInputProblem, ConflictProblem, NotFoundProblem
from ..audit import record
from ..models import StaffAccount, StaffSession
from ..permissions import ADMINISTRATOR, ROLES
from .passwords import hash_password


def create_account(
    session: Session,
    *,
    sign_in_name: str,
    display_name: str,
    role: str,
    password: str | None = None,
    demo: bool = False,
    actor: StaffAccount | None = None,
) -> StaffAccount:
    """A new account; without `password` nobody can sign in until an invitation was accepted.

    Raises BadInputProblem or ConflictProblem with what to do.
    """
    name = sign_in_name.strip().lower()
    if not name or role not in ROLES:
        raise BadInputProblem(_("Give a sign-in name and one of the roles."))
    if session.scalar(select(StaffAccount.id).where(StaffAccount.sign_in_name == name)):
        raise ConflictProblem(_("This sign-in name is taken. Choose another."))
    account = StaffAccount(
        id=str(uuid.uuid4()),
        sign_in_name=name,
        display_name=display_name.strip() or name,
        role=role,
        password_hash="" if password is None else hash_password(password),
        active=True,
        demo=demo,
        created_on=now().date(),
    )
    session.add(account)
    session.flush()
    record(session, actor=actor, action="account.create", subject=name, detail={"role": role})
    return account


def find_account(session: Session, account_id: str) -> StaffAccount:
    account = session.get(StaffAccount, account_id)
    if account is None:
        raise NotFoundProblem(_("This account is not here any more."))
    return account


def find_by_name(session: Session, sign_in_name: str) -> StaffAccount:
    """The account with this sign-in name; raises NotFoundProblem."""
    name = sign_in_name.strip().lower()
    account = session.scalars(select(StaffAccount).where(StaffAccount.sign_in_name == name)).first()
    if account is None:
        raise NotFoundProblem(_("This account is not here any more."))
    return account


def change_account(
    session: Session, account_id: str, *, role: str, active: bool, actor: StaffAccount
) -> StaffAccount:
    """Change role or switch off; the last active administrator stays. Ends open sessions."""
    account = find_account(session, account_id)
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
