"""Forms of the staff page about a smaller survey."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

_WHOLE = _l("Write a whole number, or leave the box empty.")


class ReachForm(FlaskForm):  # type: ignore[misc]
    events = IntegerField(
        _l("Events in this period"), validators=[Optional(), NumberRange(0, 100_000, _WHOLE)]
    )
    people = IntegerField(
        _l("People who were there, or were asked"),
        validators=[Optional(), NumberRange(1, 10_000_000, _WHOLE)],
    )


class PublishForm(FlaskForm):  # type: ignore[misc]
    correction = TextAreaField(_l("What this correction corrects"), validators=[Length(max=500)])
