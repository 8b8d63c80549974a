"""What a note-taker sets beside the words with one key: the question it answers, and who spoke.

Who spoke is coarse on purpose: a group of which one person may have been in the room would name them.
"""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from .agenda import USUAL_AGENDA
from .models import CommunitySession

#: Short names of the questions a session can ask (agenda.py has them in full), in their order.
PROMPT_LABELS: dict[str, LazyString] = {
    "plan_here": _l("The City’s plan"),
    "safe_where": _l("Where it is safe"),
    "trust_whom": _l("Trust"),
    "police": _l("Police"),
    "agencies": _l("Working together"),
    "changed": _l("What changed"),
    "young_people": _l("Young people"),
    "promised": _l("Promises"),
    "first": _l("What comes first"),
}

SPEAKER_GROUPS: dict[str, LazyString] = {
    "resident": _l("Resident"),
    "young_person": _l("Young person"),
    "organization": _l("Community group"),
    "business": _l("Business or work"),
    "official": _l("City or police"),
}


def prompt_codes(meeting: CommunitySession) -> tuple[str, ...]:
    """The questions of this session, in the order in which they are numbered on the screen."""
    chosen = meeting.agenda or USUAL_AGENDA
    return tuple(code for code in PROMPT_LABELS if code in chosen)


def prompt_label(code: str) -> str:
    return str(PROMPT_LABELS.get(code, code))


def group_label(code: str) -> str:
    return str(SPEAKER_GROUPS.get(code, code))
