"""Remarks on drafts, and their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "remarks",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("subject", sa.String(80), nullable=False, index=True),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("body", sa.String(2000), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("answer", sa.String(2000)),
        sa.Column("answered_by", sa.String(36)),
        sa.Column("answered_on", sa.Date),
        sa.CheckConstraint("body <> ''", name="body"),
        sa.CheckConstraint("(answer IS NULL) = (answered_on IS NULL)", name="answer_has_its_day"),
        sa.CheckConstraint("(answer IS NULL) = (answered_by IS NULL)", name="answer_has_its_writer"),
    )


def downgrade() -> None:
    op.drop_table("remarks")
