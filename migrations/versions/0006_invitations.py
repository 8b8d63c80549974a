"""Drawn addresses with their codes and outcomes; the group that a sealed answer waits in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_CODES = "('I', 'P', 'R', 'NC', 'O', 'UH', 'UO', 'NE')"


def upgrade() -> None:
    op.create_table(
        "invitation_samples",
        sa.Column("wave_id", sa.String(36), sa.ForeignKey("waves.id"), primary_key=True),
        sa.Column("addresses", sa.Integer, nullable=False),
        sa.Column("expected_percent", sa.Integer, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("incentive", sa.Integer),
        sa.Column("imported_on", sa.Date, nullable=False),
        sa.CheckConstraint("addresses > 0", name="addresses"),
        sa.CheckConstraint("expected_percent BETWEEN 1 AND 100", name="expected_percent"),
        sa.CheckConstraint("incentive IS NULL OR incentive > 0", name="incentive"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invitation_cells",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("wave_id", sa.String(36), sa.ForeignKey("waves.id"), nullable=False, index=True),
        sa.Column("stratum", sa.String(60), nullable=False),
        sa.Column("psu_group", sa.String(60)),
        sa.Column("base_weight", sa.Double, nullable=False),
        sa.Column("addresses", sa.Integer, nullable=False),
        sa.CheckConstraint("base_weight > 0", name="base_weight"),
        sa.CheckConstraint("addresses > 0", name="addresses"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invitation_cases",
        sa.Column("wave_id", sa.String(36), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("cell_id", sa.String(32), sa.ForeignKey("invitation_cells.id"), nullable=False),
        sa.Column("psu", sa.String(60)),
        sa.Column("base_weight", sa.Double, nullable=False),
        sa.Column("batch", sa.String(40), nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.Column("disposition", sa.String(2)),
        sa.Column("claim", sa.String(5), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["invitation_samples.wave_id"]),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("base_weight > 0", name="base_weight"),
        sa.CheckConstraint(f"disposition IN {_CODES}", name="disposition"),
        sa.CheckConstraint("disposition IS NULL OR NOT used", name="used_is_interview"),
        sa.CheckConstraint("claim IN ('none', 'asked', 'sent')", name="claim"),
        sa.CheckConstraint("claim = 'none' OR used", name="claim_after_use"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_invitation_cases_cell_id", "invitation_cases", ["cell_id"])
    op.add_column("sealed_answers", sa.Column("cell", sa.String(32)))


def downgrade() -> None:
    op.drop_column("sealed_answers", "cell")
    op.drop_table("invitation_cases")
    op.drop_table("invitation_cells")
    op.drop_table("invitation_samples")
