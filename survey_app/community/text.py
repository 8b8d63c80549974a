"""What is done to every text before it is kept."""

from __future__ import annotations

import re
import unicodedata

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def clean_text(text: str) -> str:
    """One form of Unicode, one kind of line end, no control characters, nothing around it."""
    return _UNPRINTABLE.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n")).strip()
