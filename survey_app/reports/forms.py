"""Forms of the report desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length


class BuildForm(FlaskForm):  # type: ignore[misc]
    year = IntegerField(_l("Year"), [InputRequired(_l("Choose a year"))])
    correction = TextAreaField(
        _l("What does the new edition correct?"),
        [Length(max=1000, message=_l("Say it in at most 1,000 characters"))],
    )
