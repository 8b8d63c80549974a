"""Any number of answers."""

from __future__ import annotations

from flask_babel import gettext as _

from ..words import Asked
from .base import FieldView, Parsed, Sent, Value, as_code, options


class MultipleField:
    """Tick boxes; an exclusive answer ("none of these", "rather not say") stands alone."""

    def parse(self, asked: Asked, sent: Sent) -> Parsed:
        codes: list[int] = []
        offered = dict((*asked.choices, *asked.missing))
        for text in sent.get(asked.id, ()):
            code = as_code(text.strip())
            if code is None or code not in offered:
                return Parsed(None, _("Choose from the answers shown here."))
            if code not in codes:
                codes.append(code)
        if not codes:
            return Parsed(None)
        missing = [code for code, _text in asked.missing]
        alone = next((code for code in codes if code in (*asked.exclusive, *missing)), None)
        if alone is not None and len(codes) > 1:
            message = _(
                "Choose either “%(answer)s” or the other answers, not both.", answer=offered[alone]
            )
            return Parsed(None, message)
        if alone in missing:
            return Parsed(alone)
        return Parsed(sorted(codes))

    def fill(self, asked: Asked, value: Value) -> Sent:
        codes = value if isinstance(value, list) else [value]
        return {asked.id: [str(code) for code in codes]}

    def view(self, asked: Asked, sent: Sent, error: str | None) -> FieldView:
        shown = options(asked, [text.strip() for text in sent.get(asked.id, ())])
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
        if isinstance(value, int):
            return (asked.words_of(value),)
        assert isinstance(value, list)  # noqa: S101 - what parse made
        return tuple(asked.words_of(code) for code in value)
