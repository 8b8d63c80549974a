"""The form of a series."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from ..kinds import SESSION_KINDS
from .services import RHYTHMS
from .views import rhythm_label


def _months(text: str | None) -> int | None:
    return int(text) if text and text != "None" else None


class SeriesForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        _l("Name of the series"),
        [InputRequired(_l("Give the series a name")), Length(max=120)],
        render_kw={"autocomplete": "off", "maxlength": "120"},
    )
    kind = SelectField(
        _l("Kind of session"), choices=[SelectChoice(*one) for one in SESSION_KINDS.items()]
    )
    months = SelectField(_l("How often one is owed"), coerce=_months)
    starts_on = DateField(
        _l("First day of the first period"), [InputRequired(_l("Enter the date, like 2026-05-12"))]
    )
    ends_on = DateField(_l("Last day, when it ended"), [Optional()])
    source = StringField(
        _l("Where the duty is written down"), [Length(max=300)], render_kw={"maxlength": "300"}
    )

    def __init__(self, **known: object) -> None:
        super().__init__(**known)
        self.months.choices = [
            SelectChoice("" if months is None else months, rhythm_label(months))
            for months in (None, *RHYTHMS)
        ]
