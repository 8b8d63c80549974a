"""A stream encrypted to a passphrase or to a public key, in pieces that cannot be cut or exchanged.

libsodium's secretstream (XChaCha20-Poly1305) under a random key. That key is derived from the
passphrase (Argon2id) or sealed to the public key (X25519). The last piece is marked: a file that was
cut short does not open. Source: https://doc.libsodium.org/secret-key_cryptography/secretstream
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import IO, Any

from nacl import bindings, pwhash, utils
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from ..problems import BadInputProblem

MAGIC = b"city-backup-locked-1\n"
PIECE = 64 * 1024
_KEY = bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES
_HEAD = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MORE = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_LAST = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_NOT_LAST = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_LONGEST_HEADER = 1000
SHORTEST_PASSPHRASE = 16


class CannotUnlock(BadInputProblem):
    """The wrong key or passphrase, or a file that was changed or cut short."""


@dataclass(frozen=True)
class Lock:
    """What a backup is locked to: exactly one of the two."""

    passphrase: str | None = None
    public_key: PublicKey | None = None


@dataclass(frozen=True)
class Opener:
    """What opens a locked backup."""

    passphrase: str | None = None
    private_key: PrivateKey | None = None


def _derive(passphrase: str, salt: bytes) -> bytes:
    return pwhash.argon2id.kdf(
        _KEY,
        passphrase.encode(),
        salt,
        opslimit=pwhash.argon2id.OPSLIMIT_MODERATE,
        memlimit=pwhash.argon2id.MEMLIMIT_MODERATE,
    )


class LockedWriter(io.RawIOBase):
    """Write plain bytes, get locked ones in `file`. `finish` must be called: it marks the end."""

    def __init__(self, file: IO[bytes], lock: Lock) -> None:
        self._file, self._waiting = file, bytearray()
        if lock.public_key is not None:
            key = utils.random(_KEY)
            header: dict[str, str] = {"sealed_key": SealedBox(lock.public_key).encrypt(key).hex()}
        elif lock.passphrase is not None:
            if len(lock.passphrase) < SHORTEST_PASSPHRASE:
                raise BadInputProblem(
                    f"The passphrase is too short; take {SHORTEST_PASSPHRASE} signs or more."
                )
            salt = utils.random(pwhash.argon2id.SALTBYTES)
            key, header = _derive(lock.passphrase, salt), {"salt": salt.hex()}
        else:
            raise ValueError("a lock is a passphrase or a public key")
        line = json.dumps(header).encode() + b"\n"
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        start = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        file.write(MAGIC + line + start)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._push(bytes(self._waiting[:PIECE]), _NOT_LAST)
            del self._waiting[:PIECE]
        return len(data)

    def finish(self) -> None:
        self._push(bytes(self._waiting), _LAST)

    def _push(self, piece: bytes, tag: int) -> None:
        self._file.write(
            bindings.crypto_secretstream_xchacha20poly1305_push(self._state, piece, None, tag)
        )


class LockedReader(io.RawIOBase):
    """Read plain bytes out of a locked file. Raises CannotUnlock."""

    def __init__(self, file: IO[bytes], opener: Opener) -> None:
        self._file, self._ready, self._ended = file, b"", False
        if file.read(len(MAGIC)) != MAGIC:
            raise CannotUnlock("This is no locked backup.")
        try:
            header = json.loads(file.readline(_LONGEST_HEADER))
            key = self._key(header, opener)
            self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
            start = file.read(_HEAD)
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(self._state, start, key)
        except (ValueError, TypeError, CryptoError) as error:
            raise CannotUnlock("This key does not open the backup, or the file is damaged.") from error

    @staticmethod
    def _key(header: dict[str, str], opener: Opener) -> bytes:
        if "sealed_key" in header:
            if opener.private_key is None:
                raise CannotUnlock("This backup is locked to a key; name the private key: --key FILE.")
            return SealedBox(opener.private_key).decrypt(bytes.fromhex(header["sealed_key"]))
        if opener.passphrase is None:
            raise CannotUnlock(
                "This backup is locked with a passphrase; name a file that holds it: "
                "--passphrase-file FILE."
            )
        return _derive(opener.passphrase, bytes.fromhex(header["salt"]))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._ended:
            self._pull()
        count = min(len(buffer), len(self._ready))
        buffer[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def _pull(self) -> None:
        piece = self._file.read(PIECE + _MORE)
        try:
            self._ready, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(
                self._state, piece, None
            )
        except (CryptoError, ValueError, TypeError) as error:
            raise CannotUnlock(
                "The backup is damaged or cut short, or this passphrase does not open it."
            ) from error
        self._ended = tag == _LAST


def is_locked(file: IO[bytes]) -> bool:
    """Whether the file begins as a locked backup does; reading starts anew afterwards."""
    start = file.read(len(MAGIC))
    file.seek(0)
    return start == MAGIC
