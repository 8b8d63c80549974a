"""Writes about staff. Callers elsewhere use these names."""

from .accounts import change_account, create_account, find_by_name, list_accounts
from .invitations import accept_invitation, find_invitation, invite
from .second_factor import (
    count_recovery_codes,
    give_code,
    new_recovery_codes,
    seal_secret,
    set_up,
)
from .sessions import (
    Lifetime,
    SignedIn,
    count_sessions,
    find_signed_in,
    keep_alive,
    sign_in,
    sign_out,
    sign_out_everywhere,
)

__all__ = [
    "Lifetime",
    "SignedIn",
    "accept_invitation",
    "change_account",
    "count_recovery_codes",
    "count_sessions",
    "create_account",
    "find_by_name",
    "find_invitation",
    "find_signed_in",
    "give_code",
    "invite",
    "keep_alive",
    "list_accounts",
    "new_recovery_codes",
    "seal_secret",
    "set_up",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
]
