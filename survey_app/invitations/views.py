"""What the pages about drawn addresses show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from flask_babel import LazyString, format_decimal, format_percent
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from analysis.errors import AnalysisError
from analysis.fieldwork.outcomes import DISPOSITIONS, outcomes
from analysis.planning import Design, Precision, addresses_needed, precision

from ..config import Config
from ..i18n import languages
from ..waves.models import CLOSED, DRAFT, Wave
from ..waves.titles import wave_title
from . import queries
from .codes import make_code, show_code
from .keys import load_keys

DISPOSITION_NAMES: dict[str, LazyString] = {
    "I": _l("Interview"),
    "P": _l("Partial interview"),
    "R": _l("Refusal"),
    "NC": _l("No contact"),
    "O": _l("Other, eligible"),
    "UH": _l("Unknown if anybody lives there"),
    "UO": _l("Unknown, other"),
    "NE": _l("Not eligible"),
}
PLAN_IMPOSSIBLE = _l("These numbers make no sample: there must be answers in two PSUs at least.")
RATES = ("RR1", "RR2", "RR3", "RR4", "RR5", "RR6")
#: Sizes that the planner sets beside the one asked for.
_SIZES = (500, 1000, 1500, 2500, 5000)
_TRIED_CODES = 3


@dataclass(frozen=True)
class WaveLine:
    """A wave of our own in the list."""

    slug: str
    title: str
    addresses: int | None
    used: int


@dataclass(frozen=True)
class SampleView:
    """A wave's sample; without one, only whether a file may be brought in."""

    slug: str
    title: str
    demo: bool
    may_import: bool
    addresses: int | None = None
    expected_percent: int = 0
    languages: tuple[str, ...] = ()
    incentive: int | None = None
    strata: tuple[queries.StratumLine, ...] = ()
    used: int = 0
    waiting: int = 0
    asked: int = 0
    #: in a demonstration: codes to try, not used yet
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutcomeLine:
    code: str
    name: LazyString
    count: int


@dataclass(frozen=True)
class OutcomesView:
    slug: str
    title: str
    demo: bool
    lines: tuple[OutcomeLine, ...]
    #: addresses of which nothing is known yet: counted as UH
    unsettled: int
    rates: tuple[tuple[str, str], ...]
    #: share of unknown cases taken to be eligible, in RR3 and RR4
    eligibility: str


@dataclass(frozen=True)
class LetterFile:
    name: str
    size: str


@dataclass(frozen=True)
class PlanLine:
    responses: str
    addresses: str
    margin: str
    detectable: str
    area_margin: str
    area_detectable: str


@dataclass(frozen=True)
class PlanView:
    """`detectable`: whole points of the size asked for."""

    responses: str
    effect: str
    detectable: str
    lines: tuple[PlanLine, ...]


def wave_line(session: Session, wave: Wave) -> WaveLine:
    sample = queries.find_sample(session, wave.id)
    used = sum(line.used for line in queries.list_strata(session, wave.id)) if sample else 0
    return WaveLine(wave.slug, wave_title(wave), sample.addresses if sample else None, used)


def sample_view(session: Session, wave: Wave, config: Config) -> SampleView:
    sample = queries.find_sample(session, wave.id)
    title, may_import = (
        wave_title(wave),
        wave.state == DRAFT or (sample is None and wave.state != CLOSED),
    )
    if sample is None:
        return SampleView(wave.slug, title, wave.demo, may_import)
    strata = tuple(queries.list_strata(session, wave.id))
    names = languages()
    waiting = queries.list_letters(session, wave.id, batch=None, reminder=True)
    return SampleView(
        slug=wave.slug,
        title=title,
        demo=wave.demo,
        may_import=may_import,
        addresses=sample.addresses,
        expected_percent=sample.expected_percent,
        languages=tuple(names[code].own_name for code in sample.languages),
        incentive=sample.incentive,
        strata=strata,
        used=sum(line.used for line in strata),
        waiting=len(waiting),
        asked=len(queries.list_claims(session, wave.id, "asked")),
        codes=_codes_to_try(wave, [number for number, _batch in waiting], config),
    )


def _codes_to_try(wave: Wave, numbers: list[int], config: Config) -> tuple[str, ...]:
    if not wave.demo or config.is_production:
        return ()
    key = load_keys(config).making
    return tuple(show_code(make_code(key, wave.id, number)) for number in numbers[:_TRIED_CODES])


def outcomes_view(session: Session, wave: Wave) -> OutcomesView:
    rows = queries.list_outcomes(session, wave.id)
    counts = Counter(row.disposition for row in rows)
    rates: tuple[tuple[str, str], ...] = ()
    eligibility = ""
    try:
        found = outcomes(queries.outcome_table(rows, wave.slug), "disposition")
    except AnalysisError:
        pass  # no address of known eligibility: there is no rate to show
    else:
        told = found.rates()
        eligibility = _percent(found.eligibility)
        rates = tuple((name, "–" if (rate := told[name]) is None else _percent(rate)) for name in RATES)
    return OutcomesView(
        slug=wave.slug,
        title=wave_title(wave),
        demo=wave.demo,
        lines=tuple(OutcomeLine(code, DISPOSITION_NAMES[code], counts[code]) for code in DISPOSITIONS),
        unsettled=sum(not row.settled for row in rows),
        rates=rates,
        eligibility=eligibility,
    )


def _percent(share: float) -> str:
    return str(format_percent(share, "#,##0.0%"))


def letter_files(paths: list[Path]) -> list[LetterFile]:
    return [LetterFile(path.name, _size(path.stat().st_size)) for path in paths]


def _size(size: int) -> str:
    return f"{format_decimal(round(size / 1e6, 1))} MB"


def plan_view(responses: int, expected_percent: float, design: Design, groups: int) -> PlanView:
    """Raises DataError."""
    asked = precision(responses, design)
    sizes = sorted({responses, *_SIZES})
    return PlanView(
        responses=str(format_decimal(responses)),
        effect=str(format_decimal(round(design.effect, 2))),
        detectable=str(format_decimal(round(100 * asked.detectable))),
        lines=tuple(_plan_line(size, expected_percent, design, groups) for size in sizes),
    )


def _plan_line(responses: int, expected_percent: float, design: Design, groups: int) -> PlanLine:
    city = precision(responses, design)
    area: Precision | None = None
    if responses / groups >= 2 * design.per_psu:
        area = precision(responses // groups, design)
    return PlanLine(
        responses=str(format_decimal(responses)),
        addresses=str(format_decimal(addresses_needed(responses, expected_percent))),
        margin=_points(city.margin),
        detectable=_points(city.detectable),
        area_margin=_points(area.margin) if area else "–",
        area_detectable=_points(area.detectable) if area else "–",
    )


def _points(share: float) -> str:
    return str(format_decimal(round(100 * share, 1)))
