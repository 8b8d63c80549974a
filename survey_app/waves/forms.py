"""Forms of the pages about waves."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from questionnaires.load import available, load_instrument


class CreateWaveForm(FlaskForm):  # type: ignore[misc]
    questionnaire = SelectField(_l("Questionnaire"), choices=[])

    def offer(self) -> CreateWaveForm:
        """List the questionnaires that come with the program, newest first."""
        self.questionnaire.choices = [
            (name, load_instrument(name).title) for name in reversed(available())
        ]
        return self


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token: the page says what will happen, the button says yes."""
