"""Forms about drawn addresses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DecimalField, IntegerField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ..i18n import offered
from .views import DISPOSITION_NAMES


class LanguagesField(SelectMultipleField):  # type: ignore[misc]
    """Several languages, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SampleForm(FlaskForm):  # type: ignore[misc]
    file = FileField(_l("Sample file (CSV)"), [FileRequired(_l("Choose a file"))])
    expected_percent = IntegerField(
        _l("Of 100 addresses, how many will answer?"),
        [
            InputRequired(_l("Write a whole number")),
            NumberRange(1, 100, _l("Write a number from 1 to 100")),
        ],
        default=15,
    )
    languages = LanguagesField(_l("Languages of every letter"), choices=[])
    incentive = IntegerField(
        _l("Gift card in dollars, or empty for none"),
        [Optional(), NumberRange(1, 1000, _l("Write a number from 1 to 1000"))],
    )

    def offer(self) -> SampleForm:
        self.languages.choices = [(one.code, one.own_name) for one in offered().values()]
        if not self.languages.data:
            self.languages.data = ["en", "es"]
        return self


class LettersForm(FlaskForm):  # type: ignore[misc]
    batch = SelectField(_l("Mailing"), choices=[])
    reminder = BooleanField(_l("Reminder: only codes that were not used"))

    def offer(self, batches: list[str]) -> LettersForm:
        self.batch.choices = [
            SelectChoice("", _l("All mailings")),
            *(SelectChoice(b, b) for b in batches),
        ]
        return self


class OutcomeForm(FlaskForm):  # type: ignore[misc]
    letter = IntegerField(
        _l("Number of the letter"), [InputRequired(_l("Write a whole number")), NumberRange(1)]
    )
    disposition = SelectField(
        _l("Final disposition"),
        choices=[
            SelectChoice("", _l("Nothing known yet")),
            *(SelectChoice(code, name) for code, name in DISPOSITION_NAMES.items()),
        ],
    )


class OutcomeFileForm(FlaskForm):  # type: ignore[misc]
    file = FileField(_l("Outcome file (CSV)"), [FileRequired(_l("Choose a file"))])


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token."""


class PlanForm(FlaskForm):  # type: ignore[misc]
    """Sent by GET: it changes nothing, and its address can be passed on."""

    class Meta:
        csrf = False

    responses = IntegerField(
        _l("Answers"),
        [InputRequired(_l("Write a whole number")), NumberRange(20, 1_000_000)],
        default=1500,
    )
    expected_percent = DecimalField(
        _l("Of 100 addresses, how many will answer?"),
        [InputRequired(_l("Write a number")), NumberRange(0.1, 100)],
        default=15,
        places=None,
    )
    cv = DecimalField(
        _l("Spread of the final weights (standard deviation over mean)"),
        [InputRequired(_l("Write a number")), NumberRange(0, 5)],
        default=0.85,
        places=None,
    )
    per_psu = DecimalField(
        _l("Answers in one PSU (1: no clusters)"),
        [InputRequired(_l("Write a number")), NumberRange(1, 1000)],
        default=1,
        places=None,
    )
    icc = DecimalField(
        _l("How alike answers in one PSU are (0 to 1)"),
        [InputRequired(_l("Write a number")), NumberRange(0, 1)],
        default=0.03,
        places=None,
    )
    groups = IntegerField(
        _l("Areas of like size (police districts: 9)"),
        [InputRequired(_l("Write a whole number")), NumberRange(1, 100)],
        default=9,
    )
