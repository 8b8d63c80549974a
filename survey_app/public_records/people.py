"""Whose name is given: that of the City's employees, who act in public; of others the role."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import AuditEntry, StaffAccount
from ..accounts.permissions import INTERVIEWER, PARTNER

#: They need not be employees of the City.
NOT_EMPLOYEES = frozenset({INTERVIEWER, PARTNER})


class People:
    """Accounts by id and by sign-in name. No sign-in name leaves this object."""

    def __init__(self, session: Session) -> None:
        found = list(session.scalars(select(StaffAccount)))
        self._by_id = {one.id: one for one in found}
        self._by_name = {one.sign_in_name: one for one in found}

    def is_outsider(self, account_id: str | None) -> bool:
        account = self._by_id.get(account_id or "")
        return account is not None and account.role in NOT_EMPLOYEES

    def name(self, account_id: str | None) -> str:
        """Empty for who is no employee, for the program, and where an account has no own name."""
        account = self._by_id.get(account_id or "")
        return _name(account) if account is not None else ""

    def name_or_role(self, account_id: str | None) -> str:
        account = self._by_id.get(account_id or "")
        return (_name(account) or account.role) if account is not None else ""

    def subject(self, entry: AuditEntry) -> str:
        """What an entry is about; a sign-in name in an entry on an account gives way to a name."""
        if not entry.action.startswith("account."):
            return entry.subject
        account = self._by_name.get(entry.subject)
        return (_name(account) or account.role) if account is not None else "account"


def _name(account: StaffAccount) -> str:
    named = account.display_name.strip().lower() != account.sign_in_name.strip().lower()
    return account.display_name if named and account.role not in NOT_EMPLOYEES else ""
