"""Drafts, receipts, sealed answers, responses, open answers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _wave() -> sa.Column[str]:
    return sa.Column("wave_id", sa.String(36), sa.ForeignKey("waves.id"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("lookup", sa.String(64), primary_key=True),
        _wave(),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False, index=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "submission_receipts",
        sa.Column("receipt", sa.String(64), primary_key=True),
        sa.Column("expires_on", sa.Date, nullable=False, index=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed_answers",
        sa.Column("id", sa.String(32), primary_key=True),
        _wave(),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sealed_answers_wave_id", "sealed_answers", ["wave_id"])
    op.create_table(
        "responses",
        sa.Column("id", sa.String(32), primary_key=True),
        _wave(),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("mode", sa.String(12), nullable=False),
        sa.Column("stratum", sa.String(60)),
        sa.Column("psu", sa.String(60)),
        sa.Column("base_weight", sa.Double),
        sa.Column("weight", sa.Double),
        sa.Column("police_district", sa.String(40)),
        sa.Column("csa", sa.String(80)),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("domains", sa.JSON, nullable=False),
        sa.CheckConstraint("source IN ('drawn', 'open')", name="source"),
        sa.CheckConstraint("mode IN ('web', 'paper', 'interviewer', 'kiosk', 'other')", name="mode"),
        sa.CheckConstraint("base_weight IS NULL OR base_weight > 0", name="base_weight"),
        sa.CheckConstraint("weight IS NULL OR weight >= 0", name="weight"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_responses_wave_id", "responses", ["wave_id"])
    op.create_table(
        "open_answers",
        sa.Column("id", sa.String(32), primary_key=True),
        _wave(),
        sa.Column("question", sa.String(60), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("police_district", sa.String(40)),
        sa.Column("weight_class", sa.String(12)),
        sa.Column("body", sa.String(4000), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_open_answers_wave_id", "open_answers", ["wave_id"])


def downgrade() -> None:
    for table in (
        "open_answers",
        "responses",
        "sealed_answers",
        "submission_receipts",
        "drafts",
    ):
        op.drop_table(table)
