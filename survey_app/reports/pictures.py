"""An edition's figures as pictures in one language: what each says, and its text alternative."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from analysis.charts import (
    Bar,
    Block,
    Break,
    Groups,
    Point,
    Series,
    Trend,
)

from . import names, words
from .map_picture import map_picture
from .picture import DISTRICTS, Picture, mark_of
from .snapshot import Beside, MeasureFigures, Snapshot, TrendPoint
from .speech import gettext as _
from .wording import Words

#: groups of yes and no stay in the table: as pictures they would be a pair of dots each
_NOT_DRAWN = {DISTRICTS, "home_language", "disability", "lgbtq"}
_TICKS = tuple(tenth / 10 for tenth in range(11))
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


def all_pictures(snapshot: Snapshot, wording: Words, *, rtl: bool) -> list[Picture]:
    """Every picture of the edition, in the language that is being spoken."""
    return [
        picture
        for measure in snapshot.measures
        for picture in pictures_of(snapshot, measure, wording, rtl=rtl)
    ]


def pictures_of(
    snapshot: Snapshot, measure: MeasureFigures, wording: Words, *, rtl: bool
) -> list[Picture]:
    """The pictures of one measure; those without a single shown figure are left out."""
    found = (
        trend_picture(snapshot, measure, wording, rtl=rtl),
        groups_picture(snapshot, measure, wording, rtl=rtl),
        map_picture(snapshot, measure, wording, rtl=rtl),
        districts_picture(snapshot, measure, wording, rtl=rtl),
    )
    return [picture for picture in found if picture is not None]


def survey_name() -> str:
    return _("Baltimore Safety and Trust Survey")


def series_name(snapshot: Snapshot, series: str) -> str:
    """Another survey's own name, without a year."""
    titles = [source.title for source in snapshot.sources if source.series == series]
    return re.sub(r"\s+\d{4}$", "", titles[-1]) if titles else series


def trend_picture(
    snapshot: Snapshot, measure: MeasureFigures, wording: Words, *, rtl: bool
) -> Picture | None:
    """The measure over the years, other surveys beside it."""
    own = Series(survey_name(), _points(measure.trend))
    beside = [
        (one, Series(series_name(snapshot, one.series), _points(one.points), own=False))
        for one in measure.beside
    ]
    drawn = [series for series in (own, *(series for _beside, series in beside)) if series.points]
    if not own.points:
        return None
    years = sorted({point.year for series in drawn for point in series.points})
    breaks = [*_breaks(measure.trend, own=True)]
    for one, _series in beside:
        breaks += _breaks(one.points, own=False)
    drawing = Trend(
        title=wording.title(measure.id),
        series=tuple(drawn),
        breaks=tuple(breaks),
        years=tuple((year, str(year)) for year in range(years[0], years[-1] + 1)),
        ticks=tuple((tick, words.percent(tick)) for tick in _TICKS),
        mark=mark_of(snapshot, beside=len(drawn) > 1),
        rtl=rtl,
    )
    return Picture(measure.id, drawing, _trend_alt(snapshot, measure, wording))


def _points(trend: tuple[TrendPoint, ...]) -> tuple[Point, ...]:
    found = []
    joined_to = None
    for point in trend:
        figure = point.figure
        if figure.estimate is None or figure.low is None or figure.high is None:
            joined_to = None
            continue
        joined = joined_to is not None and point.link == "identical"
        label = words.percent(figure.estimate)
        found.append(Point(point.year, figure.estimate, figure.low, figure.high, label, joined))
        joined_to = point
    return tuple(found)


def _breaks(trend: tuple[TrendPoint, ...], *, own: bool) -> Iterator[Break]:
    for before, after in pairwise(trend):
        if not (before.figure.shown and after.figure.shown):
            continue
        if after.link == "reworded":
            yield Break(before.year, after.year, _("question reworded"), own)
        elif after.link == "broken":
            yield Break(before.year, after.year, _("question replaced"), own)


def _trend_alt(snapshot: Snapshot, measure: MeasureFigures, wording: Words) -> str:
    sentences = [_("Chart: %(title)s.", title=wording.title(measure.id))]
    sentences += _said(survey_name(), measure.trend)
    latest = measure.latest
    sentences.append(words.change_sentence(latest.change, latest.link, latest.figure))
    for one in measure.beside:
        sentences += _said(series_name(snapshot, one.series), one.points)
        sentences.append(beside_sentence(one))
    return " ".join(sentence for sentence in sentences if sentence)


def beside_sentence(one: Beside) -> str:
    """What happened in another survey's figures; empty while it has a single year."""
    latest = one.points[-1]
    if len(one.points) < 2:
        return ""
    return words.change_sentence(latest.change, latest.link, latest.figure)


def _said(name: str, trend: tuple[TrendPoint, ...]) -> Iterator[str]:
    for point in trend:
        if point.figure.estimate is not None:
            yield _(
                "%(survey)s %(year)s: %(share)s, likely %(interval)s.",
                survey=name,
                year=str(point.year),
                share=words.percent(point.figure.estimate),
                interval=words.interval(point.figure),
            )


def groups_picture(
    snapshot: Snapshot, measure: MeasureFigures, wording: Words, *, rtl: bool
) -> Picture | None:
    """This year by group of people."""
    shown = list(dict.fromkeys(one.group for one in measure.groups if one.group not in _NOT_DRAWN))
    return _by_group(snapshot, measure, wording, shown, "groups", rtl=rtl)


def districts_picture(
    snapshot: Snapshot, measure: MeasureFigures, wording: Words, *, rtl: bool
) -> Picture | None:
    """This year by police district."""
    return _by_group(snapshot, measure, wording, [DISTRICTS], "districts", rtl=rtl)


def _by_group(
    snapshot: Snapshot,
    measure: MeasureFigures,
    wording: Words,
    groups: list[str],
    kind: str,
    *,
    rtl: bool,
) -> Picture | None:
    blocks = tuple(_block(measure, group, wording) for group in groups)
    if not any(bar.figure for block in blocks for bar in block.bars):
        return None
    city = measure.latest.figure.estimate
    line = None
    if city is not None:
        line = (city, _("City %(share)s", share=words.percent(city)))
    title = wording.title(measure.id)
    drawing = Groups(
        title=title,
        blocks=blocks,
        city=line,
        ticks=tuple((tick, words.percent(tick)) for tick in _QUARTERS),
        mark=mark_of(snapshot, beside=False),
        rtl=rtl,
    )
    said = [_("Chart: %(title)s, by group, %(year)s.", title=title, year=str(snapshot.year))]
    said += [
        _("%(group)s: %(share)s.", group=bar.name, share=bar.words)
        for block in blocks
        for bar in block.bars
    ]
    return Picture(f"{measure.id}-{kind}", drawing, " ".join(said))


def _block(measure: MeasureFigures, group: str, wording: Words) -> Block:
    bars = []
    for one in sorted(measure.groups, key=lambda one: names.level_order(group, one.level)):
        if one.group != group:
            continue
        figure = one.figure
        name = names.level_name(group, one.level, wording.districts)
        if figure.estimate is None or figure.low is None or figure.high is None:
            bars.append(Bar(name, None, _("not shown")))
        else:
            span = (figure.estimate, figure.low, figure.high)
            bars.append(Bar(name, span, words.percent(figure.estimate)))
    return Block(names.group_name(group), tuple(bars))
