"""Series of sessions, how a session is arranged, counts of voluntary cards."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0005"
down_revision = "0004"

_GUARDIANS = "NOT youth OR opening_read_on IS NULL OR guardians_agreed"
_LISTS = ("hosts", "partners", "interpreters", "accessibility", "agenda")


def _new_columns() -> list[sa.Column]:
    return [
        sa.Column("series_id", sa.String(32)),
        *(sa.Column(name, sa.JSON, nullable=False, server_default="[]") for name in _LISTS),
        sa.Column("guardians_agreed", sa.Boolean, nullable=False, server_default=sa.false()),
    ]


def _sessions(*more: SchemaItem) -> sa.Table:
    """The table as it is: SQLite makes it anew, and must not lose its constraints."""
    return sa.Table(
        "community_sessions",
        sa.MetaData(),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
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
            name=op.f("ck_community_sessions_kind"),
        ),
        sa.CheckConstraint("state IN ('draft', 'finalised')", name=op.f("ck_community_sessions_state")),
        sa.CheckConstraint(
            "attendance IS NULL OR attendance >= 0", name=op.f("ck_community_sessions_attendance")
        ),
        sa.CheckConstraint(
            "(state = 'finalised') = (finalised_on IS NOT NULL)",
            name=op.f("ck_community_sessions_finalised_has_its_day"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_sessions")),
        sa.Index("ix_community_sessions_held_on", "held_on"),
        *_new_columns(),
        *more,
    )


def upgrade() -> None:
    op.create_table(
        "session_series",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("months", sa.Integer),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.CheckConstraint("months IS NULL OR months IN (1, 2, 3, 4, 6, 12)", name="months"),
        sa.CheckConstraint("name <> ''", name="name"),
    )
    op.create_table(
        "attendance_counts",
        sa.Column(
            "session_id",
            sa.String(32),
            sa.ForeignKey("community_sessions.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("trait", sa.String(10), primary_key=True),
        sa.Column("code", sa.String(12), primary_key=True),
        sa.Column("people", sa.Integer, nullable=False),
        sa.CheckConstraint("trait IN ('age', 'race', 'language', 'district')", name="trait"),
        sa.CheckConstraint("people >= 0", name="people"),
    )
    for column in _new_columns():
        op.add_column("community_sessions", column)
    # Sessions of the young that were written up: the statement read there asked for the agreement.
    op.execute("UPDATE community_sessions SET guardians_agreed = youth")
    with op.batch_alter_table("community_sessions", copy_from=_sessions()) as batch:
        batch.create_foreign_key(
            op.f("fk_community_sessions_series_id_session_series"),
            "session_series",
            ["series_id"],
            ["id"],
        )
        batch.create_check_constraint(op.f("ck_community_sessions_guardians_before_youth"), _GUARDIANS)
        batch.create_index("ix_community_sessions_series_id", ["series_id"])


def downgrade() -> None:
    new = (
        sa.CheckConstraint(_GUARDIANS, name=op.f("ck_community_sessions_guardians_before_youth")),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["session_series.id"],
            name=op.f("fk_community_sessions_series_id_session_series"),
        ),
        sa.Index("ix_community_sessions_series_id", "series_id"),
    )
    with op.batch_alter_table("community_sessions", copy_from=_sessions(*new)) as batch:
        batch.drop_constraint(op.f("ck_community_sessions_guardians_before_youth"), type_="check")
        batch.drop_constraint(
            op.f("fk_community_sessions_series_id_session_series"), type_="foreignkey"
        )
        batch.drop_index("ix_community_sessions_series_id")
        for column in _new_columns():
            batch.drop_column(column.name)
    op.drop_table("attendance_counts")
    op.drop_table("session_series")
