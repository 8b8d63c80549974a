"""The demonstration's waves: opened, answered by synthetic residents, closed (but for the last)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from questionnaires.areas import neighborhoods
from questionnaires.load import load_instrument

from ..invitations.keys import InvitationKeys
from ..survey.models import OpenAnswer, Response
from ..survey.services.release import SHARED_BY
from ..survey.weight_classes import put_classes
from ..waves import services
from ..waves.leaving import REVIEW
from ..waves.models import PageCount, Wave
from ..waves.outreach import count_outreach, set_targets
from .addresses import store_addresses
from .answers import answer_all
from .own_words import own_words
from .residents import Residents, draw_residents, draw_sample, draw_volunteers
from .settings import CitySettings, WaveSettings

_BATCH = 1_000


def find_demo_wave(session: Session, questionnaire: str) -> Wave | None:
    return session.scalars(
        select(Wave).where(Wave.kind == "own", Wave.demo, Wave.questionnaire == questionnaire)
    ).first()


def build_wave(
    session: Session, city: CitySettings, settings: WaveSettings, *, keys: InvitationKeys
) -> int:
    """Create the wave with its answers in the caller's transaction; returns how many answered."""
    wave = services.create_wave(session, questionnaire=settings.questionnaire, demo=True)
    chance = np.random.default_rng([city.seed, int(settings.questionnaire)])
    responses = make_responses(chance, city, settings)
    store_addresses(session, city, settings, wave, responses, keys)
    services.open_wave(session, wave, production=False, today=settings.opened_on)
    for start in range(0, len(responses), _BATCH):
        batch = [{**row, "wave_id": wave.id} for row in responses[start : start + _BATCH]]
        session.execute(insert(Response), batch)
    texts = make_open_answers(chance, city, responses)
    session.execute(insert(OpenAnswer), [{**row, "wave_id": wave.id} for row in texts])
    if settings.closed_on is not None:
        # Nothing of a synthetic wave is sealed, so there is nothing to open.
        services.close_wave(
            session, wave, release=lambda _session, _wave: None, today=settings.closed_on
        )
    else:
        _show_fieldwork(session, city, wave, len(responses))
    return len(responses)


def _show_fieldwork(session: Session, city: CitySettings, wave: Wave, answered: int) -> None:
    """What staff see while a wave is open: targets, the count of the day, where people leave."""
    fieldwork = city.tables["fieldwork"]
    set_targets(session, wave, fieldwork["targets"], total=fieldwork["total"])
    session.flush()
    count_outreach(session, wave)
    begun = round(answered * fieldwork["begun"])
    pages = [page.id for page in load_instrument(wave.questionnaire).pages]
    for number, page in enumerate([*pages, REVIEW]):
        share = 1 - number / (len(pages) + 1)
        session.add(
            PageCount(
                wave_id=wave.id,
                page=page,
                reached=answered + round((begun - answered) * share),
                passed=answered + round((begun - answered) * (share - 1 / (len(pages) + 1))),
            )
        )


def make_responses(
    chance: np.random.Generator, city: CitySettings, settings: WaveSettings
) -> list[dict[str, Any]]:
    """Rows of `responses`, without their wave: the drawn sample and those of the open link."""
    residents = draw_residents(chance, city)
    answers = answer_all(chance, city, load_instrument(settings.questionnaire), residents)
    rules = city.tables["answering"]
    drawn = draw_sample(chance, residents, rules["drawn"], settings.drawn, settings.addresses)
    volunteers = draw_volunteers(chance, residents, rules["open"], settings.open)
    rows = [
        _response(chance, city, residents, answers, at, "drawn", weight)
        for at, weight in zip(drawn.rows.tolist(), drawn.base_weights.tolist(), strict=True)
    ]
    rows += [
        _response(chance, city, residents, answers, at, "open", None) for at in volunteers.tolist()
    ]
    return rows


def _response(
    chance: np.random.Generator,
    city: CitySettings,
    residents: Residents,
    answers: Mapping[str, Sequence[Any]],
    at: int,
    source: str,
    base_weight: float | None,
) -> dict[str, Any]:
    district = str(residents.district[at])
    told = answers["area"][at] > 0
    return {
        "id": chance.bytes(16).hex(),
        "language": _language(chance, city, int(residents.home_language[at])),
        "source": source,
        "mode": _pick(chance, city.tables["modes"][source]),
        "stratum": district if base_weight is not None else None,
        "psu": None,
        "base_weight": base_weight,
        "weight": None,
        "police_district": district if told else None,
        "csa": _csa(chance, district) if told else None,
        "answers": {question: codes[at] for question, codes in answers.items()},
        "domains": {},
    }


def make_open_answers(
    chance: np.random.Generator, city: CitySettings, responses: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Rows of `open_answers`, in an order of their own and with no key to a response.

    As for real answers, the district stays only where enough responses share it and the language.
    """
    drawn = [row["base_weight"] for row in responses if row["base_weight"] is not None]
    mean = sum(drawn) / len(drawn) if drawn else None
    put_classes(classes := [dict(row) for row in responses], mean, SHARED_BY)
    groups: dict[tuple[str, str | None], int] = {}
    for row in responses:
        key = (row["language"], row["police_district"])
        groups[key] = groups.get(key, 0) + 1
    writers = [row for row in classes if chance.random() < city.tables["missing"]["wrote"]]
    found = []
    for at in chance.permutation(len(writers)).tolist():
        language, district = writers[at]["language"], writers[at]["police_district"]
        texts = own_words()[language].texts
        found.append(
            {
                "id": chance.bytes(16).hex(),
                "question": "own_words",
                "language": language,
                "police_district": district if groups[language, district] >= SHARED_BY else None,
                "weight_class": writers[at]["weight_class"],
                "body": texts[int(chance.integers(len(texts)))],
            }
        )
    return found


def _language(chance: np.random.Generator, city: CitySettings, home_language: int) -> str:
    for code, share in city.tables["survey_language"].get(str(home_language), {}).items():
        if chance.random() < share:
            return str(code)
    return "en"


def _pick(chance: np.random.Generator, shares: Mapping[str, float]) -> str:
    weights = np.array(list(shares.values()))
    return str(chance.choice(list(shares), p=weights / weights.sum()))


@cache
def _csas(district: str) -> tuple[str, ...]:
    return tuple(
        place.csa for place in neighborhoods() if place.police_district == district and place.csa
    )


def _csa(chance: np.random.Generator, district: str) -> str:
    places = _csas(district)
    return places[int(chance.integers(len(places)))]
