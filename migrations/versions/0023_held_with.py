"""With whom of those the survey does not reach a session is held."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column(
        "community_sessions", sa.Column("held_with", sa.JSON, nullable=False, server_default="[]")
    )


def downgrade() -> None:
    op.drop_column("community_sessions", "held_with")
