"""How many were asked in the smaller surveys, and their published results, which cannot be changed."""

import sqlalchemy as sa
from alembic import op

from survey_app.append_only import allow_all, refuse_all

revision = "0018"
down_revision = "0017"


def _wave() -> sa.Column[str]:
    return sa.Column("wave_id", sa.String(36), sa.ForeignKey("waves.id"), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "series_reach",
        _wave(),
        sa.Column("events", sa.Integer),
        sa.Column("people", sa.Integer),
        sa.CheckConstraint("events IS NULL OR events >= 0", name="events"),
        sa.CheckConstraint("people IS NULL OR people > 0", name="people"),
    )
    op.create_table(
        "series_results",
        _wave(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("published_by", sa.String(36)),
        sa.Column("published_on", sa.Date, nullable=False),
        sa.Column("correction", sa.String(500), nullable=False),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("number = 1 OR correction <> ''", name="correction_says_what"),
    )
    dialect = op.get_bind().dialect.name
    for statement in refuse_all(dialect, "series_results", "a published result stays as it was"):
        op.execute(statement)


def downgrade() -> None:
    for statement in allow_all(op.get_bind().dialect.name, "series_results"):
        op.execute(statement)
    op.drop_table("series_results")
    op.drop_table("series_reach")
