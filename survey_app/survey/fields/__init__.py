"""One small handler for each kind of question, behind one dict."""

from __future__ import annotations

from questionnaires.schema import Kind

from ..words import Asked
from .area import AreaField
from .base import Field, FieldView, Option, Parsed, Sent, Value
from .count import CountField
from .multiple import MultipleField
from .single import SingleField
from .text import TextField

FIELDS: dict[Kind, Field] = {
    "single": SingleField(),
    "multiple": MultipleField(),
    "text": TextField(),
    "count": CountField(),
    "area": AreaField(),
}


def read_answers(
    asked: tuple[Asked, ...], sent: Sent
) -> tuple[dict[str, Value | None], dict[str, str]]:
    """What a sent form says: values and error messages by question id; None where left blank."""
    parsed = {one.id: FIELDS[one.kind].parse(one, sent) for one in asked}
    values = {name: found.value for name, found in parsed.items()}
    return values, {name: found.error for name, found in parsed.items() if found.error}


__all__ = ["FIELDS", "Field", "FieldView", "Option", "Parsed", "Sent", "Value", "read_answers"]
