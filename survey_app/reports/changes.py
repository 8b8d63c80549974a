"""Changes between waves and gaps between groups, each with its own interval, corrected by family.

Families are declared here and nowhere else. Primary measures were named before fieldwork and are
tested uncorrected. All other measures of one step between two waves are a family; the levels of one
group within one measure are a family; the Black-White gaps of all measures are a family; the changes
of another survey are a family. Correction: Benjamini and Hochberg (1995).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from analysis import change as method
from analysis.grouped import differences_between
from questionnaires.compare import compare_measures
from questionnaires.foreign_schema import ForeignWave
from questionnaires.schema import Instrument

from .declare import WaveRun, indicators
from .snapshot import Change, Link

K = TypeVar("K", bound=Hashable)
#: the two groups whose gap is always shown
FIRST_OF_GAP, SECOND_OF_GAP = "black", "white"


def link_of(old: Instrument | ForeignWave | None, new: Instrument | ForeignWave, measure: str) -> Link:
    """How this year's share stands to the one of the wave before."""
    if old is None:
        return "first"
    if measure in {one.id for one in old.measures}:
        return compare_measures(old, new, measure).kind
    if isinstance(new, Instrument) and new.question(new.measure(measure).question).replaces:
        return "broken"
    return "new"


def change_between(
    before: WaveRun, after: WaveRun, measure: str, group: str = "", level: str = ""
) -> method.Change | None:
    """The change from one wave to the next; None unless both figures are shown."""
    old = before.shown_share(measure, group, level)
    new = after.shown_share(measure, group, level)
    if old is None or new is None:
        return None
    return method.published_change(old, new, (before.sample.small_sample, after.sample.small_sample))


def gaps_within(run: WaveRun) -> dict[str, method.Change | None]:
    """By measure Black minus White residents within one wave, their covariance counted; None unless
    both are shown."""
    pair = (SECOND_OF_GAP, FIRST_OF_GAP)
    found = differences_between(run.sample, indicators(run), "group_race", pair)
    return {
        measure.id: gap if all(run.figure(measure.id, "race", level).shown for level in pair) else None
        for measure, gap in zip(run.source.measures, found, strict=True)
    }


def family(changes: Mapping[K, method.Change | None]) -> dict[K, method.Change | None]:
    """The same changes, corrected as one family."""
    corrected = method.correct_family(list(changes.values()))
    return dict(zip(changes, corrected, strict=True))


def told(change: method.Change | None, since: int) -> Change | None:
    """A change as a snapshot keeps it; None when it has no test."""
    if change is None or change.interval is None or change.p_value is None:
        return None
    smallest = change.smallest_detectable()
    if smallest is None:
        return None
    return Change(
        since=since,
        difference=change.difference,
        se=change.se,
        low=change.interval[0],
        high=change.interval[1],
        df=change.df,
        p=change.p_value,
        p_adjusted=change.p_adjusted,
        direction=change.direction(),
        smallest=smallest,
    )
