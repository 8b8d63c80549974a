"""Agreements with universities and the files they may have until these end."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "data_agreements",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("wave_id", sa.String(36), sa.ForeignKey("waves.id"), nullable=False),
        sa.Column("institution", sa.String(200), nullable=False),
        sa.Column("purpose", sa.String(1000), nullable=False),
        sa.Column("made_by", sa.String(36), nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("approved_by", sa.String(36)),
        sa.Column("approved_on", sa.Date),
        sa.Column("code_sha256", sa.String(64), unique=True),
        sa.Column("ended_on", sa.Date),
        sa.CheckConstraint("institution <> '' AND purpose <> ''", name="says_who_and_why"),
        sa.CheckConstraint("expires_on > made_on", name="ends_after_it_began"),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> made_by", name="second_person"),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_on IS NULL) "
            "AND (approved_by IS NULL) = (code_sha256 IS NULL)",
            name="approved_has_its_code",
        ),
    )
    op.create_table(
        "restricted_files",
        sa.Column("agreement_id", sa.String(32), sa.ForeignKey("data_agreements.id"), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("restricted_files")
    op.drop_table("data_agreements")
