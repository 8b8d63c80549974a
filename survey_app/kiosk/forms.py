"""Forms of the staff page about kiosks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired

from ..waves.titles import SERIES
from .device import KIOSK_SERIES


class KioskForm(FlaskForm):  # type: ignore[misc]
    series = RadioField(
        _l("Survey"),
        choices=[(name, SERIES[name]) for name in KIOSK_SERIES],
        default=KIOSK_SERIES[0],
        validators=[InputRequired(_l("Choose the survey that this kiosk asks."))],
    )
