"""A small seeded city for tests of the report: two closed waves of our own, with a change in one
measure, a handful of people of another gender, and an open link that differs from the drawn sample."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from questionnaires.load import load_instrument
from questionnaires.schema import (
    DONT_KNOW,
    NOT_APPLICABLE,
    PREFER_NOT,
    SKIPPED,
    Instrument,
    Question,
)
from survey_app.survey.models import Response
from survey_app.waves import services
from survey_app.waves.models import Wave

DISTRICTS = {
    "Central": 8,
    "Eastern": 8,
    "Northeastern": 18,
    "Northern": 15,
    "Northwestern": 13,
    "Southeastern": 13,
    "Southern": 10,
    "Southwestern": 8,
    "Western": 7,
}
DRAWN, OPEN = 700, 60
#: people of this gender among the drawn: fewer than may ever be shown
FEW = 5


def make_city(session: Session, years: tuple[int, ...] = (2024, 2025)) -> list[Wave]:
    """Closed demonstration waves of these years with their responses."""
    return [make_wave(session, year) for year in years]


def make_wave(session: Session, year: int, *, close: bool = True) -> Wave:
    wave = services.create_wave(session, questionnaire=str(year), demo=True)
    services.open_wave(session, wave, production=False, today=date(year, 4, 1))
    dice = random.Random(f"city {year}")
    instrument = load_instrument(str(year))
    for number in range(DRAWN + OPEN):
        session.add(response_of(wave, instrument, number, dice))
    if close:
        services.close_wave(session, wave, release=lambda *_: None, today=date(year, 6, 30))
    session.flush()
    return wave


def response_of(wave: Wave, instrument: Instrument, number: int, dice: random.Random) -> Response:
    drawn = number < DRAWN
    district = dice.choices(list(DISTRICTS), list(DISTRICTS.values()))[0]
    black = dice.random() < 0.58
    answers: dict[str, Any] = {}
    for question in instrument.questions:
        answers[question.id] = _answer(question, wave.year, black=black, drawn=drawn, dice=dice)
    answers |= _person(number, black=black, dice=dice)
    for question in instrument.questions:
        condition = question.only_if
        if condition is not None and answers.get(condition.question) not in condition.codes:
            answers[question.id] = NOT_APPLICABLE
    return Response(
        id=f"{dice.getrandbits(128):032x}",
        wave_id=wave.id,
        language=dice.choices(["en", "es", "ar"], [90, 8, 2])[0],
        source="drawn" if drawn else "open",
        mode=dice.choices(["web", "paper", "interviewer"], [80, 15, 5])[0],
        stratum=district if drawn else None,
        base_weight=dice.choice([400.0, 600.0, 800.0]) if drawn else None,
        police_district=district,
        answers=answers,
    )


def _answer(
    question: Question, year: int, *, black: bool, drawn: bool, dice: random.Random
) -> int | list[int] | None:
    if question.kind == "multiple":
        return [dice.choice(question.codes)]
    if question.kind != "single":
        return SKIPPED
    if dice.random() < 0.04:
        return dice.choice([SKIPPED, DONT_KNOW, PREFER_NOT])
    codes = question.codes
    first = 0.45 - 0.12 * black
    if question.id == "trust_police" and year >= 2025:
        first += 0.25
    if question.id == "police_respect" and year >= 2025:
        first -= 0.25
    if not drawn:
        first -= 0.15
    if dice.random() < first:
        return codes[0]
    return dice.choice(codes[1:])


def _person(number: int, *, black: bool, dice: random.Random) -> dict[str, Any]:
    gender = 3 if number < FEW else dice.choice([1, 1, 2])
    race = [1] if black else dice.choice([[2], [2], [2], [3], [4]])
    return {
        "age_group": dice.choice([1, 2, 3, 4, 5, 6, 7]),
        "gender": PREFER_NOT if number % 25 == 24 else gender,
        "race_ethnicity": race if number % 30 else PREFER_NOT,
        "education": dice.choice([1, 2, 3, 4, 5, 6]),
        "tenure": dice.choice([1, 1, 2, 2, 3]),
        "home_language": 2 if dice.random() < 0.04 else 1,
        "disability": dice.choice([1, 2, 2]),
        "lgbtq": dice.choice([1, 2, 2, 2]),
        "adults_in_household": dice.choice([1, 2, 3]),
    }
