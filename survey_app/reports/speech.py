"""gettext and Babel's number formats with types: a sentence is a str, whatever the library says."""

from __future__ import annotations

from typing import Any

import flask_babel


def gettext(message: str, **values: Any) -> str:
    """The sentence in the language of the page; imported as `_`, by which the extractor knows it."""
    return str(flask_babel.gettext(message, **values))


def ngettext(one: str, several: str, number: int, /, **values: Any) -> str:
    return str(flask_babel.ngettext(one, several, number, **values))


def decimal(number: float, pattern: str | None = None) -> str:
    return str(flask_babel.format_decimal(number, pattern))


def percent(share: float) -> str:
    return str(flask_babel.format_percent(share))
