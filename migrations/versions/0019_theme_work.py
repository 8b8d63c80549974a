"""Draws for blind reading, their readers and codings, trained models, and which model suggested."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_PLAIN = {"sqlite_with_rowid": False}


def upgrade() -> None:
    op.add_column("theme_suggestions", sa.Column("model_id", sa.String(32)))
    op.create_table(
        "theme_draws",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("drawn_on", sa.Date, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("algorithm", sa.String(80), nullable=False),
        sa.Column("codebook_version", sa.Integer, nullable=False),
        sa.Column("comments", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("strata", sa.JSON, nullable=False),
        sa.CheckConstraint("size > 0 AND size <= comments", name=op.f("ck_theme_draws_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_draws")),
    )
    op.create_table(
        "theme_drawn_comments",
        *_of_a_draw("theme_drawn_comments"),
        _comment("theme_drawn_comments"),
        sa.Column("comment_id", sa.String(32), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("stratum", sa.String(80), nullable=False),
        sa.Column("probability", sa.Double, nullable=False),
        sa.CheckConstraint(
            "probability > 0 AND probability <= 1", name=op.f("ck_theme_drawn_comments_probability")
        ),
        sa.UniqueConstraint("draw_id", "place", name=op.f("uq_theme_drawn_comments_draw_id_place")),
        sa.PrimaryKeyConstraint("draw_id", "comment_id", name=op.f("pk_theme_drawn_comments")),
        **_PLAIN,
    )
    op.create_index(op.f("ix_theme_drawn_comments_comment_id"), "theme_drawn_comments", ["comment_id"])
    op.create_table(
        "theme_draw_readers",
        *_of_a_draw("theme_draw_readers"),
        sa.Column("reader", sa.String(1), nullable=False),
        sa.Column("account_id", sa.String(36)),
        sa.CheckConstraint("reader IN ('A', 'B')", name=op.f("ck_theme_draw_readers_reader")),
        sa.UniqueConstraint(
            "draw_id", "account_id", name=op.f("uq_theme_draw_readers_draw_id_account_id")
        ),
        sa.PrimaryKeyConstraint("draw_id", "reader", name=op.f("pk_theme_draw_readers")),
        **_PLAIN,
    )
    op.create_table(
        "theme_blind_codings",
        *_of_a_draw("theme_blind_codings"),
        _comment("theme_blind_codings"),
        sa.Column("comment_id", sa.String(32), nullable=False),
        sa.Column("reader", sa.String(5), nullable=False),
        sa.Column("codes", sa.JSON, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("coded_on", sa.Date, nullable=False),
        sa.Column("codebook_version", sa.Integer, nullable=False),
        sa.Column("adjudicated", sa.Boolean, nullable=False),
        sa.CheckConstraint("reader IN ('A', 'B', 'final')", name=op.f("ck_theme_blind_codings_reader")),
        sa.CheckConstraint(
            "reader = 'final' OR NOT adjudicated", name=op.f("ck_theme_blind_codings_adjudicated")
        ),
        sa.PrimaryKeyConstraint("draw_id", "comment_id", "reader", name=op.f("pk_theme_blind_codings")),
        **_PLAIN,
    )
    op.create_index(op.f("ix_theme_blind_codings_comment_id"), "theme_blind_codings", ["comment_id"])
    op.create_table(
        "theme_models",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("codebook_version", sa.Integer, nullable=False),
        sa.Column("comments", sa.Integer, nullable=False),
        sa.Column("themes", sa.JSON, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("embedding", sa.String(100)),
        sa.Column("in_use", sa.Boolean, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_models")),
    )


def _of_a_draw(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("draw_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"],
            ["theme_draws.id"],
            name=op.f(f"fk_{table}_draw_id_theme_draws"),
            ondelete="CASCADE",
        ),
    ]


def _comment(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["comment_id"],
        ["comments.id"],
        name=op.f(f"fk_{table}_comment_id_comments"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_table("theme_models")
    op.drop_table("theme_blind_codings")
    op.drop_table("theme_draw_readers")
    op.drop_table("theme_drawn_comments")
    op.drop_table("theme_draws")
    op.drop_column("theme_suggestions", "model_id")
