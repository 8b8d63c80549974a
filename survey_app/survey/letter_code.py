"""The code from a letter: read on the front page, kept inside the locked draft, spent at sending."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..config import Config
from ..invitations.codes import read_code
from ..invitations.keys import load_keys
from ..invitations.queries import CodeState, find_code
from ..invitations.services.spending import Invited, spend_code


def check_typed(session: Session, wave_id: str, typed: str) -> tuple[str, str | None]:
    """The code without blanks and hyphens ('' for none), and what is wrong with it, if anything."""
    if not typed:
        return "", None
    code = read_code(typed)
    if code is None:
        return "", _(
            "Check the code: it has nine letters and digits, as on the letter. "
            "Or leave the box empty to go on without a code."
        )
    state = find_code(session, wave_id=wave_id, code=code, finding_key=_finding_key())
    if state is CodeState.UNKNOWN:
        return "", _(
            "We do not know this code. Check it with the letter, "
            "or leave the box empty to go on without a code."
        )
    if state is CodeState.USED:
        return "", _(
            "This code was used before, and each code counts once. "
            "Leave the box empty to go on without a code."
        )
    return code, None


def spend(session: Session, wave_id: str, code: str) -> Invited | None:
    """Spend the code of a draft; None without a code, or when somebody else has used it since."""
    if not code:
        return None
    return spend_code(session, wave_id=wave_id, code=code, finding_key=_finding_key())


def _finding_key() -> bytes:
    config: Config = current_app.extensions["config"]
    return load_keys(config).finding
