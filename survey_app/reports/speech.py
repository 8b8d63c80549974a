"""gettext and Babel's number formats with types: a sentence is a str, whatever the library says."""

from __future__ import annotations

from typing import Any

import flask_babel
from babel.lists import format_list
from babel.numbers import get_minus_sign_symbol, get_plus_sign_symbol


def gettext(message: str, **values: Any) -> str:
    """The sentence in the language of the page; imported as `_`, by which the extractor knows it."""
    return str(flask_babel.gettext(message, **values))


def ngettext(one: str, several: str, number: int, /, **values: Any) -> str:
    return str(flask_babel.ngettext(one, several, number, **values))


def decimal(number: float, pattern: str | None = None) -> str:
    return str(flask_babel.format_decimal(number, pattern))


def signed(number: int) -> str:
    """A whole number with its sign. Arabic's signs hold a mark that keeps them left of the number."""
    locale = flask_babel.get_locale() or "en"
    if number == 0:
        return decimal(number)
    sign = get_plus_sign_symbol(locale) if number > 0 else get_minus_sign_symbol(locale)
    return sign + decimal(abs(number))


def percent(share: float, *, digits: int = 0) -> str:
    pattern = None if not digits else "#,##0." + "0" * digits + "%"
    return str(flask_babel.format_percent(share, pattern))


def listed(items: list[str]) -> str:
    """Several things in a row, as the language joins them."""
    return str(format_list(items, locale=flask_babel.get_locale() or "en"))
