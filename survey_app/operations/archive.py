"""The file of a backup: a compressed tar with a manifest and one SQLite database, locked or not."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from ..problems import BadInputProblem
from .locked import Lock, LockedReader, LockedWriter, Opener, is_locked
from .transfer import Proofs, TableProof

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "city.db"
_LARGEST_MANIFEST = 1_000_000


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; `tables` counts and digests every table."""

    made_at: str
    mode: str
    #: sqlite or postgresql: where it came from; it can be restored into either
    database: str
    revision: str
    sha256: str
    size: int
    tables: Proofs
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(proof.rows for proof in self.tables.values())

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """Raises BadInputProblem."""
        try:
            told: dict[str, Any] = json.loads(content)
            if told["format"] != FORMAT:
                raise BadInputProblem("This backup was made by a newer version; restore it with that.")
            tables = {name: TableProof(**one) for name, one in told.pop("tables").items()}
            return cls(tables=tables, **told)
        except (ValueError, TypeError, KeyError) as error:
            raise BadInputProblem("The manifest of this backup cannot be read.") from error


def write(file: Path, manifest: Manifest, database: Path, lock: Lock | None) -> None:
    """Write the archive for its owner alone; it takes its name when it is complete and on the disk.

    Raises BadInputProblem where the name is taken.
    """
    if file.exists():
        raise BadInputProblem(f"{file} exists; name a new file. A backup is never written over.")
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            if lock is None:
                _fill(out, manifest, database)
            else:
                locked = LockedWriter(out, lock)
                _fill(locked, manifest, database)  # type: ignore[arg-type]
                locked.finish()
            out.flush()
            os.fsync(out.fileno())
        os.link(part, file)  # unlike a rename, it never replaces
        _remember(file.parent)
    finally:
        part.unlink(missing_ok=True)


def _fill(out: IO[bytes], manifest: Manifest, database: Path) -> None:
    with (
        gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=6, mtime=0) as smaller,
        tarfile.open(fileobj=smaller, mode="w|") as tar,
    ):
        content = manifest.to_bytes()
        tar.addfile(_member(MANIFEST, len(content)), io.BytesIO(content))
        with database.open("rb") as source:
            tar.addfile(_member(DATABASE, database.stat().st_size), source)


def _member(name: str, size: int) -> tarfile.TarInfo:
    """Without owner, machine or time."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


@contextmanager
def unpacked(file: Path, opener: Opener, folder: Path) -> Iterator[tuple[Manifest, Path]]:
    """The manifest and the database, laid down in `folder`, once its digest is right.

    Raises BadInputProblem, and CannotUnlock where the key is another or the file was changed.
    """
    if not file.is_file():
        raise BadInputProblem(f"There is no file {file}.")
    path = folder / DATABASE
    with file.open("rb") as source:
        plain: Any = LockedReader(source, opener) if is_locked(source) else source
        try:
            with tarfile.open(fileobj=io.BufferedReader(plain), mode="r|gz") as tar:
                manifest = Manifest.from_bytes(_take(tar, MANIFEST).read(_LARGEST_MANIFEST))
                _lay_down(_take(tar, DATABASE), path, manifest)
        except (tarfile.TarError, EOFError, OSError) as error:
            raise BadInputProblem(f"{file} is no backup of this system, or it is damaged.") from error
    yield manifest, path


def _take(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    member = tar.next()
    content = tar.extractfile(member) if member is not None and member.name == name else None
    if content is None:
        raise BadInputProblem(f"This backup lacks its {name}.")
    return content


def _lay_down(content: IO[bytes], path: Path, manifest: Manifest) -> None:
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        while piece := content.read(1 << 20):
            size += len(piece)
            if size > manifest.size:
                break
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if (size, digest.hexdigest()) != (manifest.size, manifest.sha256):
        raise BadInputProblem("The database in this backup is not the one its manifest speaks of.")


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remember(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
