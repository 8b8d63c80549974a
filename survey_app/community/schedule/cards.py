"""The voluntary card: what it asks, in words, and what of its counts may be shown in public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from analysis.suppression import PRIVACY_FLOOR, Decision, complementary
from questionnaires.load import available, load_instrument

from ...i18n import catalogue, current_language, speaking
from ..kinds import direction_of, police_districts, spoken_languages
from .models import TRAITS

#: Under 18: the survey does not ask the young, a session may be theirs.
UNDER_18 = "0"
_QUESTIONS = {"age": "age_group", "race": "race_ethnicity"}


@dataclass(frozen=True)
class Trait:
    """One line of the card: its title and the choices, code to words in the language of the page."""

    id: str
    title: str
    choices: Mapping[str, str]


@dataclass(frozen=True)
class ShownCount:
    """A count for everybody; `people` None where it is withheld to protect a small group."""

    label: str
    people: int | None


@dataclass(frozen=True)
class PrintedCard:
    """The whole card in one language."""

    language: str
    direction: str
    title: str
    paragraphs: tuple[str, ...]
    traits: tuple[Trait, ...]


def card() -> tuple[Trait, ...]:
    """The card, worded as the newest questionnaire words the same questions."""
    choices = {
        "age": {UNDER_18: _("Under 18"), **_answers("age")},
        "race": _answers("race"),
        "language": spoken_languages(),
        "district": police_districts(),
    }
    titles = {
        "age": _("Age"),
        "race": _("Race or ethnicity"),
        "language": _("Language"),
        "district": _("Police district"),
    }
    return tuple(Trait(trait, titles[trait], choices[trait]) for trait in TRAITS)


def card_in(language: str) -> PrintedCard:
    """The card to hand out, in this language."""
    with speaking(language):
        return PrintedCard(
            language=language,
            direction=direction_of(language),
            title=_("Who is in the room?"),
            paragraphs=(
                _("You do not have to fill this in. Tick what you like, leave out what you like."),
                _("No name. We add up the ticks and throw the cards away."),
            ),
            traits=card(),
        )


def _answers(trait: str) -> dict[str, str]:
    question = load_instrument(max(available())).question(_QUESTIONS[trait])
    words = catalogue(current_language().code, "instrument")
    return {
        str(one.code): str(words.pgettext(f"{question.id}.choice.{one.code}", one.text))
        for one in question.choices
    }


def shown_counts(trait: Trait, counts: Mapping[str, int]) -> tuple[ShownCount, ...]:
    """Counts of a trait for the public: groups under `PRIVACY_FLOOR` are withheld, and with a single
    small one another, so that nobody can subtract it from the people in the room."""
    codes = [code for code in trait.choices if counts.get(code)]
    people = [counts[code] for code in codes]
    first = [
        Decision(count >= PRIVACY_FLOOR, "" if count >= PRIVACY_FLOOR else "privacy_n<10")
        for count in people
    ]
    return tuple(
        ShownCount(trait.choices[code], count if decision.show else None)
        for code, count, decision in zip(codes, people, complementary(people, first), strict=True)
    )
