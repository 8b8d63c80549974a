"""Notes sealed until their session is finalised; changes told apart; staged imports; hand-offs.

Comments of open sessions from before lose their order and are sealed when they are next touched. Down:
sealed words cannot be opened here, so their rows go.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

CHECKS = {
    "sealed_or_plain": "(body IS NULL) = (sealed IS NOT NULL)",
    "plain_is_settled": "sealed IS NOT NULL OR (position IS NULL AND revision IS NULL AND to_check = 0 "
    "AND disputed = 0 AND removed = 0)",
    "sealed_english": "sealed IS NULL OR english IS NULL",
}
COLUMNS = {
    "sealed": (sa.LargeBinary, True),
    "prompt": (sa.String(60), True),
    "speaker_group": (sa.String(20), True),
    "revision": (sa.Integer, True),
    "to_check": (sa.Integer, False),
    "disputed": (sa.Integer, False),
    "removed": (sa.Integer, False),
}


def upgrade() -> None:
    op.add_column(
        "community_sessions",
        sa.Column("notes_revision", sa.Integer, nullable=False, server_default="0"),
    )
    op.execute("UPDATE comments SET position = NULL")
    with op.batch_alter_table("comments", table_kwargs={"sqlite_with_rowid": False}) as table:
        for name, (kind, nullable) in COLUMNS.items():
            default = None if nullable else "0"
            table.add_column(sa.Column(name, kind, nullable=nullable, server_default=default))
        table.alter_column("body", existing_type=sa.String(4000), nullable=True)
        for name, condition in CHECKS.items():
            table.create_check_constraint(name, condition)
    op.create_table(
        "staged_imports",
        sa.Column("id", sa.String(32), primary_key=True),
        _session(),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False, index=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "note_operations",
        sa.Column("id", sa.String(32), primary_key=True),
        _session(),
        sa.Column("comment_id", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hand_offs",
        sa.Column("id", sa.String(32), primary_key=True),
        _session(),
        sa.Column("door", sa.String(40), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table_name in ("hand_offs", "note_operations", "staged_imports"):
        op.drop_table(table_name)
    op.execute("DELETE FROM comments WHERE sealed IS NOT NULL")
    with op.batch_alter_table("comments", table_kwargs={"sqlite_with_rowid": False}) as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_comments_{name}"), type_="check")
        for name in COLUMNS:
            table.drop_column(name)
        table.alter_column("body", existing_type=sa.String(4000), nullable=False)
    op.drop_column("community_sessions", "notes_revision")


def _session() -> sa.Column[str]:
    return sa.Column(
        "session_id", sa.String(32), sa.ForeignKey("community_sessions.id"), nullable=False, index=True
    )
