"""The demonstration's drawn addresses: which answered, and what became of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from ..invitations.keys import InvitationKeys
from ..invitations.sample_file import SampleRow
from ..invitations.services.importing import SampleTerms, prepare_sample, store_sample
from ..waves.models import Wave
from .settings import CitySettings, WaveSettings

#: Letters in English and Spanish, and a card for those who answer.
TERMS = SampleTerms(expected_percent=20, languages=("en", "es"), incentive=10)
MAILINGS = 2


def store_addresses(
    session: Session,
    city: CitySettings,
    settings: WaveSettings,
    wave: Wave,
    responses: Sequence[Mapping[str, Any]],
    keys: InvitationKeys,
) -> None:
    """A sample that fits the drawn responses: as many codes are used in each stratum as answered.

    The rest get outcomes by the shares of city.toml; of an open wave most are not known yet.
    """
    chance = np.random.default_rng([city.seed, int(settings.questionnaire), 1])
    answered = Counter(row["stratum"] for row in responses if row["source"] == "drawn")
    weights = {row["stratum"]: row["base_weight"] for row in responses if row["source"] == "drawn"}
    strata = np.repeat(sorted(answered), share_out(settings.addresses, len(answered)))
    strata = strata[chance.permutation(len(strata))]
    sample = [
        SampleRow(name, "", weights[name], str(at % MAILINGS + 1))
        for at, name in enumerate(strata.tolist())
    ]
    prepared = prepare_sample(wave.id, sample, TERMS, keys)
    shares = city.tables["outcomes"]["open" if settings.closed_on is None else "closed"]
    codes = chance.choice(list(shares), len(sample), p=list(shares.values()))
    left = Counter(answered)
    for case, name, code in zip(prepared.cases, strata.tolist(), codes.tolist(), strict=True):
        if left[name] > 0:
            left[name] -= 1
            case["used"] = True
        else:
            case["disposition"] = code or None
    store_sample(session, wave, prepared, TERMS)


def share_out(count: int, parts: int) -> list[int]:
    """Whole numbers that are as equal as can be and add up to `count`."""
    return [count // parts + (at < count % parts) for at in range(parts)]
