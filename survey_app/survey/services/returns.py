"""Save and return: a short code, made once and shown once, that wraps the key of a draft.

What the database keeps (`ReturnCode`) tells nothing about the code or the key: both the place of the
row and the key that unwraps it come out of Argon2id, fed with the code and with a secret that is not
in the database (the application's SECRET_KEY). docs/privacy.md has the sum of what guessing costs.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from hashlib import blake2b

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from sqlalchemy import delete
from sqlalchemy.orm import Session

from ..models import ReturnCode
from ..queries import find_draft, find_return_code
from ..sealing import lookup_of

#: Three passes over 64 MiB: about 0.2 s here, and 64 MiB for every single guess of an attacker.
PASSES = 3
MEMORY = 64 * 1024 * 1024
#: One at a time in each process, so that a rush does not take the machine's memory.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Derived:
    lookup: str
    wrapping: bytes


def _derive(symbols: str, secret: str) -> _Derived:
    salt = blake2b(
        secret.encode(), digest_size=pwhash.argon2id.SALTBYTES, person=b"return-code"
    ).digest()
    with _one_at_a_time:
        made = pwhash.argon2id.kdf(64, symbols.encode(), salt, opslimit=PASSES, memlimit=MEMORY)
    return _Derived(made[:32].hex(), made[32:])


def wrap_key(key: bytes, symbols: str, *, secret: str) -> ReturnCode:
    """The row that lets the holder of the code find and open the draft. Slow by intention."""
    derived = _derive(symbols, secret)
    return ReturnCode(
        lookup=derived.lookup,
        draft=lookup_of(key),
        wrapped_key=bytes(SecretBox(derived.wrapping).encrypt(key)),
    )


def keep_code(session: Session, key: bytes, row: ReturnCode) -> bool:
    """Store it in place of an earlier code; False when there is no such draft (any more)."""
    if find_draft(session, key, for_update=True) is None:
        return False
    session.execute(delete(ReturnCode).where(ReturnCode.draft == row.draft))
    session.add(row)
    return True


def open_code(session: Session, symbols: str, *, secret: str) -> bytes | None:
    """The draft's key; None when no unfinished survey has this code. Slow by intention."""
    derived = _derive(symbols, secret)
    row = find_return_code(session, derived.lookup)
    if row is None:
        return None
    try:
        return SecretBox(derived.wrapping).decrypt(row.wrapped_key)
    except CryptoError:
        return None
