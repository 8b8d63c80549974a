"""How we know, in plain words, from the figures of the method."""

from __future__ import annotations

from . import names, words
from .snapshot import ProtectionFigures, Snapshot, WeightFigures
from .speech import decimal, listed
from .speech import gettext as _


def method_sentences(snapshot: Snapshot) -> tuple[str, ...]:
    """Paragraphs about the weights, the ranges, the changes and what is left out.

    How the survey was done (who, when, how many, who is missing) is told by transparency.py.
    """
    weights = next((one for one in snapshot.weights if one.wave == snapshot.wave), None)
    found = [] if weights is None else _weighting(weights)
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
    found.append(
        _(
            "A figure is left out when few people stand behind it: to protect them, or because it "
            "would say little."
        )
    )
    found.append(protection_sentence(snapshot.protection))
    return tuple(found)


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
