"""Backup and restore while people answer.

A backup is one SQLite database, whichever database the city runs on, with every table in the order of
its keys: a dump of PostgreSQL would list sealed answers in the order in which they came, and so would
the pages of a SQLite file. The keys of docs/privacy.md lie outside the database and are in no backup.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from .. import schema
from ..accounts.audit import record
from ..config import Config
from ..db import Database, make_engine
from ..jobs import now
from ..problems import BadInputProblem, ConflictProblem
from . import archive
from .archive import Manifest
from .locked import Lock, Opener
from .transfer import Progress, copy_database, differing, prove, revision_of, snapshot

#: Noted in the audit log; `doctor` reads there when the last backup was made.
ACTION = "backup.made"


def make_backup(
    database: Database, config: Config, file: Path, *, lock: Lock | None, progress: Progress
) -> Manifest:
    """Write a backup of one moment to `file`. Raises BadInputProblem, ConflictProblem."""
    if file.exists():
        raise BadInputProblem(f"{file} exists; name a new file. A backup is never written over.")
    with _room(config) as folder:
        copy = folder / "copy.db"
        if database.engine.dialect.name == "sqlite":
            _copy_sqlite(database.engine, copy)
        else:
            _copy_other(database.engine, copy, progress)
        _settle(copy)
        engine = _reader(copy)
        with engine.connect() as connection:
            revision, tables = revision_of(connection), prove(connection)
        engine.dispose()
        manifest = Manifest(
            made_at=now().strftime("%Y-%m-%d %H:%M UTC"),
            mode=config.mode,
            database=database.engine.dialect.name,
            revision=revision,
            sha256=archive.digest_of(copy),
            size=copy.stat().st_size,
            tables=tables,
        )
        archive.write(file, manifest, copy, lock)
    if revision == schema.head():
        with database.transaction() as session:
            detail = {"rows": manifest.rows, "revision": revision, "locked": lock is not None}
            record(session, actor=None, action=ACTION, subject="database", detail=detail)
    return manifest


def verify_backup(config: Config, file: Path, opener: Opener) -> Manifest:
    """Open a backup, read every row of it and compare with its manifest.

    Raises BadInputProblem, CannotUnlock, ConflictProblem.
    """
    with _opened(config, file, opener) as (manifest, _path):
        return manifest


def restore_backup(
    config: Config, target: str, file: Path, opener: Opener, *, progress: Progress
) -> Manifest:
    """Put a backup into the new, empty database `target` (a URL), whole or not at all.

    Raises BadInputProblem, CannotUnlock, ConflictProblem.
    """
    with _opened(config, file, opener) as (manifest, path):
        if manifest.mode == "demo" and config.is_production:
            raise ConflictProblem("This is a backup of a demonstration; production does not take it.")
        if target.startswith("sqlite:///"):
            _place_sqlite(path, Path(target.removeprefix("sqlite:///")))
        else:
            _fill_other(path, target, progress)
        return manifest


@contextmanager
def _opened(config: Config, file: Path, opener: Opener) -> Iterator[tuple[Manifest, Path]]:
    with _room(config) as folder, archive.unpacked(file, opener, folder) as (manifest, path):
        engine = _reader(path)
        try:
            with engine.connect() as connection:
                if connection.scalar(text("PRAGMA integrity_check")) != "ok":
                    raise ConflictProblem("The database in this backup is damaged.")
                found, revision = prove(connection), revision_of(connection)
        except SQLAlchemyError as error:
            raise ConflictProblem("The database in this backup cannot be read.") from error
        finally:
            engine.dispose()
        if wrong := differing(manifest.tables, found):
            raise ConflictProblem(f"These tables are not as they were: {', '.join(wrong)}.")
        if revision != manifest.revision:
            raise ConflictProblem("The backup is not at the migration that its manifest names.")
        yield manifest, path


@contextmanager
def _room(config: Config) -> Iterator[Path]:
    """A folder for the owner alone beside what it is a copy of: plain rows never touch another disk."""
    config.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=config.instance, prefix="backup-") as name:
        yield Path(name)


def _reader(path: Path) -> Engine:
    """Reads a file that nobody writes, and leaves no log beside it."""
    return create_engine(f"sqlite:///file:{path}?immutable=1&uri=true")


def _copy_sqlite(engine: Engine, copy: Path) -> None:
    """SQLite's online backup in one step: a snapshot, in WAL mode without holding up any writer."""
    with closing(engine.raw_connection()) as source, closing(sqlite3.connect(copy)) as target:
        driver = source.driver_connection
        assert driver is not None  # noqa: S101 - the connection is open
        driver.backup(target)


def _copy_other(engine: Engine, copy: Path, progress: Progress) -> None:
    target = make_engine(f"sqlite:///{copy}")
    with snapshot(engine) as source:
        copy_database(source, target, progress=progress)
    target.dispose()


def _settle(copy: Path) -> None:
    """One file without a log, its pages in the order of keys, nothing deleted left in it."""
    copy.chmod(0o600)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")


def _place_sqlite(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(f".{target.name}.restoring")
    part.unlink(missing_ok=True)
    try:
        with (
            path.open("rb") as source,
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
        ):
            while piece := source.read(1 << 20):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        os.link(part, target)
    except FileExistsError:
        raise ConflictProblem(
            f"{target} exists. Stop the services, move it away with its -wal and -shm files, "
            "then restore again; nothing is ever written over."
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _fill_other(path: Path, target: str, progress: Progress) -> None:
    engine, source_engine = make_engine(target), _reader(path)
    try:
        with source_engine.connect() as source:
            copy_database(source, engine, progress=progress)
    finally:
        engine.dispose()
        source_engine.dispose()
