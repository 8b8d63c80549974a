"""What synthetic residents answer: coded as the survey codes real answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from questionnaires.schema import (
    DONT_KNOW,
    NOT_APPLICABLE,
    PREFER_NOT,
    SKIPPED,
    Instrument,
    Question,
)

from .residents import Floats, Ints, Residents
from .settings import CitySettings, QuestionSettings

#: Pages whose questions are about the person.
ABOUT_YOU = ("race_ethnicity", "education", "disability", "lgbtq", "tenure", "age_group", "gender")
AREA_WITH_DISTRICT = 1


def answer_all(
    chance: np.random.Generator, city: CitySettings, instrument: Instrument, residents: Residents
) -> dict[str, list[Any]]:
    """Answers of everybody to every question but the text ones: n codes (or lists of codes) each.

    The whole population answers, so that the city's shares are met; samples are taken from it.
    """
    found: dict[str, list[Any]] = {}
    for question in instrument.questions:
        if question.kind == "text":
            continue
        codes = _given(chance, city, instrument, question, residents)
        found[question.id] = _with_missing(chance, city, question, codes, found)
    return found


def _given(
    chance: np.random.Generator,
    city: CitySettings,
    instrument: Instrument,
    question: Question,
    residents: Residents,
) -> list[Any]:
    person = _about_person(chance, city, question.id, residents)
    if person is not None:
        return person
    if question.id == "violence_seen":
        return _violence_seen(chance, city, residents)
    settings = city.questions[question.id]
    return list(_scale(chance, city, settings, instrument.id, question, residents).tolist())


def _scale(
    chance: np.random.Generator,
    city: CitySettings,
    settings: QuestionSettings,
    year: str,
    question: Question,
    residents: Residents,
) -> Ints:
    """Codes in the order of a lean, cut where the city's shares say."""
    lean = lean_of(city, settings.factor, residents) + chance.logistic(size=residents.n)
    scale = [code for code in question.codes if code not in settings.aside]
    shares = np.array(settings.shares[year], float)
    if len(shares) != len(scale):
        raise ValueError(f"city.toml: {question.id} {year} needs {len(scale)} shares.")
    cuts = np.quantile(-lean, np.cumsum(shares / shares.sum())[:-1])
    codes = np.array(scale)[np.searchsorted(cuts, -lean)]
    for code, share in settings.aside.items():
        codes[chance.random(residents.n) < share] = code
    return codes


def lean_of(city: CitySettings, factor: str, residents: Residents) -> Floats:
    """(n,) how far each person leans towards the first code."""
    rule = city.tables["factors"][factor]
    lean = rule["mood"] * residents.mood + rule["woman"] * (residents.gender == "woman")
    for name in ("race", "age", "district"):
        levels = getattr(residents, name)
        for level, effect in rule[name].items():
            lean = lean + effect * (levels == level)
    return np.asarray(lean, dtype=np.float64)


def _violence_seen(
    chance: np.random.Generator, city: CitySettings, residents: Residents
) -> list[list[int]]:
    rule = city.tables["violence_seen"]
    risk = np.exp(-0.6 * lean_of(city, "safety", residents))
    risk /= risk.mean()
    seen = {
        int(code): chance.random(residents.n) < np.minimum(share * risk, 0.95)
        for code, share in rule["codes"].items()
    }
    return [
        [code for code, held in seen.items() if held[at]] or [rule["none_code"]]
        for at in range(residents.n)
    ]


def _about_person(
    chance: np.random.Generator, city: CitySettings, question_id: str, residents: Residents
) -> list[Any] | None:
    """Answers that follow from who the person is; None for the other questions."""
    shares = city.tables["shares"]
    draw = chance.random(residents.n)
    codes: Ints
    if question_id == "race_ethnicity":
        return _races(draw, shares, residents)
    if question_id == "age_group":
        codes = residents.age_code
    elif question_id == "education":
        codes = residents.education_code
    elif question_id == "adults_in_household":
        codes = residents.adults
    elif question_id == "home_language":
        codes = residents.home_language
    elif question_id == "gender":
        codes = np.where(residents.gender == "woman", 1, 2)
        codes[draw < shares["another_gender"]] = 3
    elif question_id == "tenure":
        codes = np.select([residents.tenure == "own", residents.tenure == "rent"], [1, 2], 3)
        codes[(codes == 3) & (draw < shares["no_home"])] = 4
    elif question_id in ("disability", "lgbtq"):
        ages = [residents.age == level for level in shares[question_id]]
        codes = np.where(draw < np.select(ages, list(shares[question_id].values())), 1, 2)
    elif question_id == "area":
        codes = np.full(residents.n, AREA_WITH_DISTRICT)
    else:
        return None
    return list(codes.tolist())


def _races(draw: Floats, shares: Mapping[str, float], residents: Residents) -> list[list[int]]:
    single = {"black": 1, "white": 2, "latino": 3, "another": 4}
    found = []
    for race, point in zip(residents.race, draw, strict=True):
        codes = [single[race]]
        if point < shares["several_races"]:
            codes = sorted({codes[0], 1 if codes[0] == 2 else 2})
        elif point < shares["several_races"] + shares["written_in_race"]:
            codes = [8]
        found.append(codes)
    return found


def _with_missing(
    chance: np.random.Generator,
    city: CitySettings,
    question: Question,
    codes: list[Any],
    earlier: Mapping[str, list[Any]],
) -> list[Any]:
    """The same with the four kinds of missing answers, each where the question allows it."""
    n, rates = len(codes), city.tables["missing"]
    missing: npt.NDArray[np.int64] = np.zeros(n, dtype=np.int64)
    if question.prefer_not:
        rate = rates["about_you"] if question.id in ABOUT_YOU else rates["prefer_not"]
        missing[chance.random(n) < rate] = PREFER_NOT
    if question.dont_know:
        missing[chance.random(n) < rates["dont_know"]] = DONT_KNOW
    missing[chance.random(n) < rates["skipped"]] = SKIPPED
    if question.only_if is not None:
        asked = np.isin(earlier[question.only_if.question], question.only_if.codes)
        missing[~asked] = NOT_APPLICABLE
    return [int(gap) if gap else code for code, gap in zip(codes, missing, strict=True)]
