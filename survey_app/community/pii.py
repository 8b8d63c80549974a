"""Phone numbers and e-mail addresses in what somebody said: found, and masked.

Half-width, full-width and Arabic-Indic digits all count as digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

_GAP = r"[ \u00a0.\-\u2010-\u2013/]"
_PHONE = re.compile(
    rf"""(?<![\w$€£.,-])(?:
        \+\d[\d ().\-\u2010-\u2013]{{7,17}}\d             # +1 410 555 0123, +20 2 2735 5555
      | (?:1{_GAP}?)?\(\d{{3}}\){_GAP}?\d{{3}}{_GAP}?\d{{4}}
      | (?:1{_GAP})?\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{4}}
      | \d{{10}}
      | \d{{3}}[\-\u2010-\u2013.]\d{{4}}                  # 555-0123, said without its area code
    )(?![\w])(?![.,\-]\d)""",
    re.VERBOSE,
)
_EMAIL = re.compile(r"[\w.+'-]+\s?[@＠]\s?[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True)
class Finding:
    """A stretch of text, in code points, that may lead to a person."""

    start: int
    end: int
    kind: str


#: What is put in the place of a finding; the same in every language.
MASKS = {"phone": "[phone]", "email": "[e-mail]"}
KIND_LABELS: dict[str, LazyString] = {
    "phone": _l("This looks like a phone number"),
    "email": _l("This looks like an e-mail address"),
}
KEPT_BECAUSE: dict[str, LazyString] = {
    "public_contact": _l("It is the public number or address of an office"),
    "not_personal": _l("It is not a phone number or an e-mail address"),
}


def find_personal(text: str, language: str) -> tuple[Finding, ...]:
    """Findings from left to right, none overlapping."""
    found = [Finding(*match.span(), "email") for match in _EMAIL.finditer(text)]
    for match in _PHONE.finditer(text):
        if not any(match.start() < one.end and one.start < match.end() for one in found):
            found.append(Finding(*match.span(), "phone"))
    return tuple(sorted(found, key=lambda one: one.start))


def mask_personal(text: str, language: str) -> str:
    """The text with every finding replaced by a mark that says what stood there."""
    for one in reversed(find_personal(text, language)):
        text = text[: one.start] + MASKS[one.kind] + text[one.end :]
    return text
