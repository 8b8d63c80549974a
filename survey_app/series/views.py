"""What the pages of results show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from analysis.counted import SMALLEST_BASE, SMALLEST_CELL
from questionnaires.wording import SOURCE_LANGUAGE

from ..i18n import current_language
from ..reports.speech import gettext as _
from ..reports.speech import percent, signed
from ..waves.models import Wave
from ..waves.periods import Period
from ..waves.queries import find_wording, load_instrument_of
from .models import SeriesResult


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one wave in words: `share`, the people behind it, its range where it has one."""

    share: str
    people: str
    range: str
    whole: str
    change: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    primary: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A wave: its period, how many answered of how many asked, what was published when."""

    period: str
    answered: int
    asked: int | None
    events: int | None
    baseline: bool
    number: int
    correction: str
    sha256: str
    published_on: date


@dataclass(frozen=True, slots=True)
class SeriesView:
    series: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    words_language: str
    demo: bool


def series_view(
    session: Session, series: str, published: list[tuple[Wave, SeriesResult]]
) -> SeriesView:
    """The last waves side by side, newest first; the first one published is the baseline."""
    if not published:
        return SeriesView(series, (), (), current_language().code, False)
    shown = list(reversed(published))[:4]
    baseline = published[0]
    if baseline not in shown:
        shown[-1] = baseline
    language, texts = _texts(session, shown[0][0])
    at_baseline = _figures(baseline[1])
    rows = []
    for measure in load_instrument_of(shown[0][0]).measures:
        cells = tuple(
            tell_figure(
                _figures(result).get(measure.id), at_baseline.get(measure.id), wave is baseline[0]
            )
            for wave, result in shown
        )
        rows.append(Row(texts[f"measure.{measure.id}.title"], measure.primary, cells))
    columns = tuple(_column(wave, result, wave is baseline[0]) for wave, result in shown)
    return SeriesView(series, columns, tuple(rows), language, any(wave.demo for wave, _r in shown))


def _column(wave: Wave, result: SeriesResult, baseline: bool) -> Column:
    document = result.document
    return Column(
        period=str(Period(wave.year, wave.quarter)),
        answered=document["answered"],
        asked=document["asked"],
        events=document["events"],
        baseline=baseline,
        number=result.number,
        correction=result.correction,
        sha256=result.sha256,
        published_on=result.published_on,
    )


def _texts(session: Session, wave: Wave) -> tuple[str, Mapping[str, str]]:
    """The frozen words of the wave in the language of the page, else in English."""
    for language in (current_language().code, SOURCE_LANGUAGE):
        frozen = find_wording(session, wave, language)
        if frozen is not None:
            messages: Mapping[str, str] = frozen.wording["messages"]
            return language, messages
    raise LookupError(f"{wave.slug} was never opened.")


def _figures(result: SeriesResult) -> dict[str, dict[str, Any]]:
    return {figure["id"]: figure for figure in result.document["measures"]}


def tell_figure(
    figure: Mapping[str, Any] | None, baseline: Mapping[str, Any] | None, is_baseline: bool
) -> Cell:
    """A published figure in words, and its difference to that of the baseline."""
    if figure is None:
        return Cell("–", "", "", "", "", None)
    if figure["told"] == "withheld":
        why = _("Fewer than %(num)s people answered", num=SMALLEST_BASE)
        return Cell("–", why, "", "", "", None)
    n = figure["n"]
    if figure["told"] == "few":
        few = _("fewer than %(num)s of %(all)s people", num=SMALLEST_CELL, all=n)
        return Cell(_("at most %(share)s", share=percent(figure["high"])), few, "", "", "", None)
    if figure["told"] == "nearly_all":
        most = _("all but fewer than %(num)s of %(all)s people", num=SMALLEST_CELL, all=n)
        return Cell(_("at least %(share)s", share=percent(figure["low"])), most, "", "", "", None)
    value = figure["value"]
    spread = whole = change = ""
    if figure.get("low") is not None:
        spread = _range(figure["low"], figure["high"])
        whole = _range(figure["least"], figure["most"])
    if not is_baseline and baseline is not None and baseline["told"] == "exact":
        change = signed(round(100 * value) - round(100 * baseline["value"]))
    people = _("%(some)s of %(all)s people", some=figure["counted"], all=n)
    return Cell(percent(value), people, spread, whole, change, value)


def _range(low: float, high: float) -> str:
    return _("%(low)s to %(high)s", low=percent(low), high=percent(high))
