"""Editions and their files; triggers that keep what was approved and published as it was.

The triggers also close the side doors: SQLite's REPLACE deletes without asking a delete trigger, and
PostgreSQL's TRUNCATE asks none of the row triggers.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_STATE = "(SELECT state FROM editions WHERE id = {row}.edition_id)"

#: (name, table, operation, condition over NEW and OLD that refuses, message)
GUARDS = (
    (
        "editions_begin_as_drafts",
        "editions",
        "INSERT",
        "NEW.state <> 'draft' OR EXISTS (SELECT 1 FROM editions WHERE state = 'published' "
        "AND (id = NEW.id OR (year = NEW.year AND number = NEW.number)))",
        "an edition begins as a draft and never takes the place of a published one",
    ),
    (
        "editions_stay",
        "editions",
        "UPDATE",
        "OLD.state = 'published' OR (NEW.state = 'published' AND OLD.state <> 'approved') "
        "OR NEW.id <> OLD.id OR NEW.year <> OLD.year OR NEW.number <> OLD.number "
        "OR NEW.wave_id <> OLD.wave_id OR NEW.demo <> OLD.demo "
        "OR NEW.snapshot <> OLD.snapshot OR NEW.wording <> OLD.wording OR NEW.sha256 <> OLD.sha256 "
        "OR NEW.built_by <> OLD.built_by OR NEW.correction <> OLD.correction "
        "OR COALESCE(NEW.corrects_id, '') <> COALESCE(OLD.corrects_id, '') "
        "OR (OLD.state = 'approved' AND NEW.approved_by <> OLD.approved_by)",
        "a published edition never changes, and what was built is only replaced by building again",
    ),
    (
        "editions_are_kept",
        "editions",
        "DELETE",
        "OLD.state = 'published'",
        "a published edition is never removed",
    ),
    (
        "edition_files_of_drafts",
        "edition_files",
        "INSERT",
        _STATE.format(row="NEW") + " <> 'draft'",
        "files are added to drafts only",
    ),
    ("edition_files_stay", "edition_files", "UPDATE", "1 = 1", "a file of an edition never changes"),
    (
        "edition_files_are_kept",
        "edition_files",
        "DELETE",
        _STATE.format(row="OLD") + " = 'published'",
        "a file of a published edition is never removed",
    ),
)


def upgrade() -> None:
    op.create_table(
        "editions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("wave_id", sa.String(36), sa.ForeignKey("waves.id"), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("built_by", sa.String(36), nullable=False),
        sa.Column("built_on", sa.Date, nullable=False),
        sa.Column("approved_by", sa.String(36)),
        sa.Column("approved_on", sa.Date),
        sa.Column("published_by", sa.String(36)),
        sa.Column("published_on", sa.Date),
        sa.Column("corrects_id", sa.String(32), sa.ForeignKey("editions.id")),
        sa.Column("correction", sa.String(1000), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'approved', 'published')", name="state"),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> built_by", name="second_person"),
        sa.CheckConstraint("(state = 'draft') = (approved_by IS NULL)", name="approved_by_somebody"),
        sa.CheckConstraint(
            "(state = 'published') = (published_by IS NOT NULL AND published_on IS NOT NULL)",
            name="published_by_somebody",
        ),
        sa.CheckConstraint("number >= 1 AND (number = 1) = (corrects_id IS NULL)", name="correction"),
        sa.CheckConstraint("corrects_id IS NULL OR correction <> ''", name="correction_says_what"),
        sa.UniqueConstraint("year", "number"),
    )
    op.create_table(
        "edition_files",
        sa.Column("edition_id", sa.String(32), sa.ForeignKey("editions.id"), primary_key=True),
        sa.Column("name", sa.String(160), primary_key=True),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    for statement in _guard_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.drop_table("edition_files")
    op.drop_table("editions")
    if dialect == "postgresql":
        for name, *_ in GUARDS:
            op.execute(f"DROP FUNCTION {name}()")
        op.execute("DROP FUNCTION editions_no_truncate()")


def _guard_statements(dialect: str) -> Iterator[str]:
    for name, table, operation, condition, message in GUARDS:
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
    if dialect == "postgresql":
        yield (
            "CREATE FUNCTION editions_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'published editions are never removed'; END $$"
        )
        for table in ("editions", "edition_files"):
            yield (
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION editions_no_truncate()"
            )
