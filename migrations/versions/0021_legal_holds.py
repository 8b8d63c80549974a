"""Legal holds that stop the erasing of records."""

import sqlalchemy as sa
from alembic import op

from survey_app.append_only import allow, refuse

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("matter", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(600), nullable=False),
        sa.Column("kinds", sa.JSON, nullable=False),
        sa.Column("placed_by", sa.String(36), nullable=False),
        sa.Column("placed_on", sa.Date, nullable=False),
        sa.Column("lifted_by", sa.String(36)),
        sa.Column("lifted_on", sa.Date),
        sa.CheckConstraint("matter <> ''", name="matter"),
        sa.CheckConstraint("length(reason) >= 20", name="reason"),
        sa.CheckConstraint("(lifted_on IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
    )
    dialect = op.get_bind().dialect.name
    for statement in refuse(dialect, "legal_holds", "DELETE", "a legal hold stays on record"):
        op.execute(statement)


def downgrade() -> None:
    for statement in allow(op.get_bind().dialect.name, "legal_holds", "DELETE"):
        op.execute(statement)
    op.drop_table("legal_holds")
