"""The draw: which comments people code blind, with what probability, and how many are needed.

Every comment has a permanent random number made of the seed and its id (Ohlsson 1995); in a stratum
the smallest ones are drawn. So anyone can repeat the draw from the record, the order of the table does
not matter, and a larger draw with the same seed contains the smaller one: "200 more" is only longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.themes.errors import DrawError

MIN_PER_STRATUM = 2
ALGORITHM = "smallest sha256(seed:id) per stratum"


@dataclass(frozen=True)
class Drawn:
    """A drawn comment: its place in the list that was drawn from and its inclusion probability."""

    id: str
    place: int
    stratum: str
    probability: float


@dataclass(frozen=True)
class DrawRecord:
    """What must be kept to repeat a draw: seed, rule, sizes and numbers drawn by stratum."""

    seed: int
    algorithm: str
    size: int
    strata: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Draw:
    """The drawn comments, in random order within the whole draw, and the record."""

    comments: tuple[Drawn, ...]
    record: DrawRecord


def draw(
    ids: Sequence[str],
    strata: Sequence[str],
    size: int,
    *,
    seed: int,
    minimum: int = MIN_PER_STRATUM,
) -> Draw:
    """A stratified random draw without replacement.

    ids, strata (N): id and stratum (language, district, kind of session) of every comment. The numbers
    are proportional to the strata, but at least `minimum` (or all) in each. DrawError: repeated id,
    other lengths, a size that cannot be.
    """
    if len(ids) != len(strata):
        raise DrawError("Every comment needs one stratum.")
    if len(set(ids)) != len(ids):
        raise DrawError("An id stands twice: the draw would not be what it says.")
    if not 0 < size <= len(ids):
        raise DrawError(f"Cannot draw {size} of {len(ids)} comments.")
    members: dict[str, list[int]] = {}
    for place, stratum in enumerate(strata):
        members.setdefault(stratum, []).append(place)
    numbers = allocate({name: len(places) for name, places in members.items()}, size, minimum)
    chosen: list[tuple[str, Drawn]] = []
    for name in sorted(members):
        places = members[name]
        ranked = sorted(places, key=lambda place: (permanent_number(seed, ids[place]), ids[place]))
        for place in ranked[: numbers[name]]:
            number = permanent_number(seed + 1, ids[place])
            drawn = Drawn(ids[place], place, name, numbers[name] / len(places))
            chosen.append((number, drawn))
    record = DrawRecord(
        seed,
        ALGORITHM,
        len(chosen),
        {name: (len(members[name]), numbers[name]) for name in sorted(members)},
    )
    return Draw(tuple(drawn for _, drawn in sorted(chosen, key=lambda one: one[0])), record)


def permanent_number(seed: int, key: str) -> str:
    """The permanent random number of a comment, as 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def allocate(sizes: Mapping[str, int], size: int, minimum: int) -> dict[str, int]:
    """How many to draw from each stratum: proportional by largest remainders, at least `minimum`.

    The total is `size`, or more where the minima alone are more. A larger `size` never takes from a
    stratum, so draws stay nested (checked by the caller's tests, not by the remainders alone).
    """
    total = sum(sizes.values())
    floor = {name: min(minimum, count) for name, count in sizes.items()}
    numbers = dict(floor)
    # One at a time to the stratum that is furthest below its part (Webster's divisors: house monotone).
    for _ in range(size - sum(numbers.values())):
        open_strata = [name for name in sorted(sizes) if numbers[name] < sizes[name]]
        name = max(open_strata, key=lambda one: sizes[one] / total / (2 * numbers[one] + 1))
        numbers[name] += 1
    return numbers


@dataclass(frozen=True)
class Planned:
    """What a number of codes would give: half the width of the 95% interval, in shares."""

    codes: int
    half_width: float
    half_width_codes_only: float


def plan(
    comments: int,
    codes: Sequence[int],
    *,
    share: float = 0.2,
    precision: float | None = None,
    recall: float | None = None,
    level: float = 0.95,
) -> tuple[Planned, ...]:
    """Expected half-widths for several numbers of codes from a collection of `comments`.

    share: the expected share of the theme; precision and recall of the tagger as measured before (None:
    the machine is expected to add nothing). DrawError where the three cannot be together.
    """
    if not 0 < share < 1:
        raise DrawError("The expected share lies between 0 and 1.")
    z = float(stats.norm.ppf((1 + level) / 2))
    planned = []
    for number in codes:
        if not 0 < number <= comments:
            raise DrawError(f"Cannot code {number} of {comments} comments.")
        left = (1 - number / comments) / number
        alone = z * float(np.sqrt(share * (1 - share) * left))
        within = share * (1 - share)
        if precision is not None and recall is not None:
            within = _within(share, precision, recall)
        planned.append(Planned(number, z * float(np.sqrt(within * left)), alone))
    return tuple(planned)


def _within(share: float, precision: float, recall: float) -> float:
    if not (0 < precision <= 1 and 0 <= recall <= 1):
        raise DrawError("Precision and recall lie between 0 and 1.")
    tagged = share * recall / precision
    if tagged >= 1:
        raise DrawError("Such a precision and recall cannot be at this share.")
    missed = share * (1 - recall) / (1 - tagged)
    return tagged * precision * (1 - precision) + (1 - tagged) * missed * (1 - missed)
