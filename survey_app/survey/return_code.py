"""Codes to come back with: twelve signs to be read aloud, of which the last catches typing errors.

Crockford's 32 signs: digits and capital letters without I, L, O, U; what people write in their place is
understood. Eleven signs are drawn at random (55 bits). The twelfth is a weighted sum of them in the
field of 32 elements with a different weight for each place, so that one wrong sign and two exchanged
signs, wherever they stand, are always found.
"""

from __future__ import annotations

import secrets
import unicodedata

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
#: bits that are drawn at random
BITS = (LENGTH - 1) * 5
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
#: x^5 + x^2 + 1, which makes the field of 32 elements and has x as a generator
_POLYNOMIAL = 0b100101


def new_code() -> str:
    """A fresh code, without the gaps it is shown with."""
    drawn = [secrets.randbelow(32) for _sign in range(LENGTH - 1)]
    return "".join(SIGNS[value] for value in (*drawn, _check(drawn)))


def show_code(code: str) -> str:
    """In groups of four, as it is written down: ABCD-EFGH-JKMN."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def read_code(typed: str) -> str | None:
    """The code somebody means; None when it cannot be one (a sign is wrong, missing or exchanged)."""
    letters = unicodedata.normalize("NFKC", typed).upper().translate(_MEANT)
    code = "".join(_plain(letter) for letter in letters if letter.isalnum())
    if len(code) != LENGTH or not set(code) <= set(SIGNS):
        return None
    values = [SIGNS.index(sign) for sign in code]
    return code if _check(values[:-1]) == values[-1] else None


def _plain(letter: str) -> str:
    """Digits of any script as ASCII digits."""
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _check(values: list[int]) -> int:
    total, weight = 0, 1
    for value in values:
        weight = _times(weight, 2)
        total ^= _times(weight, value)
    return total


def _times(one: int, other: int) -> int:
    """Product in the field of 32 elements."""
    product = 0
    for bit in range(5):
        if other >> bit & 1:
            product ^= one << bit
    for bit in range(9, 4, -1):
        if product >> bit & 1:
            product ^= _POLYNOMIAL << (bit - 5)
    return product
