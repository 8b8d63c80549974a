"""What the pages about languages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from ..i18n import SOURCE, Language, spoken
from .lint import words_of
from .models import DOMAINS, INSTRUMENT, INTERFACE
from .queries import Coverage
from .services import catalogue_coverage, shown_catalogue

DOMAIN_NAMES: dict[str, LazyString] = {
    INSTRUMENT: _l("Questions"),
    INTERFACE: _l("Pages and messages"),
}


@dataclass(frozen=True)
class CatalogueLine:
    """One catalogue of a language: how much is translated, how much was read by a native reader."""

    domain: str
    name: LazyString
    texts: int
    translated: int
    coverage: Coverage


@dataclass(frozen=True)
class LanguageLine:
    code: str
    own_name: str
    english_name: str
    direction: str
    source: bool
    offered: bool
    catalogues: tuple[CatalogueLine, ...]


def language_lines(session: Session) -> tuple[LanguageLine, ...]:
    return tuple(_line(session, item) for item in spoken().values())


def _line(session: Session, item: Language) -> LanguageLine:
    source = item.status == SOURCE
    return LanguageLine(
        code=item.code,
        own_name=item.own_name,
        english_name=item.english_name,
        direction=item.direction,
        source=source,
        offered=item.interface,
        catalogues=() if source else tuple(_catalogue(session, item.code, one) for one in DOMAINS),
    )


def _catalogue(session: Session, language: str, domain: str) -> CatalogueLine:
    messages = [one for one in shown_catalogue(session, language, domain) if one.id]
    done = sum(all(words_of(one)) and not one.fuzzy for one in messages)
    return CatalogueLine(
        domain=domain,
        name=DOMAIN_NAMES[domain],
        texts=len(messages),
        translated=done,
        coverage=catalogue_coverage(session, language, domain),
    )


@dataclass(frozen=True)
class About:
    """What a resident is told about the translation of the page: who read it, or nobody yet.

    `waiver` is what an administrator said in public why this wave is offered all the same.
    """

    source: bool
    read_by: str
    read_on: date | None
    waiver: str
    waived_on: date | None
    wave: str
