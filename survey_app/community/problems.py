"""Named errors of community sessions.

ConflictProblem
├── NoteChangedProblem     somebody changed the note since it was seen: look again
└── NotSettledProblem      notes wait for somebody before the session can be finalised
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from ..problems import ConflictProblem


class NoteChangedProblem(ConflictProblem):
    def __init__(self) -> None:
        super().__init__(_("Somebody changed this note meanwhile. Look at it, then try again."))


class NotSettledProblem(ConflictProblem):
    """`to_check` notes may lead to a person, in `disputed` two wordings compete."""

    def __init__(self, *, to_check: int, disputed: int) -> None:
        said = []
        if to_check:
            said.append(
                ngettext(
                    "%(num)s note may lead to a person: mask it, or say why it can stay.",
                    "%(num)s notes may lead to a person: mask them, or say why they can stay.",
                    to_check,
                )
            )
        if disputed:
            said.append(
                ngettext(
                    "%(num)s note has two wordings: choose one, or keep both.",
                    "%(num)s notes have two wordings: choose one, or keep both.",
                    disputed,
                )
            )
        super().__init__(" ".join(said))
        self.to_check = to_check
        self.disputed = disputed
