"""Named errors of community sessions.

BadInputProblem
└── PersonalDataProblem    the text may lead to a person: mask it, or say why it may stay
"""

from __future__ import annotations

from flask_babel import gettext as _

from ..pii.rules import Finding
from ..problems import BadInputProblem


class PersonalDataProblem(BadInputProblem):
    """`findings` maps the field (`body` or `english`) to what was found in it."""

    def __init__(self, findings: dict[str, tuple[Finding, ...]]) -> None:
        super().__init__(
            _("This may lead to a person. It is not saved yet: mask it, or say why it can stay.")
        )
        self.findings = findings
