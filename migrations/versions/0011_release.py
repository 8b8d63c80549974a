"""The promised day of a report, a methodologist's sign-off, and who read it early.

What was announced stays. A sign-off and a reader belong to an edition that is not published yet; after
that nothing is added or taken away.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from survey_app.append_only import allow_all, refuse_all

revision = "0011"
down_revision = "0010"

_TABLES = ("edition_sign_offs", "edition_readers")
_PUBLISHED = "(SELECT state FROM editions WHERE id = {row}.edition_id) = 'published'"


def upgrade() -> None:
    op.create_table(
        "release_dates",
        sa.Column("wave_id", sa.String(36), sa.ForeignKey("waves.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("release_on", sa.Date, nullable=False),
        sa.Column("announced_on", sa.Date, nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.CheckConstraint("number >= 1 AND (number = 1 OR reason <> '')", name="moved_with_reason"),
    )
    op.create_table(
        "edition_sign_offs",
        sa.Column("edition_id", sa.String(32), sa.ForeignKey("editions.id"), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("affiliation", sa.String(200), nullable=False),
        sa.Column("statement", sa.String(1000), nullable=False),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_table(
        "edition_readers",
        sa.Column("edition_id", sa.String(32), sa.ForeignKey("editions.id"), primary_key=True),
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("organization", sa.String(200), primary_key=True),
        sa.Column("given_on", sa.Date, nullable=False),
    )
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


def _guards(dialect: str) -> Iterator[str]:
    yield from refuse_all(dialect, "release_dates", "an announced day stays; announce another")
    for table in _TABLES:
        message = "this belongs to the edition as it was published"
        for operation, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            name = f"{table}_{operation.lower()}_early"
            condition = _PUBLISHED.format(row=row)
            if dialect == "sqlite":
                yield (
                    f"CREATE TRIGGER {name} BEFORE {operation} ON {table} WHEN {condition} "
                    f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
                )
                continue
            kept = "OLD" if operation == "DELETE" else "NEW"
            yield (
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {condition} THEN RAISE EXCEPTION '{message}'; END IF; RETURN {kept}; END $$"
            )
            yield (
                f"CREATE TRIGGER {name} BEFORE {operation} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}()"
            )


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in allow_all(dialect, "release_dates"):
        op.execute(statement)
    for table in ("edition_readers", "edition_sign_offs", "release_dates"):
        op.drop_table(table)
    if dialect == "postgresql":
        for table in _TABLES:
            for operation in ("insert", "update", "delete"):
                op.execute(f"DROP FUNCTION {table}_{operation}_early()")
