"""Themes of the survey's own words: a comment may point to an open answer, a draw to a wave.

Down: the readings of open answers go; the answers stay, masked.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

SOURCES = "source IN ('typed', 'imported')"
SEALED = "(body IS NULL) = (sealed IS NOT NULL)"
CHECKS = {
    "source": "source IN ('typed', 'imported', 'survey')",
    "sealed_or_plain": f"open_answer_id IS NOT NULL OR {SEALED}",
    "session_or_survey": "(source = 'survey') = (open_answer_id IS NOT NULL) "
    "AND (session_id IS NULL) = (open_answer_id IS NOT NULL)",
    "survey_words_elsewhere": "open_answer_id IS NULL OR (body IS NULL AND sealed IS NULL "
    "AND english IS NULL AND prompt IS NULL AND speaker_group IS NULL AND kept_because IS NULL)",
}
BEFORE = {"source": SOURCES, "sealed_or_plain": SEALED}


def upgrade() -> None:
    with op.batch_alter_table("comments", table_kwargs={"sqlite_with_rowid": False}) as table:
        table.add_column(sa.Column("open_answer_id", sa.String(32)))
        table.alter_column("session_id", existing_type=sa.String(32), nullable=True)
        for name in BEFORE:
            table.drop_constraint(op.f(f"ck_comments_{name}"), type_="check")
        for name, condition in CHECKS.items():
            table.create_check_constraint(name, condition)
        table.create_foreign_key(
            op.f("fk_comments_open_answer_id_open_answers"),
            "open_answers",
            ["open_answer_id"],
            ["id"],
            ondelete="CASCADE",
        )
        table.create_unique_constraint(op.f("uq_comments_open_answer_id"), ["open_answer_id"])
    with op.batch_alter_table("theme_draws") as table:
        table.add_column(sa.Column("wave_id", sa.String(36)))
        table.create_foreign_key(op.f("fk_theme_draws_wave_id_waves"), "waves", ["wave_id"], ["id"])


def downgrade() -> None:
    of_survey = "SELECT id FROM comments WHERE open_answer_id IS NOT NULL"
    of_wave = "SELECT id FROM theme_draws WHERE wave_id IS NOT NULL"
    for name in ("theme_suggestions", "decided_themes", "theme_decisions"):
        op.execute(f"DELETE FROM {name} WHERE comment_id IN ({of_survey})")  # noqa: S608
    for name in ("theme_blind_codings", "theme_drawn_comments", "theme_draw_readers"):
        op.execute(f"DELETE FROM {name} WHERE draw_id IN ({of_wave})")  # noqa: S608
    op.execute("DELETE FROM theme_draws WHERE wave_id IS NOT NULL")
    op.execute("DELETE FROM comments WHERE open_answer_id IS NOT NULL")
    with op.batch_alter_table("theme_draws") as table:
        table.drop_constraint(op.f("fk_theme_draws_wave_id_waves"), type_="foreignkey")
        table.drop_column("wave_id")
    with op.batch_alter_table("comments", table_kwargs={"sqlite_with_rowid": False}) as table:
        table.drop_constraint(op.f("uq_comments_open_answer_id"), type_="unique")
        table.drop_constraint(op.f("fk_comments_open_answer_id_open_answers"), type_="foreignkey")
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_comments_{name}"), type_="check")
        table.drop_column("open_answer_id")
        table.alter_column("session_id", existing_type=sa.String(32), nullable=False)
        for name, condition in BEFORE.items():
            table.create_check_constraint(name, condition)
