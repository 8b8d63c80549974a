"""Forms about commitments."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from analysis.themes.codebook import load_codebook

from ..theme_labels import theme_label
from .models import LONGEST_PROMISE
from .views import STATE_LABELS

#: Offered while typing; any other name can be typed as well.
AGENCIES = (
    "MONSE",
    "Baltimore Police Department",
    "Department of Public Works",
    "Department of Transportation",
    "Department of Recreation and Parks",
    "Department of Housing and Community Development",
    "Baltimore City Health Department",
    "Mayor's Office",
    "Mayor's Office of Homeless Services",
    "Baltimore City Public Schools",
    "State's Attorney's Office",
)


class CommitmentForm(FlaskForm):  # type: ignore[misc]
    owner = StringField(
        _l("Agency that answers for it"),
        [InputRequired(_l("Name the agency that answers for it.")), Length(max=120)],
        render_kw={"list": "agencies", "autocomplete": "off", "maxlength": "120"},
    )
    due_on = DateField(_l("Until when"), [InputRequired(_l("Enter the date, like 2026-05-12"))])
    session_id = SelectField(
        _l("Made at the session"), validate_choice=False, render_kw={"translate": "no"}
    )
    theme = SelectField(_l("Because of the theme"))

    def __init__(self, *, sessions: dict[str, str], **known: object) -> None:
        super().__init__(**known)
        none = SelectChoice("", _l("None"))
        self.session_id.choices = [none, *(SelectChoice(*one) for one in sessions.items())]
        self.theme.choices = [
            none,
            *(SelectChoice(code, theme_label(code)) for code in load_codebook().codes),
        ]


class StepForm(FlaskForm):  # type: ignore[misc]
    state = SelectField(
        _l("What became of it"),
        choices=[SelectChoice(*one) for one in STATE_LABELS.items()],
    )
    happened_on = DateField(_l("Day"), [Optional()])
    note = TextAreaField(
        _l("Note for the public"),
        [Length(max=LONGEST_PROMISE)],
        render_kw={"rows": "3", "maxlength": str(LONGEST_PROMISE)},
    )
