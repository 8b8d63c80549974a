"""The demonstration's smaller surveys: the pulse by quarter, a survey of partners, forms on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from questionnaires.load import load_instrument
from questionnaires.schema import DONT_KNOW, SKIPPED

from ..accounts.models import StaffAccount
from ..accounts.permissions import ADMINISTRATOR, INTERVIEWER, PUBLISHER
from ..config import Config
from ..invitations.keys import load_keys
from ..invitations.models import InvitationCase
from ..invitations.sample_file import SampleRow
from ..invitations.services.importing import SampleTerms, prepare_sample, store_sample
from ..jobs import now
from ..paper.keyed import Keyed
from ..paper.models import SIZES, PaperSheet
from ..paper.printing import print_sheet
from ..paper.services import Keying, key_form
from ..paper.words import sheet_words
from ..printing import missing_packages
from ..series.services import publish_result, set_reach
from ..survey.keys import load_public_key
from ..survey.models import Response
from ..waves import services
from ..waves.models import Wave
from ..waves.queries import find_open_wave
from .settings import CitySettings
from .sign_ins import find_demo_account

#: Partners on the list, and how many of them answered.
PARTNERS, PARTNERS_ANSWERED = 46, 38


@dataclass(frozen=True)
class _Quarter:
    """A quarter of the pulse; one without `events` is still open."""

    day: date
    answers: int
    #: how far people lean to the good end, in odds
    lean: float
    events: int | None = None
    people: int | None = None


_QUARTERS = (
    _Quarter(date(2026, 4, 6), 131, 0.0, events=9, people=412),
    _Quarter(date(2026, 7, 6), 158, 0.35, events=12, people=530),
    _Quarter(date(2026, 10, 5), 64, 0.2),
)


def has_smaller(session: Session) -> bool:
    return session.scalars(select(Wave.id).where(Wave.demo, Wave.series == "pulse")).first() is not None


def build_smaller(session: Session, config: Config, city: CitySettings) -> str:
    """Everything in the caller's transaction; what was made, in a sentence."""
    publisher = find_demo_account(session, PUBLISHER)
    for quarter in _QUARTERS:
        _pulse(session, city, quarter, publisher)
    _partners(session, config, city, publisher)
    _paper(session, config)
    return f"{len(_QUARTERS)} quarters of the pulse, {PARTNERS_ANSWERED} partners, forms on paper"


def _pulse(
    session: Session, city: CitySettings, quarter: _Quarter, publisher: StaffAccount | None
) -> None:
    wave = services.create_wave(session, questionnaire="pulse", demo=True, day=quarter.day)
    services.open_wave(session, wave, production=False, today=quarter.day)
    chance = np.random.default_rng([city.seed, wave.year, wave.quarter or 0])
    _answer(session, chance, wave, quarter.answers, quarter.lean, source="open")
    if quarter.events is not None:
        last_day = date(quarter.day.year, quarter.day.month + 2, 28)
        services.close_wave(session, wave, release=lambda _s, _w: None, today=last_day)
        set_reach(session, wave, events=quarter.events, people=quarter.people)
        publish_result(session, wave, actor=publisher)


def _partners(
    session: Session, config: Config, city: CitySettings, publisher: StaffAccount | None
) -> None:
    day = date(2025, 11, 3)
    wave = services.create_wave(session, questionnaire="partners", demo=True, day=day)
    terms = SampleTerms(expected_percent=80, languages=("en", "es"))
    listed = [SampleRow("partners", "", 1.0, "1")] * PARTNERS
    store_sample(session, wave, prepare_sample(wave.id, listed, terms, load_keys(config)), terms)
    services.open_wave(session, wave, production=False, today=day)
    used = InvitationCase.number <= PARTNERS_ANSWERED
    session.execute(
        update(InvitationCase).where(InvitationCase.wave_id == wave.id, used).values(used=True)
    )
    chance = np.random.default_rng([city.seed, wave.year])
    _answer(session, chance, wave, PARTNERS_ANSWERED, 0.5, source="drawn")
    services.close_wave(session, wave, release=lambda _s, _w: None, today=date(2025, 12, 12))
    publish_result(session, wave, actor=publisher)


def _answer(
    session: Session, chance: np.random.Generator, wave: Wave, n: int, lean: float, *, source: str
) -> None:
    """Answers of n made-up people: each leans a little to one end of every scale."""
    questions = load_instrument(wave.questionnaire).questions
    moods = chance.normal(lean, 0.8, n)
    for mood in moods.tolist():
        answers: dict[str, Any] = {}
        for question in questions:
            codes = np.array(question.codes)
            weights = np.exp(-mood * (codes - codes.mean()) / len(codes) * 2)
            answers[question.id] = int(chance.choice(codes, p=weights / weights.sum()))
            if chance.random() < 0.06:
                answers[question.id] = DONT_KNOW if chance.random() < 0.5 else SKIPPED
        session.add(_response(wave, answers, source, chance))
    session.flush()


def _response(
    wave: Wave, answers: Mapping[str, Any], source: str, chance: np.random.Generator
) -> Response:
    return Response(
        id=chance.bytes(16).hex(),
        wave_id=wave.id,
        language="es" if chance.random() < 0.08 else "en",
        source=source,
        mode=str(chance.choice(["web", "kiosk", "paper"], p=[0.7, 0.2, 0.1])),
        base_weight=1.0 if source == "drawn" else None,
        answers=dict(answers),
        domains={},
    )


def _paper(session: Session, config: Config) -> None:
    """A form that two people read differently, one that waits, and a sheet to print."""
    first, second = (find_demo_account(session, role) for role in (INTERVIEWER, ADMINISTRATOR))
    wave, pulse = find_open_wave(session), find_open_wave(session, series="pulse")
    if first is None or second is None or wave is None or pulse is None:
        return
    words = sheet_words(session, wave)["en"].words
    read = {"adult": 1, "city": 1, "safe_by_day": 2, "safe_after_dark": 3, "trust_police": 2}
    for actor, answers in ((first, read), (second, {**read, "trust_police": 3})):
        keying = Keying(
            wave, words, config.secret_key, load_public_key(config), lambda _s, _w, _c: None, actor
        )
        key_form(session, keying, 101, Keyed(answers))
        if actor is first:
            key_form(session, keying, 102, Keyed(read))
    source = sheet_words(session, pulse)["en"]
    if missing_packages(["en"]):
        return  # the page for paper says what to install when somebody asks for sheets
    for size in SIZES:
        content, pages = print_sheet(source, size=size, demo=True)
        session.add(
            PaperSheet(
                wave_id=pulse.id,
                language="en",
                size=size,
                content=content,
                pages=pages,
                words_sha256=source.sha256,
                built_on=now().date(),
            )
        )
