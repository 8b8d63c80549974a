"""Locks: a draft under the resident's key, a finished survey under the release key's public half.

Everything is padded to whole blocks before it is encrypted, so that the length of a row tells
nothing about what was ticked or whether anything was written. One block holds the longest survey.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random

BLOCK = 8192
KEY_BYTES = 32


class CannotOpen(Exception):
    """The key does not fit, or the ciphertext was changed."""


def new_key() -> bytes:
    """A fresh key for one draft; it is kept nowhere but in the resident's cookie."""
    return random(KEY_BYTES)


def key_to_cookie(key: bytes) -> str:
    return urlsafe_b64encode(key).decode().rstrip("=")


def key_from_cookie(text: str | None) -> bytes | None:
    """The key, or None when the cookie holds none."""
    if not text or len(text) != 43 or not text.isascii():
        return None
    try:
        key = urlsafe_b64decode(text + "=")
    except (Base64Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def _derive(key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(key, digest_size=32, person=purpose).digest()


def lookup_of(key: bytes) -> str:
    """Where the draft of this key lies. The key cannot be found from it."""
    return _derive(key, b"survey-lookup").hex()


def receipt_of(key: bytes) -> str:
    """What remains when the draft was sent, so that sending twice counts once."""
    return _derive(key, b"survey-receipt").hex()


def erasure_of(key: bytes) -> str:
    """What remains when the resident erased the survey, so that no late request brings it back."""
    return _derive(key, b"survey-erasure").hex()


def lock(key: bytes, content: bytes) -> bytes:
    """Encrypt a draft (XSalsa20-Poly1305)."""
    return bytes(SecretBox(_derive(key, b"survey-draft")).encrypt(sodium_pad(content, BLOCK)))


def unlock(key: bytes, ciphertext: bytes) -> bytes:
    """The content of a draft; raises CannotOpen."""
    try:
        return sodium_unpad(SecretBox(_derive(key, b"survey-draft")).decrypt(ciphertext), BLOCK)
    except CryptoError as error:
        raise CannotOpen from error


def seal(public_key: PublicKey, content: bytes) -> bytes:
    """Encrypt a finished survey so that only the private key opens it (X25519, ephemeral)."""
    return SealedBox(public_key).encrypt(sodium_pad(content, BLOCK))


def unseal(private_key: PrivateKey, ciphertext: bytes) -> bytes:
    """The content of a finished survey; raises CannotOpen."""
    try:
        return sodium_unpad(SealedBox(private_key).decrypt(ciphertext), BLOCK)
    except CryptoError as error:
        raise CannotOpen from error
