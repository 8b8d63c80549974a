"""Where somebody lives: a neighborhood from the list, or a ZIP code. Neither is ever stored.

In a draft (encrypted, seven days at most) the value is `{"neighborhood": name}` or
`{"zip": digits}`; `codes.py` turns it into the derived areas when the survey is sent.
"""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

from questionnaires.areas import neighborhoods, zip_codes

from ..words import Asked
from .base import FieldView, Option, Parsed, Sent, Value, first, missing_code, missing_options
from .count import missing_name


def zip_name(asked: Asked) -> str:
    """The name of the box for the ZIP code."""
    return f"{asked.id}-zip"


def plain_digits(text: str) -> str:
    """Digits of any script as ASCII digits; anything else stays as it is."""
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
    )


class AreaField:
    """A native list (every phone can search it by typing), a box for the ZIP, "rather not say"."""

    def parse(self, asked: Asked, sent: Sent) -> Parsed:
        name = first(sent, asked.id)
        zip_code = plain_digits(first(sent, zip_name(asked)))
        ticked = first(sent, missing_name(asked))
        if ticked:
            code = missing_code(asked, ticked)
            if code is None:
                return Parsed(None, _("Choose one of the answers shown here."))
            if name or zip_code:
                message = _(
                    "Give a neighborhood or a ZIP code, or choose “%(answer)s”, not both.",
                    answer=asked.words_of(code),
                )
                return Parsed(None, message)
            return Parsed(code)
        if name:
            if name not in {place.name for place in neighborhoods()}:
                return Parsed(None, _("Choose a neighborhood from the list."))
            return Parsed({"neighborhood": name})
        if not zip_code:
            return Parsed(None)
        if zip_code not in zip_codes():
            return Parsed(None, _("Write a ZIP code in Baltimore City: five digits, such as 21201."))
        return Parsed({"zip": zip_code})

    def fill(self, asked: Asked, value: Value) -> Sent:
        if isinstance(value, dict):
            return {
                asked.id: [value.get("neighborhood", "")],
                zip_name(asked): [value.get("zip", "")],
            }
        return {missing_name(asked): [str(value)]}

    def view(self, asked: Asked, sent: Sent, error: str | None) -> FieldView:
        picked = first(sent, asked.id)
        return FieldView(
            id=asked.id,
            kind=asked.kind,
            anchor=f"{asked.id}-name",
            text=asked.text,
            hint=asked.hint,
            announce=asked.announce,
            error=error,
            typed=first(sent, zip_name(asked))[:20],
            options=missing_options(asked, sent.get(missing_name(asked), ())),
            labels=asked.labels,
            names=tuple(
                Option(id="", value=place.name, text=place.name, checked=place.name == picked)
                for place in neighborhoods()
            ),
        )

    def say(self, asked: Asked, value: Value) -> tuple[str, ...]:
        if isinstance(value, dict):
            return (value.get("neighborhood") or value["zip"],)
        assert isinstance(value, int)  # noqa: S101 - what parse made
        return (asked.words_of(value),)
