"""What a resident is told about the translation they read."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from questionnaires.wording import SOURCE_LANGUAGE

from ..i18n import translated
from ..languages.queries import Coverage
from ..languages.services import instrument_coverage
from ..languages.views import About
from .models import LanguageWaiver
from .queries import find_open_wave, load_instrument_of
from .titles import wave_title


def about_translation(session: Session, language: str) -> About:
    """Who read the questions of the wave open now in this language, or why it is offered unread."""
    if language == SOURCE_LANGUAGE:
        return About(True, "", None, "", None, "")
    wave = find_open_wave(session)
    if wave is None:
        return About(False, "", None, "", None, "")
    listed = language in translated()
    coverage = (
        instrument_coverage(session, language, load_instrument_of(wave)) if listed else Coverage(0, 0)
    )
    waiver = session.get(LanguageWaiver, (wave.id, language))
    return About(
        source=False,
        read_by=coverage.by if coverage.complete else "",
        read_on=date.fromisoformat(coverage.on) if coverage.complete else None,
        waiver=waiver.reason if waiver else "",
        waived_on=waiver.given_on if waiver else None,
        wave=wave_title(wave),
    )
