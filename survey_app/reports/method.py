"""How we know, in plain words, from the figures of the method."""

from __future__ import annotations

from datetime import date

from flask_babel import format_date

from ..i18n import languages
from . import names, words
from .snapshot import ProtectionFigures, Snapshot, WeightFigures
from .speech import decimal, listed, ngettext
from .speech import gettext as _
from .views import Row, Table


def method_sentences(snapshot: Snapshot) -> tuple[str, ...]:
    """Paragraphs about the sample, the weights, the ranges, the changes, and who is missing."""
    weights = next((one for one in snapshot.weights if one.wave == snapshot.wave), None)
    found = [_sample(snapshot)]
    if weights is not None:
        found += _weighting(weights)
    found.append(
        _(
            "Each figure comes with a range. If the survey were done again and again, ranges made "
            "like this would hold the true figure 95 times in 100."
        )
    )
    found.append(
        _(
            "We say that something went up or down only when chance alone would hardly explain it. "
            "The main measures were named before the survey began. There are many other "
            "measures, so for them we ask for stronger evidence. Changes are worked out before "
            "figures are rounded."
        )
    )
    smallest = _smallest(snapshot)
    if smallest:
        found.append(smallest)
    found.append(
        _(
            "A figure is left out when few people stand behind it: to protect them, or because it "
            "would say little."
        )
    )
    found.append(protection_sentence(snapshot.protection))
    found.append(
        _(
            "The drawn sample comes from homes. It misses people who have no home, who are in jail, "
            "or who live in dormitories."
        )
    )
    found.append(
        _(
            "This report is not the assessment of the monitor who follows the City’s consent decree "
            "with the Department of Justice."
        )
    )
    return tuple(found)


def modes_table(snapshot: Snapshot) -> Table | None:
    """How the drawn sample answered and in which languages."""
    known = languages()
    rows = [(names.mode_name(one.key), one.n) for one in snapshot.modes]
    rows += [
        (known[one.key].own_name if one.key in known else one.key, one.n) for one in snapshot.languages
    ]
    if not rows:
        return None
    cells = tuple(
        Row(name, "", "", "" if n is None else words.whole(n), "", _few() if n is None else "")
        for name, n in rows
    )
    return Table(_("How people answered"), _("Way or language"), cells)


def _few() -> str:
    return _("Few")


def _sample(snapshot: Snapshot) -> str:
    if not snapshot.opened_on or not snapshot.closed_on:
        return ngettext(
            "%(count)s adult at an address drawn at random answered.",
            "%(count)s adults at addresses drawn at random answered.",
            snapshot.drawn,
            count=words.whole(snapshot.drawn),
        )
    return ngettext(
        "%(count)s adult at an address drawn at random answered between %(first)s and %(last)s.",
        "%(count)s adults at addresses drawn at random answered between %(first)s and %(last)s.",
        snapshot.drawn,
        count=words.whole(snapshot.drawn),
        first=_day(snapshot.opened_on),
        last=_day(snapshot.closed_on),
    )


def _day(text: str) -> str:
    return str(format_date(date.fromisoformat(text), "long"))


def _weighting(weights: WeightFigures) -> list[str]:
    found = [
        _(
            "Answers are weighted so that the sample matches the adults of Baltimore by these: "
            "%(margins)s.",
            margins=listed([names.margin_name(name) for name in weights.margins]),
        )
    ]
    if weights.gap is not None and weights.iterations is not None:
        found.append(
            _(
                "After %(rounds)s rounds the weights met every target to within %(gap)s percent.",
                rounds=words.whole(weights.iterations),
                gap=decimal(max(round(100 * weights.gap, 4), 0.0001), "0.0###"),
            )
        )
    found.append(
        _(
            "Weighting costs some precision: %(count)s answers count about as much as %(fewer)s from "
            "a simple draw.",
            count=words.whole(weights.n),
            fewer=words.whole(weights.n / weights.kish_deff),
        )
    )
    return found


def protection_sentence(done: ProtectionFigures) -> str:
    return _(
        "To protect people, some of what %(touched)s of %(rows)s people said about themselves was left "
        "blank before anything was computed. This moved the figures for the city by at most "
        "%(points)s.",
        touched=words.whole(done.touched),
        rows=words.whole(done.rows),
        points=words.points(done.moved_city),
    )


def _smallest(snapshot: Snapshot) -> str:
    """The smallest change the main measures could have shown."""
    found = [
        measure.latest.change.smallest
        for measure in snapshot.measures
        if measure.primary and measure.latest.change is not None
    ]
    if not found:
        return ""
    return _(
        "In the main measures a change of about %(points)s would have been found four times in five.",
        points=words.points(max(found)),
    )
