"""Printed questionnaires, paper forms being keyed, and how well they were keyed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def _wave() -> sa.Column[str]:
    return sa.Column("wave_id", sa.String(36), sa.ForeignKey("waves.id"), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "paper_sheets",
        _wave(),
        sa.Column("language", sa.String(12), primary_key=True),
        sa.Column("size", sa.String(10), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("words_sha256", sa.String(64), nullable=False),
        sa.Column("built_on", sa.Date, nullable=False),
        sa.CheckConstraint("size IN ('standard', 'large')", name="size"),
        sa.CheckConstraint("pages > 0", name="pages"),
    )
    op.create_table(
        "paper_forms",
        _wave(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("language", sa.String(12)),
        sa.Column("first_by", sa.String(36)),
        sa.Column("second_by", sa.String(36)),
        sa.Column("first_keyed", sa.LargeBinary),
        sa.Column("second_keyed", sa.LargeBinary),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("state IN ('once', 'differs', 'done')", name="state"),
        sa.CheckConstraint("first_by <> second_by", name="two_people"),
        sa.CheckConstraint(
            "state <> 'done' OR (language IS NULL AND first_by IS NULL AND second_by IS NULL "
            "AND first_keyed IS NULL AND second_keyed IS NULL)",
            name="done_holds_nothing",
        ),
        sa.CheckConstraint("state <> 'differs' OR second_keyed IS NOT NULL", name="differs_has_both"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paper_tallies",
        _wave(),
        sa.Column("forms", sa.Integer, nullable=False),
        sa.Column("counted", sa.Integer, nullable=False),
        sa.Column("not_eligible", sa.Integer, nullable=False),
        sa.Column("compared", sa.Integer, nullable=False),
        sa.Column("differed", sa.Integer, nullable=False),
        sa.CheckConstraint("differed BETWEEN 0 AND compared", name="differed"),
        sa.CheckConstraint("counted + not_eligible <= forms", name="forms"),
    )


def downgrade() -> None:
    for table in ("paper_tallies", "paper_forms", "paper_sheets"):
        op.drop_table(table)
