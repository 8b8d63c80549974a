"""Waves of a quarter; accounts of interviewers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_FOUR = "role IN ('facilitator', 'analyst', 'publisher', 'administrator')"
_FIVE = "role IN ('facilitator', 'analyst', 'publisher', 'administrator', 'interviewer')"


def upgrade() -> None:
    # Both databases take the constraint with the column; Alembic would leave it out on SQLite.
    op.execute(
        "ALTER TABLE waves ADD COLUMN quarter INTEGER "
        "CONSTRAINT ck_waves_quarter CHECK (quarter BETWEEN 1 AND 4)"
    )
    _change_roles(_FOUR, _FIVE)


def downgrade() -> None:
    op.execute(
        "UPDATE staff_accounts SET role = 'facilitator', active = false WHERE role = 'interviewer'"
    )
    _change_roles(_FIVE, _FOUR)
    op.execute("ALTER TABLE waves DROP COLUMN quarter")


def _change_roles(before: str, after: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("role", "staff_accounts", type_="check")
        op.create_check_constraint("role", "staff_accounts", after)
        return
    # SQLite has no statement for this. Its documentation ("Making Other Kinds Of Table Schema Changes")
    # gives this procedure for constraints; a new table would take everybody's sign-in with the old one.
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) "
            "WHERE type = 'table' AND name = 'staff_accounts' AND instr(sql, :before) > 0"
        ),
        {"before": before, "after": after},
    )
    if changed.rowcount != 1:
        raise RuntimeError("staff_accounts has no constraint on roles that this migration knows.")
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
