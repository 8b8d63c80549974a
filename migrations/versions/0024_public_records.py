"""Requests for public records and the files made for them."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "records_requests",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("asked_for", sa.String(1000), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("to_on", sa.Date, nullable=False),
        sa.Column("kinds", sa.JSON, nullable=False),
        sa.Column("made_by", sa.String(36)),
        sa.Column("recorded_on", sa.Date, nullable=False),
        sa.CheckConstraint("number <> ''", name="number"),
        sa.CheckConstraint("from_on <= to_on", name="period"),
    )
    op.create_table(
        "records_files",
        sa.Column("request_id", sa.String(32), sa.ForeignKey("records_requests.id"), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("records_files")
    op.drop_table("records_requests")
