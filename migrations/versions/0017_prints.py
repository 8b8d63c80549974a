"""PDF files of an edition, each printed once."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_MESSAGE = "a print of an edition never changes"
_KEPT = "(SELECT state FROM editions WHERE id = OLD.edition_id) = 'published'"


def upgrade() -> None:
    op.create_table(
        "edition_prints",
        sa.Column("edition_id", sa.String(32), sa.ForeignKey("editions.id"), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("printed_on", sa.Date, nullable=False),
    )
    dialect = op.get_bind().dialect.name
    for operation, condition in (("UPDATE", "1 = 1"), ("DELETE", _KEPT)):
        name = f"edition_prints_no_{operation.lower()}"
        if dialect == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {operation} ON edition_prints WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{_MESSAGE}'; END IF; RETURN OLD; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {operation} ON edition_prints "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    op.drop_table("edition_prints")
    if op.get_bind().dialect.name == "postgresql":
        for operation in ("update", "delete"):
            op.execute(f"DROP FUNCTION edition_prints_no_{operation}()")
