"""What every kind of question knows how to do: show itself, read what was sent, say it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..words import Asked

#: What is kept in a draft: a code, several codes, text, or the parts of an area.
Value = int | list[int] | str | dict[str, str]
#: A form as sent: names to the values given for them.
Sent = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Parsed:
    """`value` is None when the question was left without an answer."""

    value: Value | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to tick or to pick from a list."""

    id: str
    value: str
    text: str
    checked: bool
    #: "don't know" and "rather not say" stand a little apart
    aside: bool = False


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question as the template shows it. `anchor` is the control an error links to."""

    id: str
    kind: str
    anchor: str
    text: str
    hint: str
    announce: str
    error: str | None
    options: tuple[Option, ...] = ()
    typed: str = ""
    max_length: int | None = None
    labels: tuple[str, ...] = ()
    names: tuple[Option, ...] = ()

    @property
    def described_by(self) -> str:
        """Ids of the hint and the error, for screen readers."""
        ids = [f"{self.id}-hint"] if self.hint else []
        ids += [f"{self.id}-error"] if self.error else []
        return " ".join(ids)


class Field(Protocol):
    """The handler of one kind of question."""

    def parse(self, asked: Asked, sent: Sent) -> Parsed:
        """What a sent form says about this question."""

    def fill(self, asked: Asked, value: Value) -> Sent:
        """The form a resident would have sent for this value."""

    def view(self, asked: Asked, sent: Sent, error: str | None) -> FieldView:
        """The question as shown, with what was sent ticked or written in."""

    def say(self, asked: Asked, value: Value) -> tuple[str, ...]:
        """The value in words, for the review page."""


def first(sent: Sent, name: str) -> str:
    """The first value sent under a name, without blanks around it; empty when there is none."""
    values = sent.get(name, ())
    return values[0].strip() if values else ""


def as_code(text: str) -> int | None:
    """A code as sent, or None when it is not a short whole number in plain digits."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 4):
        return None
    return int(text)


def options(asked: Asked, chosen: Sequence[str]) -> tuple[Option, ...]:
    """All answers of a closed question, with those chosen ticked."""
    missing = {code for code, _text in asked.missing}
    return tuple(
        Option(
            id=f"{asked.id}-{code}",
            value=str(code),
            text=text,
            checked=str(code) in chosen,
            aside=code in missing,
        )
        for code, text in (*asked.choices, *asked.missing)
    )


def missing_options(asked: Asked, chosen: Sequence[str]) -> tuple[Option, ...]:
    """Only "don't know" and "rather not say", for questions that are written in."""
    return tuple(option for option in options(asked, chosen) if option.aside)


def missing_code(asked: Asked, text: str) -> int | None:
    """The missing code that was ticked; None when it is not one this question offers."""
    code = as_code(text)
    return code if code in {offered for offered, _text in asked.missing} else None
