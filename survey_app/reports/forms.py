"""Forms of the report desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from .commentary import LONGEST


class BuildForm(FlaskForm):  # type: ignore[misc]
    year = IntegerField(_l("Year"), [InputRequired(_l("Choose a year"))])
    correction = TextAreaField(
        _l("What does the new edition correct?"),
        [Length(max=1000, message=_l("Say it in at most 1,000 characters"))],
    )


class ReleaseForm(FlaskForm):  # type: ignore[misc]
    release_on = DateField(_l("Day of the report"), [InputRequired(_l("Choose a day"))])
    reason = StringField(
        _l("Why the day is another"), [Length(max=300, message=_l("Say it in at most 300 characters"))]
    )


class SignOffForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("Name"), [InputRequired(_l("Enter a name")), Length(max=120)])
    affiliation = StringField(
        _l("University or institute"), [InputRequired(_l("Enter where they work")), Length(max=200)]
    )
    statement = TextAreaField(
        _l("What they say of this edition"),
        [
            InputRequired(_l("Enter their words")),
            Length(max=1000, message=_l("Say it in at most 1,000 characters")),
        ],
    )


class ReaderForm(FlaskForm):  # type: ignore[misc]
    reader_name = StringField(_l("Name"), [InputRequired(_l("Enter a name")), Length(max=120)])
    organization = StringField(
        _l("Organization"), [InputRequired(_l("Enter an organization")), Length(max=200)]
    )


class CommentaryForm(FlaskForm):  # type: ignore[misc]
    text = TextAreaField(
        _l("What the analyst says"),
        [Length(max=LONGEST, message=_l("Say it in at most 3,000 characters"))],
    )
    reviewed = BooleanField(_l("A native reader has reviewed this translation"))
