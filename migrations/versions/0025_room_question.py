"""Which question of the session stands on the wall of its room."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("session_rooms", sa.Column("prompt", sa.String(60)))


def downgrade() -> None:
    op.drop_column("session_rooms", "prompt")
