"""Commitments with their history; summaries of sessions that a second person approves."""

import sqlalchemy as sa
from alembic import op

from survey_app.append_only import allow_all, refuse_all

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "commitments",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("session_id", sa.String(32), sa.ForeignKey("community_sessions.id"), index=True),
        sa.Column("theme", sa.String(60)),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("made_on", sa.Date, nullable=False, index=True),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.CheckConstraint("session_id IS NOT NULL OR theme IS NOT NULL", name="has_its_reason"),
        sa.CheckConstraint("owner <> ''", name="has_its_owner"),
        sa.CheckConstraint("due_on >= made_on", name="due_after_made"),
    )
    op.create_table(
        "commitment_steps",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("commitment_id", sa.String(32), sa.ForeignKey("commitments.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.CheckConstraint("state IN ('open', 'under_way', 'kept', 'dropped')", name="state"),
        sa.UniqueConstraint("commitment_id", "number"),
    )
    op.create_table(
        "session_summaries",
        sa.Column(
            "session_id", sa.String(32), sa.ForeignKey("community_sessions.id"), primary_key=True
        ),
        sa.Column("language", sa.String(12), primary_key=True),
        sa.Column("body", sa.String(6000), nullable=False),
        sa.Column("kept_because", sa.String(20)),
        sa.Column("written_by", sa.String(36), nullable=False),
        sa.Column("approved_by", sa.String(36)),
        sa.Column("approved_on", sa.Date),
        sa.CheckConstraint("body <> ''", name="body"),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> written_by", name="second_person"),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_on IS NULL)", name="approved_has_its_day"
        ),
    )
    for statement in refuse_all(
        op.get_bind().dialect.name, "commitment_steps", "the history of a commitment is append-only"
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in allow_all(op.get_bind().dialect.name, "commitment_steps"):
        op.execute(statement)
    for table in ("session_summaries", "commitment_steps", "commitments"):
        op.drop_table(table)
