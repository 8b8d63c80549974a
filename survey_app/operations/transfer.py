"""Rows from one database to another, in key order, with proof that they are the same.

Both sides are read as they are (reflection), so this works for a database of any revision. Rows are
written in the order of their keys: the copy does not remember the order in which rows came.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Engine,
    MetaData,
    Select,
    String,
    Table,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from .. import schema
from ..problems import ConflictProblem

#: Told after every batch: table, rows of it done, rows of it in all.
Progress = Callable[[str, int, int], None]
BATCH = 500
_VERSION = "alembic_version"


@dataclass(frozen=True, slots=True)
class TableProof:
    """How many rows a table has, and a SHA-256 over all of them in key order."""

    rows: int
    sha256: str


Proofs = dict[str, TableProof]
Tables = dict[str, Table]


def prove(connection: Connection) -> Proofs:
    """Counts and digests of every table. The same rows give the same digest on either database."""
    return _prove_all(connection, _tables(connection))


def revision_of(connection: Connection) -> str:
    """The migration that the database is at. Raises ConflictProblem where there is none."""
    if not inspect(connection).has_table(_VERSION):
        raise ConflictProblem(
            "This database is empty. Check DATABASE_URL, or first run: flask --app wsgi db upgrade"
        )
    return str(connection.scalar(text(f"SELECT version_num FROM {_VERSION}")))  # noqa: S608 - our own


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One state of the whole database, whatever is written meanwhile; writers are not held up."""
    if engine.dialect.name == "postgresql":
        reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    else:
        reading = engine.execution_options(read_only=True)
    with reading.connect() as connection:
        yield connection


def copy_database(source: Connection, target: Engine, *, progress: Progress) -> Proofs:
    """Fill the empty database `target` with all of `source`, or leave it as it was.

    Its tables are made by our migrations up to the revision of the source. Raises ConflictProblem when
    it has rows already, takes a row of the source not, or does not hold the same afterwards.
    """
    _refuse_filled(target)
    schema.upgrade(target, revision_of(source))
    tables = _tables(source)
    proofs = _prove_all(source, tables)
    with target.connect() as looking:
        there = _tables(looking)
    with (
        target.connect() as connection,
        schema.references_unchecked(connection),
        connection.begin(),
        _triggers_off(connection, there),
        _references_later(connection, there),
    ):
        _copy_rows(source, connection, tables, there, proofs, progress)
        _set_sequences(connection, there)
        _check_references(connection)
        if wrong := differing(proofs, _prove_all(connection, there)):
            raise ConflictProblem(f"After copying these tables differ: {', '.join(wrong)}.")
    return proofs


def differing(one: Proofs, other: Proofs) -> list[str]:
    """Names of tables that are not the same on both sides."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _tables(connection: Connection) -> Tables:
    """Every table as it is in this database, but for Alembic's."""
    found = MetaData()
    found.reflect(bind=connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
    return {name: found.tables[name] for name in sorted(found.tables) if name != _VERSION}


def _prove_all(connection: Connection, tables: Tables) -> Proofs:
    return {name: _prove_table(connection, table) for name, table in tables.items()}


def _refuse_filled(target: Engine) -> None:
    with target.connect() as connection:
        for table in _tables(connection).values():
            if connection.scalar(select(func.count()).select_from(table)):
                raise ConflictProblem(
                    f"The database has rows already (table {table.name}). "
                    "Name a new, empty database; nothing is ever written over."
                )


def _in_key_order(connection: Connection, table: Table) -> Select[Any]:
    """Columns by name, rows by key: byte order of UTF-8 on both databases."""
    columns = sorted(table.columns, key=lambda column: column.name)
    keys: list[Any] = list(table.primary_key.columns) or columns
    if connection.dialect.name == "postgresql":
        keys = [key.collate("C") if isinstance(key.type, String) else key for key in keys]
    return select(*columns).order_by(*keys)


def _rows(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    query = _in_key_order(connection, table).execution_options(yield_per=BATCH)
    result = connection.execute(query)
    for part in result.mappings().partitions(BATCH):
        yield [dict(row) for row in part]


def _prove_table(connection: Connection, table: Table) -> TableProof:
    digest, count = hashlib.sha256(), 0
    for rows in _rows(connection, table):
        for row in rows:
            digest.update(_canonical(row))
        count += len(rows)
    return TableProof(count, digest.hexdigest())


def _canonical(row: dict[str, Any]) -> bytes:
    return json.dumps(row, sort_keys=True, separators=(",", ":"), default=_told).encode() + b"\n"


def _told(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"a column of type {type(value).__name__} has no canonical form yet")


def _copy_rows(
    source: Connection,
    target: Connection,
    tables: Tables,
    there: Tables,
    proofs: Proofs,
    progress: Progress,
) -> None:
    for table in tables.values():
        done, rows_in_all = 0, proofs[table.name].rows
        progress(table.name, 0, rows_in_all)
        for rows in _rows(source, table):
            try:
                target.execute(there[table.name].insert(), rows)
            except SQLAlchemyError as error:
                # The words of the database may quote a row: only its kind is told.
                raise ConflictProblem(
                    f"The new database refused a row of table {table.name}, between {done + 1} and "
                    f"{done + len(rows)} in key order ({type(error).__name__}). Nothing was changed."
                ) from None
            done += len(rows)
            progress(table.name, done, rows_in_all)


@contextmanager
def _triggers_off(connection: Connection, tables: Tables) -> Iterator[None]:
    """Triggers that refuse changes stand aside while rows come that they accepted once."""
    if connection.dialect.name == "postgresql":
        for name in tables:
            connection.exec_driver_sql(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
        yield
        for name in tables:
            connection.exec_driver_sql(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')
        return
    triggers = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    for name, _sql in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _name, sql in triggers:
        connection.exec_driver_sql(sql)


@contextmanager
def _references_later(connection: Connection, tables: Tables) -> Iterator[None]:
    """PostgreSQL checks references at the end, so that tables and rows may come in any order."""
    if connection.dialect.name != "postgresql":
        yield
        return
    constraints = [
        (table.name, key.name) for table in tables.values() for key in table.foreign_key_constraints
    ]
    for table, name in constraints:
        connection.exec_driver_sql(
            f'ALTER TABLE "{table}" ALTER CONSTRAINT "{name}" DEFERRABLE INITIALLY DEFERRED'
        )
    yield
    for table, name in constraints:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{name}" NOT DEFERRABLE')


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        try:
            connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        except SQLAlchemyError as error:
            raise ConflictProblem(
                f"A row refers to one that is not there ({type(error).__name__}). Nothing was changed."
            ) from None
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise ConflictProblem(f"Rows refer to others that are not there, in: {tables}.")


def _set_sequences(connection: Connection, tables: Tables) -> None:
    """PostgreSQL's counters go on after the highest number that came."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables.values():
        for column in table.primary_key.columns:
            name = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": table.name, "column": column.name},
            )
            highest = connection.scalar(select(func.max(column))) if name else None
            if highest is not None:
                connection.execute(
                    text("SELECT setval(:name, :highest)"), {"name": name, "highest": highest}
                )
