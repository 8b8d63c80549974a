"""Community sessions, comments, themes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "community_sessions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("held_on", sa.Date, nullable=False, index=True),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("districts", sa.JSON, nullable=False),
        sa.Column("attendance", sa.Integer),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("youth", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("opening_read_on", sa.Date),
        sa.Column("finalised_on", sa.Date),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "kind IN ('town_hall', 'listening_session', 'listening_tour_stop', "
            "'consent_decree_gathering', 'neighborhood_leader_town_hall', "
            "'partner_meeting', 'engagement_pop_up')",
            name="kind",
        ),
        sa.CheckConstraint("state IN ('draft', 'finalised')", name="state"),
        sa.CheckConstraint("attendance IS NULL OR attendance >= 0", name="attendance"),
        sa.CheckConstraint(
            "(state = 'finalised') = (finalised_on IS NOT NULL)", name="finalised_has_its_day"
        ),
    )
    op.create_table(
        "comment_imports",
        sa.Column("id", sa.String(32), primary_key=True),
        _session(),
        sa.Column("imported_on", sa.Date, nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("comments", sa.Integer, nullable=False),
        sa.Column("attribution", sa.String(1000), nullable=False),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.String(32), primary_key=True),
        _session(),
        sa.Column("import_id", sa.String(32), sa.ForeignKey("comment_imports.id"), index=True),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("body", sa.String(4000), nullable=False),
        sa.Column("english", sa.String(4000)),
        sa.Column("kept_because", sa.String(20)),
        sa.Column("position", sa.Integer),
        sa.Column("read_with_version", sa.Integer),
        sa.CheckConstraint("source IN ('typed', 'imported')", name="source"),
        sa.CheckConstraint(
            "(source = 'imported') = (import_id IS NOT NULL)", name="imported_has_its_file"
        ),
        sa.CheckConstraint("body <> ''", name="body"),
        sa.CheckConstraint(
            "kept_because IS NULL OR "
            "kept_because IN ('public_contact', 'public_office', 'not_personal')",
            name="kept_because",
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "theme_suggestions",
        _comment("comments.id"),
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("probability", sa.Double, nullable=False),
        sa.Column("why", sa.JSON, nullable=False),
        sa.Column("codebook_version", sa.Integer, nullable=False),
        sa.CheckConstraint("probability >= 0 AND probability <= 1", name="probability"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "theme_decisions",
        _comment("comments.id"),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("codebook_version", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decided_themes",
        _comment("theme_decisions.comment_id"),
        sa.Column("code", sa.String(60), primary_key=True),
        sqlite_with_rowid=False,
    )


def _session() -> sa.Column[str]:
    return sa.Column(
        "session_id", sa.String(32), sa.ForeignKey("community_sessions.id"), nullable=False, index=True
    )


def _comment(target: str) -> sa.Column[str]:
    return sa.Column(
        "comment_id", sa.String(32), sa.ForeignKey(target, ondelete="CASCADE"), primary_key=True
    )


def downgrade() -> None:
    for table in (
        "decided_themes",
        "theme_decisions",
        "theme_suggestions",
        "comments",
        "comment_imports",
        "community_sessions",
    ):
        op.drop_table(table)
