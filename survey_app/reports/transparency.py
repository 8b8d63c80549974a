"""What a survey owes its readers: the items of AAPOR's Code (III.A) from the figures, in plain words.

Each sample by itself: the drawn one with its rates and its precision, the open link with the warning
that no margin of error can be worked out for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask_babel import format_date

from ..i18n import languages
from . import names, words
from .snapshot import Count, FieldworkFigures, Snapshot
from .speech import decimal, listed, percent
from .speech import gettext as _
from .unreached import unreached_sentence
from .views import Fact
from .wording import Words


def facts(snapshot: Snapshot, wording: Words) -> tuple[Fact, ...]:
    """One line an item: its name and what it is; the brief ones stand on the one-page summary."""
    brief = {
        _("When"),
        _("How many"),
        _("Response rate"),
        _("Smallest change"),
        _("Questions that changed"),
        _("What this is not"),
    }
    return tuple(
        Fact(name, text, brief=name in brief) for name, text in _facts(snapshot, wording) if text
    )


def _facts(snapshot: Snapshot, wording: Words) -> Iterator[tuple[str, str]]:
    weights = next(one for one in snapshot.weights if one.wave == snapshot.wave)
    yield (
        _("Who asked, who paid"),
        _(
            "%(sponsor)s asked. The City of Baltimore paid.",
            sponsor=wording.messages.get("sponsor", snapshot.sponsor),
        ),
    )
    yield _("Who could answer"), _("Adults of 18 or older who live in Baltimore City in a home.")
    yield (
        _("How people were chosen"),
        _(
            "Addresses were drawn at random in each police district. One adult of each address was "
            "asked: the one with the next birthday."
        ),
    )
    yield _("When"), _dates(snapshot)
    yield _("Ways to answer"), _modes(snapshot.modes)
    yield _("Languages"), _languages(snapshot)
    yield (
        _("How many"),
        _(
            "%(drawn)s people of the drawn sample; %(open)s by the open link, told apart.",
            drawn=words.whole(snapshot.drawn),
            open=words.whole(snapshot.open_link),
        ),
    )
    if snapshot.fieldwork is not None:
        yield _("Response rate"), _rates(snapshot.fieldwork)
    yield (
        _("Design effect"),
        _(
            "%(deff)s from weighting (Kish). It is counted in every range.",
            deff=decimal(round(weights.kish_deff, 2), "0.00"),
        ),
    )
    yield _("Smallest change"), _smallest(snapshot)
    yield _("Questions that changed"), _breaks(snapshot, wording)
    yield _("Who is missing"), unreached_sentence(snapshot)
    yield (
        _("The open link"),
        _(
            "Anyone could answer by it. No estimate of sampling error can be calculated for it, so it "
            "has no margin of error and is never added to the drawn sample."
        ),
    )
    yield (
        _("What this is not"),
        _("It is not the assessment of the monitor of the City’s consent decree."),
    )


def _dates(snapshot: Snapshot) -> str:
    if not snapshot.opened_on or not snapshot.closed_on:
        return ""
    return _(
        "%(first)s to %(last)s.",
        first=format_date(date.fromisoformat(snapshot.opened_on), "long"),
        last=format_date(date.fromisoformat(snapshot.closed_on), "long"),
    )


def _modes(counts: tuple[Count, ...]) -> str:
    told = [f"{names.mode_name(one.key)} {_number(one)}" for one in counts]
    return f"{listed(told)}." if told else ""


def _languages(snapshot: Snapshot) -> str:
    known = languages()
    told = [
        f"{known[one.key].own_name if one.key in known else one.key} {_number(one)}"
        for one in snapshot.languages
    ]
    return f"{listed(told)}." if told else ""


def _number(one: Count) -> str:
    return _("few") if one.n is None else words.whole(one.n)


def _rates(fieldwork: FieldworkFigures) -> str:
    told = [
        f"{rate.name} {percent(round(rate.value, 3), digits=1)}"
        for rate in fieldwork.rates
        if rate.name in {"RR1", "RR2", "RR3", "RR4"} and rate.value is not None
    ]
    return _(
        "%(rates)s of %(addresses)s addresses (numbers of the American Association for Public "
        "Opinion Research). RR1 counts every address of which nothing is known as one that could "
        "have answered; RR3 takes %(share)s of them to be so.",
        rates=listed(told),
        addresses=words.whole(fieldwork.addresses),
        share=percent(round(fieldwork.eligibility, 2)),
    )


def _breaks(snapshot: Snapshot, wording: Words) -> str:
    changed = [
        wording.title(measure.id)
        for measure in snapshot.measures
        if measure.latest.link in {"reworded", "broken"}
    ]
    if not changed:
        return _("None since the survey before.") if snapshot.previous else ""
    return _("The line breaks at: %(titles)s.", titles=listed(changed))


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
