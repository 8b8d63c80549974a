"""Tables beside the pictures: the same figures, each with its interval and its number of people."""

from __future__ import annotations

from . import names, words
from .snapshot import Beside, Change, Figure, MeasureFigures, Snapshot, TrendPoint
from .speech import gettext as _
from .views import Row, Table
from .wording import Words


def trend_table(measure: MeasureFigures) -> Table:
    """Our own figures over the years, newest first."""
    rows = [_trend_row(point) for point in reversed(measure.trend)]
    return Table(_("Over the years"), _("Year"), tuple(rows))


def beside_table(snapshot: Snapshot, one: Beside) -> Table:
    """Another survey's figures over the years, newest first."""
    rows = [_trend_row(point) for point in reversed(one.points)]
    caption = _(
        "%(title)s. A different survey with its own questions.", title=names.foreign_name(one.measure)
    )
    return Table(caption, _("Year"), tuple(rows))


def group_table(measure: MeasureFigures, group: str, wording: Words) -> Table:
    """This year by the levels of one group."""
    rows = [
        _row(
            names.level_name(group, one.level, wording.districts),
            one.figure,
            _change_cell(one.change),
        )
        for one in sorted(measure.groups, key=lambda one: names.level_order(group, one.level))
        if one.group == group
    ]
    return Table(names.group_name(group), _("Group"), tuple(rows))


def open_table(snapshot: Snapshot, wording: Words) -> Table:
    """Open answers beside the drawn sample: shares without any margin, and the gap."""
    rows = []
    for measure in snapshot.measures:
        found = measure.open_link
        rows.append(
            Row(
                name=wording.title(measure.id),
                share="" if found.share is None else words.percent(found.share),
                interval="",
                n="" if found.n is None else words.whole(found.n),
                change="" if found.gap is None else words.signed_points(found.gap),
                why="" if found.share is not None else words.open_sentence(found),
            )
        )
    return Table(_("Answers by the open link"), _("Measure"), tuple(rows))


def _trend_row(point: TrendPoint) -> Row:
    return _row(str(point.year), point.figure, _link_cell(point))


def _link_cell(point: TrendPoint) -> str:
    if point.link == "reworded":
        return _("Question reworded")
    if point.link == "broken":
        return _("Question replaced")
    if point.link == "new":
        return _("New question")
    return _change_cell(point.change)


def _change_cell(change: Change | None) -> str:
    """A change in points, said only where the test allows it."""
    if change is None:
        return ""
    if change.direction == "none":
        return _("No clear change")
    return _("%(points)s points", points=words.signed_points(change.difference))


def _row(name: str, figure: Figure, change: str) -> Row:
    return Row(
        name=name,
        share="" if figure.estimate is None else words.percent(figure.estimate),
        interval=words.interval(figure),
        n="" if figure.n is None else words.whole(figure.n),
        change=change,
        why=words.withheld(figure),
    )
