"""What protecting the answers cost: the shown figures beside those of the answers as given."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.estimates import Share

from .declare import Key, WaveRun
from .public_file import K
from .snapshot import Count, ProtectionFigures


def protection_figures(public: WaveRun, given: Mapping[Key, Share]) -> ProtectionFigures:
    """The largest shifts of the figures that are shown; `given`: the same wave's shares from the
    answers as they were given."""
    moved = {
        key: (abs(share.estimate - before.estimate), share.se)
        for key, share in public.shares.items()
        if public.figures[key].shown
        and (before := given[key]).estimate is not None
        and share.estimate is not None
    }
    city = [shift for (_measure, group, _level), (shift, _se) in moved.items() if not group]
    groups = [shift for (_measure, group, _level), (shift, _se) in moved.items() if group]
    lost = public.protected.lost if public.protected else {}
    return ProtectionFigures(
        k=K,
        rows=len(public.protected.rows) if public.protected else 0,
        touched=public.protected.touched if public.protected else 0,
        lost=tuple(Count(name, number) for name, number in sorted(lost.items())),
        moved_city=max(city, default=0.0),
        moved_group=max(groups, default=0.0),
        in_errors=max((shift / se for shift, se in moved.values() if se), default=0.0),
    )
