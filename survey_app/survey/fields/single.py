"""One answer of several."""

from __future__ import annotations

from flask_babel import gettext as _

from ..words import Asked
from .base import FieldView, Parsed, Sent, Value, as_code, first, options


class SingleField:
    """Radio buttons; "don't know" and "rather not say" are answers like the others."""

    def parse(self, asked: Asked, sent: Sent) -> Parsed:
        text = first(sent, asked.id)
        if not text:
            return Parsed(None)
        code = as_code(text)
        if code is None or code not in dict((*asked.choices, *asked.missing)):
            return Parsed(None, _("Choose one of the answers shown here."))
        return Parsed(code)

    def fill(self, asked: Asked, value: Value) -> Sent:
        return {asked.id: [str(value)]}

    def view(self, asked: Asked, sent: Sent, error: str | None) -> FieldView:
        shown = options(asked, sent.get(asked.id, ()))
        return FieldView(
            id=asked.id,
            kind=asked.kind,
            anchor=shown[0].id,
            text=asked.text,
            hint=asked.hint,
            announce=asked.announce,
            error=error,
            options=shown,
        )

    def say(self, asked: Asked, value: Value) -> tuple[str, ...]:
        assert isinstance(value, int)  # noqa: S101 - what parse made
        return (asked.words_of(value),)
