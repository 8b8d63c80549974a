"""A whole number."""

from __future__ import annotations

import re

from flask_babel import format_decimal
from flask_babel import gettext as _

from ..words import Asked
from .base import FieldView, Parsed, Sent, Value, first, missing_code, missing_options

_DIGITS = re.compile(r"\d{1,4}")


def missing_name(asked: Asked) -> str:
    """The name of the tick box beside the number."""
    return f"{asked.id}-missing"


class CountField:
    """A short box for a number (any script's digits), and "rather not say" beside it."""

    def parse(self, asked: Asked, sent: Sent) -> Parsed:
        typed, ticked = first(sent, asked.id), first(sent, missing_name(asked))
        if ticked:
            code = missing_code(asked, ticked)
            if code is None:
                return Parsed(None, _("Choose one of the answers shown here."))
            if typed:
                message = _(
                    "Write a number or choose “%(answer)s”, not both.", answer=asked.words_of(code)
                )
                return Parsed(None, message)
            return Parsed(code)
        if not typed:
            return Parsed(None)
        low, high = asked.minimum or 0, asked.maximum or 9999
        if not _DIGITS.fullmatch(typed) or not low <= int(typed) <= high:
            message = _(
                "Write a whole number from %(low)s to %(high)s.",
                low=format_decimal(low),
                high=format_decimal(high),
            )
            return Parsed(None, message)
        return Parsed(int(typed))

    def fill(self, asked: Asked, value: Value) -> Sent:
        name = missing_name(asked) if value in dict(asked.missing) else asked.id
        return {name: [str(value)]}

    def view(self, asked: Asked, sent: Sent, error: str | None) -> FieldView:
        return FieldView(
            id=asked.id,
            kind=asked.kind,
            anchor=f"{asked.id}-number",
            text=asked.text,
            hint=asked.hint,
            announce=asked.announce,
            error=error,
            typed=first(sent, asked.id)[:20],
            options=missing_options(asked, sent.get(missing_name(asked), ())),
        )

    def say(self, asked: Asked, value: Value) -> tuple[str, ...]:
        assert isinstance(value, int)  # noqa: S101 - what parse made
        if value in dict(asked.missing):
            return (asked.words_of(value),)
        return (str(format_decimal(value)),)
