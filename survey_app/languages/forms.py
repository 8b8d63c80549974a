"""The form that takes a reviewed catalogue."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, StringField


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """First the file comes, then `content` comes back with it once its changes were looked at."""

    file = FileField(_l("The PO file that came back"))
    reviewed_by = StringField(_l("Who read it: name and office or organization"))
    reviewed_on = DateField(_l("Day it was read"))
    content = HiddenField()
