"""What pages call a wave: the city's own in the language of the page, another's by its own name."""

from __future__ import annotations

from flask_babel import gettext as _

from .models import CITY_SERIES, Wave


def wave_title(wave: Wave) -> str:
    if wave.kind == "own" and wave.series == CITY_SERIES:
        return f"{_('Baltimore Safety and Trust Survey')} {wave.year}"
    return wave.title
