"""The release key: its public half seals answers, its private half opens them in batches.

The web server reads only the public half (`release.pub`); whoever runs releases needs both. In a
demonstration the pair is made when first needed; in production somebody makes it once, with
`python -m survey_app.survey.keys FILE`, and keeps the private half out of the database's backups.
"""

from __future__ import annotations

import sys
from pathlib import Path

from nacl.public import PrivateKey, PublicKey

from ..config import Config, SettingError, keep_secret


def public_file(private_file: Path) -> Path:
    return private_file.with_suffix(".pub")


def make_pair(private_file: Path) -> PrivateKey:
    """Make the pair, or complete it; an existing private key is never replaced."""
    key = _private(keep_secret(private_file, bytes(PrivateKey.generate()).hex()), private_file)
    kept = keep_secret(public_file(private_file), bytes(key.public_key).hex())
    if kept.strip() != bytes(key.public_key).hex():
        raise SettingError(
            f"{public_file(private_file)} does not belong to {private_file}; "
            "restore the pair from one place, or remove the .pub file and run this again."
        )
    return key


def load_public_key(config: Config) -> PublicKey:
    """The half that seals; raises SettingError with a sentence when it is missing."""
    file = public_file(config.release_key_file)
    if not file.is_file() and not config.is_production:
        make_pair(config.release_key_file)
    if not file.is_file():
        raise SettingError(
            f"The public release key {file} does not exist; "
            f"make it with: python -m survey_app.survey.keys {config.release_key_file}"
        )
    return read_public(file)


def load_private_key(config: Config) -> PrivateKey:
    """The half that opens; raises SettingError with a sentence when it is missing."""
    file = config.release_key_file
    if not file.is_file() and not config.is_production:
        return make_pair(file)
    if not file.is_file():
        raise SettingError(f"The private release key {file} does not exist; bring it to this machine.")
    return read_private(file)


def read_private(file: Path) -> PrivateKey:
    """A private key from its file; raises SettingError where it holds none."""
    return _private(file.read_text(encoding="ascii"), file)


def read_public(file: Path) -> PublicKey:
    """A public key from its file; raises SettingError where it holds none."""
    return PublicKey(_bytes(file.read_text(encoding="ascii"), file))


def _private(text: str, file: Path) -> PrivateKey:
    return PrivateKey(_bytes(text, file))


def _bytes(text: str, file: Path) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise SettingError(f"{file} does not hold a key; restore it from its safe copy.")
    return key


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("Usage: python -m survey_app.survey.keys FILE", file=sys.stderr)
        return 2
    file = Path(arguments[0]).resolve()
    try:
        make_pair(file)
    except SettingError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The private release key is {file}; its public half is {public_file(file)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
