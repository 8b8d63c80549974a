"""What pages call a wave: our own in the language of the page, another's by its own name."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from .models import CITY_SERIES, Wave
from .periods import Period

SERIES: dict[str, LazyString] = {
    CITY_SERIES: _l("Baltimore Safety and Trust Survey"),
    "pulse": _l("Pulse after events"),
    "partners": _l("Survey of partner agencies"),
}


def wave_title(wave: Wave) -> str:
    if wave.kind == "own" and wave.series in SERIES:
        return f"{SERIES[wave.series]} {Period(wave.year, wave.quarter)}"
    return wave.title
