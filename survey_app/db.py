"""The database: engine, one session a request, and what durability asks of SQLite.

SQLite runs in WAL mode with synchronous=FULL: an acknowledged answer survives a power cut. Writers
begin with BEGIN IMMEDIATE, because a transaction that reads first and writes later meets SQLITE_BUSY
that no timeout can wait out. Readers (GET) begin plainly and never hold the write lock.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy import Connection, Engine, ExceptionContext, MetaData, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

log = logging.getLogger("survey_app")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables. Names of constraints are fixed so that migrations can speak of them."""

    metadata = MetaData(naming_convention=NAMING)


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL with the settings this product relies on."""
    if url.startswith("sqlite"):
        name = url.removeprefix("sqlite:///")
        if name and name != ":memory:":
            Path(name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "handle_error", _drop_what_went_stale)
        return engine
    return create_engine(
        url, pool_pre_ping=True, pool_size=8, max_overflow=8, connect_args=_POSTGRESQL_SETTINGS
    )


#: A machine whose cable is cut says nothing, and its locks would stay for hours. So either side asks
#: after ten seconds of silence, three times, five seconds apart. A local socket ignores it.
_POSTGRESQL_SETTINGS = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
    # An answer that was acknowledged outlives a crash, however the server is set.
    " -c tcp_user_timeout=25s -c synchronous_commit=on",
}

_SQLITE_SETTINGS = (
    "busy_timeout = 30000",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
)


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # BEGIN is ours to say, below
    try:
        for setting in _SQLITE_SETTINGS:
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.Error:
        # Left open, it would keep what it found wrong (a read-only log) alive for the whole process.
        connection.close()
        raise


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


#: After these a connection may never work again, though the disk does: opened while the file
#: system was read-only it stays read-only, and a log that could not be mapped stays unmapped.
_STALE = ("SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_PROTOCOL")


def _drop_what_went_stale(context: ExceptionContext) -> None:
    """Treat a fault of the disk as a lost connection: the next request opens the file anew."""
    if error_name(context.original_exception).startswith(_STALE):
        context.is_disconnect = True


def error_name(error: BaseException | None) -> str:
    """What the database calls an error, without the statement and its values: they may hold answers."""
    name = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return str(name or type(error).__name__)


class Database:
    """Sessions for requests, commands and jobs of one application.

    `info` goes along with every session: what a feature keeps outside the database, such as keys.
    """

    def __init__(self, url: str, *, info: dict[str, Any] | None = None) -> None:
        self._info = info or {}
        self.engine = make_engine(url)
        self._reader = self.engine.execution_options(read_only=True)

    def session(self, *, read_only: bool = False) -> Session:
        engine = self._reader if read_only else self.engine
        return Session(engine, expire_on_commit=False, info=dict(self._info))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end and rolls back on any error."""
        with self.session() as session, session.begin():
            yield session


def init_app(
    app: Flask,
    url: str,
    *,
    info: dict[str, Any] | None = None,
    replica_url: str | None = None,
    from_replica: Callable[[str], bool] = lambda endpoint: False,
) -> None:
    """`from_replica` says of an endpoint whether its GET may be answered from the replica."""
    app.extensions["database"] = Database(url, info=info)
    if replica_url is not None:
        app.extensions["replica"] = Database(replica_url, info=info), from_replica

    @app.teardown_appcontext
    def close_session(_error: BaseException | None) -> None:
        for name in ("db_session", "db_reader"):
            session: Session | None = g.pop(name, None)
            if session is None:
                continue
            try:
                session.close()
            except DBAPIError as error:  # the page is made: what it wrote was committed, or it says not
                log.warning("a connection was lost: %s", type(error.orig).__name__)


def get_database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def get_session() -> Session:
    """The request's session: reading for GET and HEAD, writing otherwise. The route commits."""
    if request and request.method in {"GET", "HEAD", "OPTIONS"}:
        if "db_reader" not in g:
            g.db_reader = _replica_session() or get_database().session(read_only=True)
        reader: Session = g.db_reader
        return reader
    if "db_session" not in g:
        g.db_session = get_database().session()
    session: Session = g.db_session
    return session


def _replica_session() -> Session | None:
    """A session on the replica where there is one, the page may come from it, and it answers."""
    replica, from_replica = current_app.extensions.get("replica", (None, None))
    if replica is None or not from_replica(request.endpoint or ""):
        return None
    session: Session = replica.session(read_only=True)
    try:
        session.execute(text("SELECT 1"))
    except OperationalError as error:
        log.warning("the replica does not answer: %s", type(error.orig).__name__)
        session.close()
        return None
    return session


def table_options(**more: Any) -> dict[str, Any]:
    """Options of a table whose rows must not remember the order in which they came.

    A SQLite table without rowid is ordered by its (random) key; PostgreSQL's heap order is
    dealt with by releasing answers in shuffled batches.
    """
    return {"sqlite_with_rowid": False, **more}
