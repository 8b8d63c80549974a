"""Residents in the room join in: comments until the decision, and what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def _session(**options: bool) -> sa.Column:
    return sa.Column(
        "session_id",
        sa.String(32),
        sa.ForeignKey("community_sessions.id", ondelete="CASCADE"),
        **options,
    )


def upgrade() -> None:
    op.create_table(
        "session_rooms",
        _session(primary_key=True),
        sa.Column("code", sa.String(12), nullable=False, unique=True),
        sa.Column("open", sa.Boolean, nullable=False),
    )
    op.create_table(
        "room_comments",
        sa.Column("id", sa.String(32), primary_key=True),
        _session(nullable=False, index=True),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.CheckConstraint("state IN ('arrived', 'waiting')", name="state"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "room_outcomes",
        sa.Column("id", sa.String(32), primary_key=True),
        _session(nullable=False, index=True),
        sa.Column("comment_id", sa.String(32), sa.ForeignKey("comments.id", ondelete="SET NULL")),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(10)),
        sa.CheckConstraint("outcome IN ('shown', 'rejected')", name="outcome"),
        sa.CheckConstraint(
            "(outcome = 'rejected') = (reason IS NOT NULL)", name="rejected_for_a_reason"
        ),
        sa.CheckConstraint(
            "reason IS NULL OR reason IN ('person', 'threat', 'insult', 'advert', 'repeat')",
            name="reason",
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("room_outcomes", "room_comments", "session_rooms"):
        op.drop_table(table)
