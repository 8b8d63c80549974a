"""Forms of staff pages about community sessions."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from .agenda import ACCESSIBILITY, PROMPTS, UNREACHED
from .kinds import SESSION_KINDS, police_districts, spoken_languages


def _choices(labels: Mapping[str, str | LazyString]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class TickField(SelectMultipleField):  # type: ignore[misc]
    """Several choices, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class LinesField(TextAreaField):  # type: ignore[misc]
    """Several names, one a line."""

    def _value(self) -> str:
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = [line.strip() for line in text.splitlines() if line.strip()]


class SessionForm(FlaskForm):  # type: ignore[misc]
    """What is known of a session; the labels of districts and languages follow the page."""

    kind = SelectField(_l("Kind of session"), choices=_choices(SESSION_KINDS))
    held_on = DateField(_l("Date"), [InputRequired(_l("Enter the date, like 2026-05-12"))])
    place = StringField(
        _l("Place"),
        [InputRequired(_l("Enter the place")), Length(max=200, message=_l("Shorten the place"))],
        render_kw={"autocomplete": "off", "maxlength": "200"},
    )
    districts = TickField(_l("Police districts the session is about"))
    attendance = IntegerField(
        _l("People in the room"),
        [
            Optional(),
            NumberRange(0, 100_000, _l("Enter a whole number, or leave it empty")),
        ],
        render_kw={"inputmode": "numeric", "min": "0"},
    )
    languages = TickField(_l("Languages spoken"), [InputRequired(_l("Choose at least one language"))])
    youth = BooleanField(_l("A session for people under 18"))
    series_id = SelectField(_l("Part of a series"), render_kw={"translate": "no"})
    hosts = LinesField(_l("Who invites"), render_kw={"rows": "2", "maxlength": "1500"})
    partners = LinesField(_l("Partners"), render_kw={"rows": "2", "maxlength": "1500"})
    interpreters = TickField(_l("Interpreters for"))
    accessibility = TickField(_l("What is offered"), choices=_choices(ACCESSIBILITY))
    held_with = TickField(_l("Held with people the survey does not reach"), choices=_choices(UNREACHED))
    agenda = TickField(_l("Questions for the room"), choices=_choices(PROMPTS))

    def __init__(self, *, series: Mapping[str, str] | None = None, **known: object) -> None:
        super().__init__(**known)
        self.series_id.choices = _choices({"": _l("None"), **(series or {})})
        self.interpreters.choices = _choices(spoken_languages())
        self.districts.choices = _choices(police_districts())
        self.languages.choices = _choices(spoken_languages())
