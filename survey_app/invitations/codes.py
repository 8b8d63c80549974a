"""Invitation codes: nine signs in threes, `K7M-4RX-9WD`, made to be read aloud and typed on a phone.

The alphabet has 23 signs. It leaves out vowels, so that no code spells a word, and one of each pair
that is taken for another on paper: no 0 O Q, no 1 I L, no U V, no B beside 8, no S beside 5, no Z
beside 2. Eight signs are drawn (23^8, about 78 thousand million); the ninth makes the sum of place
times sign divisible by 23. Because 23 is prime, every single wrong sign and every swap of two
neighbors breaks that sum.
"""

from __future__ import annotations

import hashlib
import unicodedata

SIGNS = "23456789CDFGHJKMNPRTWXY"
LENGTH = 9
_PRIME = len(SIGNS)
#: What people type for a sign that looks alike, also with a Russian keyboard.
_ALIKE = str.maketrans("SZBКМНРСТХУ", "528KMHPCTXY")


def make_code(key: bytes, wave_id: str, number: int) -> str:
    """The code of a wave's address `number`: the same whenever it is made with the same key."""
    name = f"{wave_id}|{number}".encode()
    value = int.from_bytes(
        hashlib.blake2b(name, key=key, digest_size=32, person=b"invite-code").digest()
    )
    signs = []
    for _place in range(LENGTH - 1):
        value, sign = divmod(value, _PRIME)
        signs.append(sign)
    return "".join(SIGNS[sign] for sign in [*signs, _check_sign(signs)])


def _check_sign(signs: list[int]) -> int:
    """The ninth sign: place times sign, over all nine places, is divisible by 23."""
    total = sum(place * sign for place, sign in enumerate(signs, start=1))
    return -total * pow(LENGTH, -1, _PRIME) % _PRIME


def read_code(typed: str) -> str | None:
    """The code somebody typed, without blanks and hyphens; None when it cannot be a code."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(sign for sign in plain if sign.isalnum()).translate(_ALIKE)
    plain = "".join(_western(sign) for sign in plain)
    if len(plain) != LENGTH or any(sign not in SIGNS for sign in plain):
        return None
    signs = [SIGNS.index(sign) for sign in plain]
    return plain if signs[-1] == _check_sign(signs[:-1]) else None


def _western(sign: str) -> str:
    """A digit of any script as a Western one."""
    return str(unicodedata.digit(sign)) if sign.isdigit() else sign


def show_code(code: str) -> str:
    """In threes, as printed."""
    return "-".join(code[at : at + 3] for at in range(0, LENGTH, 3))


def digest_of(key: bytes, wave_id: str, code: str) -> str:
    """What the database keeps of a code: without the key nobody can go back, nor try all codes."""
    text = f"{wave_id}|{code}".encode()
    return hashlib.blake2b(text, key=key, digest_size=32, person=b"invite-digest").hexdigest()
