"""Forms about agreements."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from .models import LONGEST_PURPOSE


class AgreementForm(FlaskForm):  # type: ignore[misc]
    wave = SelectField(_l("Survey"))
    institution = StringField(
        _l("University or institute"), [InputRequired(_l("Enter where they work")), Length(max=200)]
    )
    purpose = TextAreaField(
        _l("What the answers are used for"),
        [InputRequired(_l("Say what for")), Length(max=LONGEST_PURPOSE)],
    )
    expires_on = DateField(_l("Last day of the agreement"), [InputRequired(_l("Choose a day"))])
