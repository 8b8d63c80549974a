"""Letters as PDF: two languages to a page, the code in plain signs and as a QR image.

A letter has a number and no address: whoever drew the sample puts it into the envelope of that number.
Every address of a wave gets the same languages, so that the language of an answer tells nothing about
an address. The QR image holds the code behind the #: no server and no log along the way sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup

from ..config import Config
from ..i18n import Language, offered
from ..printing import FONT_FAMILY
from .codes import make_code, show_code

#: Languages beside each other on one page.
ON_A_PAGE = 2


@dataclass(frozen=True, slots=True)
class LetterTerms:
    """What all letters of a mailing share."""

    wave_id: str
    languages: tuple[str, ...]
    incentive: int | None
    reminder: bool
    address: str


@dataclass(frozen=True, slots=True)
class Side:
    """One language of a page: its words, already in that language."""

    code: str
    direction: str
    body: Markup


@dataclass(frozen=True, slots=True)
class Page:
    """One page of one letter."""

    number: int
    code: str
    qr: Markup
    sides: tuple[Side, ...]


def survey_address(config: Config) -> str:
    """Where residents answer; a demonstration without a public address names this machine."""
    return config.public_url or f"http://{config.host}:{config.port}"


class LetterBook:
    """The letters of one mailing; words are made once, and only code and number differ."""

    def __init__(self, terms: LetterTerms, making_key: bytes) -> None:
        self.terms, self._key = terms, making_key
        languages = [offered()[code] for code in terms.languages]
        pairs = [languages[at : at + ON_A_PAGE] for at in range(0, len(languages), ON_A_PAGE)]
        self._pages = [tuple(self._side(language) for language in pair) for pair in pairs]

    def _side(self, language: Language) -> Side:
        host = urlsplit(self.terms.address).netloc
        with force_locale(language.code):
            body = render_template(
                "invitations/letter_words.html",
                terms=self.terms,
                typed=f"{host}/{language.code}/survey",
            )
        return Side(language.code, language.direction, Markup(body))  # noqa: S704 - from our template

    def html(self, numbers: Sequence[int]) -> str:
        """One document with the letters of these numbers."""
        pages = [page for number in numbers for page in self._letter(number)]
        return render_template(
            "invitations/letters_print.html",
            pages=pages,
            language=self.terms.languages[0],
            others=[one.own_name for one in offered().values()],
            fonts=Markup(FONT_FAMILY),  # noqa: S704 - our own
        )

    def _letter(self, number: int) -> list[Page]:
        code = show_code(make_code(self._key, self.terms.wave_id, number))
        return [Page(number, code, self._qr(sides[0].code, code), sides) for sides in self._pages]

    def _qr(self, language: str, code: str) -> Markup:
        image = segno.make(f"{self.terms.address}/{language}/survey#c={code}", error="m", micro=False)
        return Markup(image.svg_inline(scale=4, border=4, title=code))  # noqa: S704 - made by segno
