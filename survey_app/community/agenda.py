"""Prompts for the room, what makes it accessible, whom it reaches, and how a session is arranged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

#: The question that section 3.2 of the violence prevention plan promises to ask at every session.
PLAN_PROMPT = "plan_here"

PROMPTS: dict[str, LazyString] = {
    PLAN_PROMPT: _l("The City has a plan to prevent violence. How is it going where you live?"),
    "safe_where": _l("Where do you feel safe, and where not? At what time of day?"),
    "trust_whom": _l("Whom do you trust to help when something happens? Why?"),
    "police": _l("When police come, how do they treat people?"),
    "agencies": _l(
        "Do police, City agencies and community groups work together here? How do you notice?"
    ),
    "changed": _l("What is different from a year ago?"),
    "young_people": _l("What do young people here need?"),
    "promised": _l("What was promised last time? Did it happen?"),
    "first": _l("What should the City do first?"),
}
USUAL_AGENDA = (PLAN_PROMPT, "safe_where", "trust_whom", "changed", "first")

ACCESSIBILITY: dict[str, LazyString] = {
    "step_free": _l("No steps, accessible toilet"),
    "sign_language": _l("American Sign Language"),
    "captions": _l("Live captions"),
    "hearing_loop": _l("Hearing loop"),
    "large_print": _l("Large print"),
    "transit": _l("Bus or train stop nearby"),
    "childcare": _l("Someone looks after children"),
    "by_phone": _l("Take part by phone or video"),
}

#: People whom a survey of home addresses does not reach.
UNREACHED: dict[str, LazyString] = {
    "no_home": _l("People without a home"),
    "in_jail": _l("People in jail or detention"),
    "group_quarters": _l("People in dormitories or other group quarters"),
}


@dataclass(frozen=True)
class Arrangements:
    """How a session is arranged: codes, and names of organizations. `held_with`: of UNREACHED."""

    series_id: str | None = None
    hosts: Sequence[str] = ()
    partners: Sequence[str] = ()
    interpreters: Sequence[str] = ()
    accessibility: Sequence[str] = ()
    agenda: Sequence[str] = USUAL_AGENDA
    held_with: Sequence[str] = ()


def agenda_codes(chosen: Sequence[str]) -> list[str]:
    """Known prompts in the order of the list; the plan's own is always among them."""
    return [code for code in PROMPTS if code in chosen or code == PLAN_PROMPT]
