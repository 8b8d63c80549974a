"""What the screens say about the right doors; when they are offered: pii/doors.toml."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from ..pii.doors import doors, offered
from .note_words import NoteWords

DOOR_LABELS: dict[str, tuple[LazyString, LazyString]] = {
    "danger": (
        _l("Danger now"),
        _l("Is somebody in danger now? Call before anything else is written down."),
    ),
    "self_harm": (
        _l("Thoughts of suicide"),
        _l("Stay with the person. They can call or text this line, day or night."),
    ),
    "child": (
        _l("A child may be hurt"),
        _l(
            "Whoever works with children for the City must report this to Child Protective Services at "
            "once, "
            "and in writing within 48 hours. Do not question the child."
        ),
    ),
    "misconduct": (
        _l("Misconduct by an officer"),
        _l(
            "A complaint can be made to the Police Accountability Board, which is not part of the "
            "police, or to the Public Integrity Bureau. Show the way; do not take the complaint here."
        ),
    ),
}


@dataclass(frozen=True)
class DoorView:
    """A door beside a note; `shown` when somebody said that they showed it."""

    code: str
    name: str
    do: str
    call: str
    shown: bool


def door_name(code: str) -> str:
    known = DOOR_LABELS.get(code)
    door = doors().get(code)
    return str(known[0]) if known else (door.name if door else "") or code


def view_doors(words: NoteWords) -> tuple[DoorView, ...]:
    """The doors that a note should be shown, and those that were."""
    current = words.current
    found = offered(f"{current.body}\n{current.english or ''}")
    return tuple(
        DoorView(
            code,
            door_name(code),
            str(DOOR_LABELS[code][1]) if code in DOOR_LABELS else door.do,
            door.call,
            code in words.doors,
        )
        for code, door in doors().items()
        if code in found or code in words.doors
    )
