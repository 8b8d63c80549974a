"""Reviews of translations; help lines checked, waivers, pilots, targets and counts of a wave."""

import sqlalchemy as sa
from alembic import op

from survey_app.append_only import allow_all, refuse_all

revision = "0009"
down_revision = "0008"


def _wave() -> sa.Column[str]:
    return sa.Column("wave_id", sa.String(36), sa.ForeignKey("waves.id"), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "language_reviews",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("language", sa.String(12), nullable=False, index=True),
        sa.Column("domain", sa.String(12), nullable=False),
        sa.Column("reviewed_by", sa.String(200), nullable=False),
        sa.Column("reviewed_on", sa.Date, nullable=False),
        sa.Column("recorded_on", sa.Date, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("messages", sa.JSON, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.CheckConstraint("domain IN ('instrument', 'interface')", name="domain"),
    )
    for statement in refuse_all(
        op.get_bind().dialect.name, "language_reviews", "reviews of translations are append-only"
    ):
        op.execute(statement)
    op.add_column("waves", sa.Column("pilot", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("waves", sa.Column("targets", sa.JSON, nullable=False, server_default="{}"))
    op.create_table(
        "help_line_checks",
        _wave(),
        sa.Column("line", sa.String(40), primary_key=True),
        sa.Column("checked_on", sa.Date, nullable=False),
        sa.Column("checked_how", sa.String(300), nullable=False),
    )
    op.create_table(
        "language_waivers",
        _wave(),
        sa.Column("language", sa.String(12), primary_key=True),
        sa.Column("reason", sa.String(600), nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.CheckConstraint("length(reason) >= 20", name="reason"),
    )
    op.create_table(
        "outreach_counts",
        _wave(),
        sa.Column("dimension", sa.String(20), primary_key=True),
        sa.Column("level", sa.String(40), primary_key=True),
        sa.Column("counted_on", sa.Date, nullable=False),
        sa.Column("at_least", sa.Integer, nullable=False),
        sa.CheckConstraint("at_least >= 0 AND at_least % 10 = 0", name="tens"),
    )
    op.create_table(
        "page_counts",
        _wave(),
        sa.Column("page", sa.String(60), primary_key=True),
        sa.Column("reached", sa.Integer, nullable=False),
        sa.Column("passed", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in ("page_counts", "outreach_counts", "language_waivers", "help_line_checks"):
        op.drop_table(table)
    op.drop_column("waves", "targets")
    op.drop_column("waves", "pilot")
    for statement in allow_all(op.get_bind().dialect.name, "language_reviews"):
        op.execute(statement)
    op.drop_table("language_reviews")
