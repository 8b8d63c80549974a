"""The doors to the one engine: which survey is answered through each, in which mode, in which frame.

The resident's page (`routes.py`) is the first door. Every other door has the same views under its own
address and name; views speak of each other relatively (`url_for(".page")`), so that nobody leaves the
door they came in by.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Flask, g, request

from ..security import csrf

#: What it takes to answer and send, without going away and coming back.
ANSWERING = frozenset(
    {
        "start",
        "begin",
        "resume",
        "page",
        "send_page",
        "review",
        "send",
        "thank_you",
        "code_used",
        "not_eligible",
    }
)


@dataclass(frozen=True, slots=True)
class Door:
    """One way in. `series`: the waves answered through it; `mode`: what is stored as the mode.

    `templates`: the folder of its pages. `views`: those of the resident's page that it has; None for
    all of them. `for_staff`: a member of the staff holds the device, so forms carry their token.
    `by_invitation`: nobody begins without a code. `leads_away`: leaving at once shows a page of
    somebody else; on a device that is not the resident's own it shows the first page again.
    """

    name: str
    series: str
    path: str
    mode: str = "web"
    templates: str = "survey"
    views: frozenset[str] | None = None
    for_staff: bool = False
    by_invitation: bool = False
    leads_away: bool = True

    def has(self, view: str) -> bool:
        """Whether this view is behind the door."""
        return self.views is None or view in self.views

    @property
    def takes_codes(self) -> bool:
        """Whether the front page asks for a code: of a letter, or of an invitation."""
        return self.by_invitation or self.series == "city"

    @property
    def keeps_on_phone(self) -> bool:
        """Whether it is the resident's own phone, and all pages are there to finish without signal."""
        own = self.mode == "web" and self.views is None and not self.for_staff
        return own and not self.by_invitation  # a code is looked up before anything is asked


RESIDENT = Door("survey", "city", "survey")
PULSE = Door("pulse", "pulse", "pulse")
PARTNERS = Door("partners", "partners", "partners", by_invitation=True)
#: Which series a kiosk asks is settled on the device: see `survey_app/kiosk`.
KIOSK = Door("kiosk", "city", "kiosk", "kiosk", "kiosk", ANSWERING, leads_away=False)
INTERVIEW = Door(
    "interview",
    "city",
    "staff/interview",
    "interviewer",
    "interview",
    ANSWERING,
    for_staff=True,
    leads_away=False,
)
DOORS: dict[str, Door] = {door.name: door for door in (RESIDENT, PULSE, PARTNERS, KIOSK, INTERVIEW)}


def current_door() -> Door:
    """The door of this request."""
    door = DOORS.get(request.blueprint or "", RESIDENT)
    return replace(door, series=g.door_series) if "door_series" in g else door


def init_app(app: Flask) -> None:
    """Open every other door beside the resident's page, which must be registered by then."""
    for door in DOORS.values():
        if door is not RESIDENT:
            app.register_blueprint(_behind(app, door))


def _behind(app: Flask, door: Door) -> Blueprint:
    blueprint = Blueprint(door.name, __name__, url_prefix=f"/<lang>/{door.path}")
    front = f"/<lang>/{RESIDENT.path}"
    for rule in app.url_map.iter_rules():
        owner, _dot, view = rule.endpoint.partition(".")
        if owner != RESIDENT.name or not door.has(view):
            continue
        blueprint.add_url_rule(
            rule.rule.removeprefix(front),
            endpoint=view,
            view_func=app.view_functions[rule.endpoint],
            methods=sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
        )
    if not door.for_staff:
        csrf.exempt(blueprint)  # as on the resident's page: the Origin check stands in for the token
    return blueprint
