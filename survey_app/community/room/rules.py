"""The published rules of the wall, and what the reasons of a rejection are called.

They ask what a comment does to a person, never what it holds about the police, the City or the plan.
"""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

REASON_LABELS: dict[str, LazyString] = {
    "person": _l("It leads to a person: a name, a number, an address"),
    "threat": _l("It threatens someone or calls for violence"),
    "insult": _l("It insults people for who they are"),
    "advert": _l("It is advertising, or cannot be read"),
    "repeat": _l("The same was sent before, word for word"),
}

RULES: tuple[LazyString, ...] = (
    _l(
        "Praise and complaint are shown alike, be it the police, the City, the plan or "
        "anyone in office."
    ),
    _l("A moderator may leave a comment off the wall only for a reason on this list."),
    _l("What is left off the wall is still read, coded and counted like everything else."),
    _l("How many were left off, and for which reason, stands on the wall."),
)
#: Those that stand by themselves on the wall, without the list of reasons.
ON_THE_WALL = (RULES[0], RULES[2], RULES[3])
