"""The map of police districts: their shares, and which stand clearly above or below the city."""

from __future__ import annotations

from analysis.charts import District, DistrictMap, Stand, stand_of

from . import names, words
from .picture import DISTRICTS, Picture, mark_of
from .snapshot import MeasureFigures, Snapshot
from .speech import gettext as _
from .speech import listed
from .wording import Words


def map_picture(
    snapshot: Snapshot, measure: MeasureFigures, wording: Words, *, rtl: bool
) -> Picture | None:
    """The map of this year; None without a single district that may be shown."""
    city = measure.latest.figure.estimate
    districts = []
    for one in measure.groups:
        if one.group != DISTRICTS:
            continue
        figure = one.figure
        known = figure.low is not None and figure.high is not None and figure.estimate is not None
        interval = (figure.low, figure.high) if known else None
        districts.append(
            District(
                id=one.level,
                name=names.level_name(DISTRICTS, one.level, wording.districts),
                words=words.percent(figure.estimate) if figure.estimate is not None else _("not shown"),
                stand=stand_of(interval, city),  # type: ignore[arg-type]
            )
        )
    if all(one.stand == "hidden" for one in districts):
        return None
    means: dict[Stand, str] = {
        "higher": _("Clearly above the city"),
        "lower": _("Clearly below the city"),
        "neither": _("Not clearly different from the city"),
        "hidden": _("Not shown: too few people answered"),
    }
    title = wording.title(measure.id)
    said = [_("Map: %(title)s, by police district, %(year)s.", title=title, year=str(snapshot.year))]
    for stand, meaning in means.items():
        held = [f"{one.name} {one.words}" for one in districts if one.stand == stand]
        if held and stand == "hidden":
            held = [one.name for one in districts if one.stand == stand]
        if held:
            said.append(_("%(what)s: %(where)s.", what=meaning, where=listed(held)))
    drawing = DistrictMap(
        title=title,
        districts=tuple(districts),
        key=tuple(
            (stand, meaning)
            for stand, meaning in means.items()
            if any(one.stand == stand for one in districts)
        ),
        mark=mark_of(snapshot, beside=False),
        rtl=rtl,
    )
    return Picture(f"{measure.id}-map", drawing, " ".join(said))
