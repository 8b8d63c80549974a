"""Triggers that refuse to change what must stay: used by migrations on both databases."""

from __future__ import annotations

from collections.abc import Iterator


def refuse(dialect: str, table: str, operation: str, message: str, when: str = "") -> list[str]:
    """SQL that makes `operation` (UPDATE, DELETE or INSERT) on `table` fail with `message`.

    `when` is a condition over OLD and NEW that both databases understand; empty means always.
    """
    name = f"{table}_no_{operation.lower()}"
    if dialect == "sqlite":
        condition = f"WHEN {when} " if when else ""
        return [
            f"CREATE TRIGGER {name} BEFORE {operation} ON {table} {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ]
    condition = f"WHEN ({when}) " if when else ""
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$",
        f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW {condition}"
        f"EXECUTE FUNCTION {name}()",
    ]


def allow(dialect: str, table: str, operation: str) -> list[str]:
    """SQL that undoes `refuse`."""
    name = f"{table}_no_{operation.lower()}"
    if dialect == "sqlite":
        return [f"DROP TRIGGER {name}"]
    return [f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION {name}()"]


def refuse_all(dialect: str, table: str, message: str) -> Iterator[str]:
    for operation in ("UPDATE", "DELETE"):
        yield from refuse(dialect, table, operation, message)


def allow_all(dialect: str, table: str) -> Iterator[str]:
    for operation in ("UPDATE", "DELETE"):
        yield from allow(dialect, table, operation)
