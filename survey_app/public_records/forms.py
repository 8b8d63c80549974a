"""The form in which a request for public records is written down."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from .models import LONGEST_NAME, LONGEST_NUMBER, LONGEST_WORDS

#: What the page calls the sections of rules.toml.
KIND_NAMES = {
    "audit": _l("Audit log"),
    "sessions": _l("Community sessions and their summaries"),
    "comments": _l("Masked comments of finalised sessions"),
    "commitments": _l("Commitments with their history"),
    "remarks": _l("Remarks on drafts, with answers"),
    "waves": _l("Waves and their wording"),
    "outcomes": _l("What became of drawn addresses, as counts"),
    "outreach": _l("Counts of answers, in tens"),
    "editions": _l("Published reports and agreements"),
}


class RequestForm(FlaskForm):  # type: ignore[misc]
    number = StringField(
        _l("Number of the request"),
        [InputRequired(_l("Enter the number of the request")), Length(max=LONGEST_NUMBER)],
        render_kw={"dir": "ltr", "autocomplete": "off"},
    )
    received_on = DateField(_l("Received on"), [InputRequired(_l("Choose a day"))])
    asked_by = StringField(
        _l("Who asked"), [Length(max=LONGEST_NAME)], render_kw={"autocomplete": "off", "dir": "auto"}
    )
    asked_for = TextAreaField(
        _l("What was asked for"),
        [Length(max=LONGEST_WORDS, message=_l("Say it in at most 1,000 characters"))],
        render_kw={"rows": 3, "dir": "auto"},
    )
    from_on = DateField(_l("Records from"), [InputRequired(_l("Choose a day"))])
    to_on = DateField(_l("Records until"), [InputRequired(_l("Choose a day"))])
    kinds = SelectMultipleField(
        _l("Kinds of records"),
        choices=[SelectChoice(*one) for one in KIND_NAMES.items()],
        validate_choice=True,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[InputRequired(_l("Choose at least one kind of record."))],
    )
