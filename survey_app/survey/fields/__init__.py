"""One small handler for each kind of question, behind one dict."""

from __future__ import annotations

from questionnaires.schema import Kind

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

__all__ = ["FIELDS", "Field", "FieldView", "Option", "Parsed", "Sent", "Value"]
