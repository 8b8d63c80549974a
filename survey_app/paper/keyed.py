"""What one person keyed from a form: encrypted while it waits, and compared with what another keyed."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ..survey.fields import Value
from ..survey.sealing import lock, unlock

#: The name under which the code of a letter is keyed, beside the questions.
CODE = "code"


@dataclass(frozen=True, slots=True)
class Keyed:
    """Answers by question id (nothing where the form was left blank), and the code of a letter."""

    answers: Mapping[str, Value]
    code: str = ""

    def to_json(self) -> bytes:
        return json.dumps({"answers": dict(self.answers), "code": self.code}).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Keyed:
        body = json.loads(text)
        return cls(body["answers"], body["code"])


def form_key(secret: str, wave_id: str, number: int) -> bytes:
    """The key of one form. It needs the server's secret, which is not in the database."""
    name = f"{wave_id}|{number}".encode()
    key = hashlib.blake2b(secret.encode(), digest_size=32).digest()
    return hashlib.blake2b(name, key=key, digest_size=32, person=b"paper-form").digest()


def lock_keyed(key: bytes, keyed: Keyed) -> bytes:
    return lock(key, keyed.to_json())


def open_keyed(key: bytes, ciphertext: bytes) -> Keyed:
    """Raises CannotOpen when the server's secret is another than when the form was keyed."""
    return Keyed.from_json(unlock(key, ciphertext))


def differences(first: Keyed, second: Keyed, names: tuple[str, ...]) -> tuple[str, ...]:
    """The questions keyed differently, in the order of the form; CODE for the code of a letter.

    Own words are the same when their letters are: blanks, capitals and signs are not compared.
    """
    found = [
        name
        for name in names
        if _comparable(first.answers.get(name)) != _comparable(second.answers.get(name))
    ]
    return (*found, CODE) if first.code != second.code else tuple(found)


def _comparable(value: Value | None) -> object:
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFKC", value).casefold()
    return re.sub(r"[\W_]+", " ", plain).strip()
