"""Return codes for unfinished surveys; why a response looks unlike a person's."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "return_codes",
        sa.Column("lookup", sa.String(64), primary_key=True),
        sa.Column(
            "draft",
            sa.String(64),
            sa.ForeignKey("drafts.lookup", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.add_column("responses", sa.Column("flags", sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("responses", "flags")
    op.drop_table("return_codes")
