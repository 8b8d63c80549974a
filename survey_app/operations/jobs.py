"""Housekeeping, once a day."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from ..invitations.letter_files import purge_letters
from ..jobs import JobContext, daily_job
from .retention import is_held, purge_all


@daily_job("operations.purge", title=_l("Erase what is past its day"))
def purge(context: JobContext) -> dict[str, Any]:
    """Erase what the retention schedule says; done twice, nothing more is erased."""
    with context.database.transaction() as session:
        done = purge_all(session)
        letters_held = is_held(session, "letters")
    done["letters"] = purge_letters(current_app.extensions["config"], held=letters_held)
    return {"erased": done}
