"""The key of a session's notes: a file of its own, outside the database and its backups.

One random key a session, made with its first note and destroyed when the session is finalised. What the
database holds of an open session opens only with it: every copy of the database taken before finalising
holds noise from then on. Several web servers must share the folder. On a copying file system or a flash
disk the old bytes of a file may live on for a while below the file system: docs/notes.md says what to
do about that.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

from flask_babel import gettext as _
from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from sqlalchemy.orm import Session

from ..config import keep_secret
from ..problems import ConflictProblem

#: Sealed words are padded to whole blocks, so that a row's length says little about what was said.
BLOCK = 256
_SUFFIX = ".key"
_NAME = re.compile(r"[0-9a-f]{8,64}")


class NoKeyProblem(ConflictProblem):
    """The notes of an open session are here and their key is not."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The key of these notes is not on this machine. Bring back the folder of note keys; "
                "without it nobody can read them."
            )
        )


class NoteKeys:
    """A folder of key files, one for each session that is not finalised."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def seal(self, session_id: str, content: bytes) -> bytes:
        """Encrypt under the session's key (XSalsa20-Poly1305), which is made when there is none."""
        return self.sealer(session_id)(content)

    def sealer(self, session_id: str) -> Callable[[bytes], bytes]:
        """Seals many with one look at the key."""
        path = self._path(session_id)
        if not path.exists():
            self._make(path)
        box = SecretBox(self._read(path))
        return lambda content: bytes(box.encrypt(sodium_pad(content, BLOCK)))

    def open(self, session_id: str, sealed: bytes) -> bytes:
        """What was sealed; raises NoKeyProblem when the key is gone, or is another."""
        try:
            return sodium_unpad(SecretBox(self._read(self._path(session_id))).decrypt(sealed), BLOCK)
        except CryptoError as error:
            raise NoKeyProblem from error

    def device_half(self, session_id: str) -> str:
        """The server's half of the key under which a device keeps what is not sent yet, as hex.

        Given to a signed-in page, held in memory there and never stored: once the session's key is
        gone, what lies on a device opens for nobody, whether that device ever comes back or not.
        """
        path = self._path(session_id)
        if not path.exists():
            self._make(path)
        return hashlib.blake2b(self._read(path), digest_size=32, person=b"notes-device").hexdigest()

    def destroy(self, session_id: str) -> None:
        """Overwrite and remove the key. Doing so twice is no mistake."""
        path = self._path(session_id)
        try:
            with path.open("r+b") as file:
                file.write(b"0" * path.stat().st_size)
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return
        self._remember_names()

    def kept(self) -> set[str]:
        """Ids of the sessions whose key is here."""
        return {path.name.removesuffix(_SUFFIX) for path in self._folder.glob(f"*{_SUFFIX}")}

    def _path(self, session_id: str) -> Path:
        if not _NAME.fullmatch(session_id):
            raise ValueError("a session id is hexadecimal")
        return self._folder / f"{session_id}{_SUFFIX}"

    def _make(self, path: Path) -> None:
        keep_secret(path, os.urandom(SecretBox.KEY_SIZE).hex())
        self._remember_names()  # a key must outlive a power cut as surely as the note under it

    def _read(self, path: Path) -> bytes:
        try:
            key = bytes.fromhex(path.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError) as error:
            raise NoKeyProblem from error
        if len(key) != SecretBox.KEY_SIZE:
            raise NoKeyProblem
        return key

    def _remember_names(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def note_keys(session: Session) -> NoteKeys:
    """The keys that belong to this database session (the application puts them there)."""
    return cast(NoteKeys, session.info["note_keys"])
