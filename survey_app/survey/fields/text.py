"""An answer in the resident's own words."""

from __future__ import annotations

import unicodedata

from flask_babel import format_decimal, ngettext

from ..words import Asked
from .base import FieldView, Parsed, Sent, Value

#: When the instrument sets no bound of its own.
MOST = 1000


def clean(text: str) -> str:
    """One kind of line break, no control characters (no database keeps them), no blanks around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        letter
        for letter in text
        if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"}
    )
    return "".join(kept).strip()


class TextField:
    """A box to write in, with a bound on its length."""

    def parse(self, asked: Asked, sent: Sent) -> Parsed:
        values = sent.get(asked.id, ())
        text = clean(values[0]) if values else ""
        over = len(text) - (asked.max_length or MOST)
        if over > 0:
            message = ngettext(
                "Your text is %(over)s letter too long. Please make it shorter.",
                "Your text is %(over)s letters too long. Please make it shorter.",
                over,
                over=format_decimal(over),
            )
            return Parsed(None, message)
        return Parsed(text or None)

    def fill(self, asked: Asked, value: Value) -> Sent:
        return {asked.id: [str(value)]}

    def view(self, asked: Asked, sent: Sent, error: str | None) -> FieldView:
        values = sent.get(asked.id, ())
        return FieldView(
            id=asked.id,
            kind=asked.kind,
            anchor=f"{asked.id}-text",
            text=asked.text,
            hint=asked.hint,
            announce=asked.announce,
            error=error,
            typed=clean(values[0]) if values else "",
            max_length=asked.max_length or MOST,
        )

    def say(self, asked: Asked, value: Value) -> tuple[str, ...]:
        return (str(value),)
