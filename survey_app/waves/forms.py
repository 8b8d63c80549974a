"""Forms of the pages about waves."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, StringField

from questionnaires.load import available, every_available, load_instrument
from questionnaires.schema import CITY

from .titles import SERIES


class CreateWaveForm(FlaskForm):  # type: ignore[misc]
    questionnaire = SelectField(_l("Questionnaire"), choices=[])

    def offer(self) -> CreateWaveForm:
        """List the questionnaires that come with the program: the yearly ones, newest first."""
        yearly = available()
        others = [name for name in every_available() if name not in yearly]
        self.questionnaire.choices = [(name, _label(name)) for name in [*reversed(yearly), *others]]
        return self


def _label(name: str) -> str:
    instrument = load_instrument(name)
    title = str(SERIES[instrument.series])
    return f"{title} {instrument.year}" if instrument.series == CITY else title


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token: the page says what will happen, the button says yes."""


class HelpCheckForm(FlaskForm):  # type: ignore[misc]
    """That a help line was called and is right."""

    line = HiddenField()
    day = DateField(_l("Checked on"))
    how = StringField(_l("How it was checked"))
