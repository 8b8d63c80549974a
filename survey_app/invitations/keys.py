"""The invitation key: codes are made from it, and only with it can one be looked up.

It lies in a file outside the database and its backups, like the release key. Two parts are derived:
one makes codes (for letters), the other finds them (when a resident types one).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from ..config import Config, SettingError, keep_secret


@dataclass(frozen=True, slots=True)
class InvitationKeys:
    """`making` for letters, `finding` for the web server."""

    making: bytes
    finding: bytes


def derive_keys(secret: bytes) -> InvitationKeys:
    def part(purpose: bytes) -> bytes:
        return hashlib.blake2b(secret, digest_size=32, person=purpose).digest()

    return InvitationKeys(part(b"invite-making"), part(b"invite-finding"))


def load_keys(config: Config) -> InvitationKeys:
    """Both parts; a demonstration makes its key when first needed. Raises SettingError."""
    file = config.invitation_key_file
    if not file.is_file():
        if config.is_production:
            raise SettingError(
                f"The invitation key {file} does not exist; bring it to this machine, or, before the "
                "first letters are printed, make it with: flask --app wsgi invitations make-key"
            )
        make_key(config)
    return derive_keys(_secret(config))


def make_key(config: Config) -> None:
    """Make the key; one that exists is never replaced."""
    keep_secret(config.invitation_key_file, secrets.token_hex(32))


def _secret(config: Config) -> bytes:
    file = config.invitation_key_file
    try:
        secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise SettingError(f"{file} does not hold an invitation key; restore it from its safe copy.")
    return secret
