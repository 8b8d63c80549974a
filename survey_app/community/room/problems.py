"""Named errors of the room.

BadInputProblem
└── LeadsToPersonProblem    a resident's comment may lead to a person: change it, or have it hidden
"""

from __future__ import annotations

from flask_babel import gettext as _

from ...pii.rules import Finding
from ...problems import BadInputProblem


class LeadsToPersonProblem(BadInputProblem):
    """`findings`: where in the comment, from left to right."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(_("This may lead to a person. It is not sent yet."))
        self.findings = findings
