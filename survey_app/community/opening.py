"""What a facilitator reads to the room before anything is written down, in each language spoken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l

from ..i18n import DEFAULT, languages, offered
from .agenda import PROMPTS

STATEMENT: tuple[LazyString, ...] = (
    _l("Welcome. We want to hear how safe you feel and how the city’s plan is going where you live."),
    _l("We write down what is said, so that it can be counted. We do not write down who said it."),
    _l("Please say no names: not yours, not a neighbor’s, not an officer’s. We leave names out."),
    _l("There is no recording, no photo and no list of who came."),
    _l("How often a subject came up here goes into the public report. You do not have to speak."),
    _l(
        "If you are under 18, a parent or guardian must agree before you speak. "
        "We count what you say and never quote it."
    ),
    _l(
        "This is not the place to report a crime or an officer. Ask us afterwards and we show you "
        "where. In danger call 911. When you need to talk call 988."
    ),
)


@dataclass(frozen=True)
class OpeningText:
    """The statement in one language, paragraph by paragraph."""

    language: str
    direction: str
    name: str
    paragraphs: tuple[str, ...]


def opening_texts(spoken: Sequence[str]) -> tuple[tuple[OpeningText, ...], tuple[str, ...]]:
    """The statement in the languages of a session, and the codes in which we do not have it."""
    return texts_aloud(STATEMENT, spoken)


def agenda_texts(codes: Sequence[str], spoken: Sequence[str]) -> tuple[OpeningText, ...]:
    """The prompts of a session, to ask in its languages."""
    return texts_aloud([PROMPTS[code] for code in codes if code in PROMPTS], spoken)[0]


def texts_aloud(
    sentences: Sequence[LazyString], spoken: Sequence[str]
) -> tuple[tuple[OpeningText, ...], tuple[str, ...]]:
    """Sentences in the languages of a session, and the codes in which we do not have them.

    English is there when no other is, for the interpreter to read from.
    """
    source = _paragraphs(sentences, DEFAULT)
    found: list[OpeningText] = []
    missing: list[str] = []
    for code in spoken:
        own = _paragraphs(sentences, code) if code in offered() else source
        if code != DEFAULT and any(mine == theirs for mine, theirs in zip(own, source, strict=True)):
            missing.append(code)
            continue
        found.append(_text(code, own))
    if missing and not any(one.language == DEFAULT for one in found):
        found.insert(0, _text(DEFAULT, source))
    return tuple(found), tuple(missing)


def _paragraphs(sentences: Sequence[LazyString], language: str) -> tuple[str, ...]:
    with force_locale(language):
        return tuple(str(one) for one in sentences)


def _text(code: str, paragraphs: tuple[str, ...]) -> OpeningText:
    item = languages()[code]
    return OpeningText(code, item.direction, item.own_name, paragraphs)
