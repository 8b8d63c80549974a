"""Staff, audit log, jobs, waves and their frozen wording."""

import sqlalchemy as sa
from alembic import op

from survey_app.append_only import allow_all, refuse_all

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "staff_accounts",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("sign_in_name", sa.String(120), nullable=False, unique=True),
        sa.Column("display_name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("created_on", sa.Date, nullable=False),
        sa.CheckConstraint(
            "role IN ('facilitator', 'analyst', 'publisher', 'administrator')", name="role"
        ),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column(
            "account_id",
            sa.String(36),
            sa.ForeignKey("staff_accounts.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("expires_at", sa.DateTime, nullable=False, index=True),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name_hash", sa.String(64), nullable=False, index=True),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("account_id", sa.String(36)),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("arguments", sa.JSON, nullable=False),
        sa.Column("unique_key", sa.String(200)),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("requested_by", sa.String(36)),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("lease_until", sa.DateTime),
        sa.Column("leased_by", sa.String(60)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("cancel_requested", sa.Boolean, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.Column("message", sa.String(300), nullable=False),
        sa.Column("result", sa.JSON),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"
        ),
    )
    op.create_index(
        "uq_jobs_live_unique_key",
        "jobs",
        ["unique_key"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_table(
        "waves",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("slug", sa.String(60), nullable=False, unique=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("questionnaire", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("opened_on", sa.Date),
        sa.Column("closed_on", sa.Date),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("publisher", sa.String(200), nullable=False),
        sa.Column("citation", sa.String(1000), nullable=False),
        sa.Column("url", sa.String(400), nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        sa.CheckConstraint("kind IN ('own', 'foreign')", name="kind"),
        sa.CheckConstraint("state IN ('draft', 'open', 'paused', 'closed', 'archived')", name="state"),
        sa.CheckConstraint("kind = 'own' OR citation <> ''", name="foreign_is_cited"),
    )
    op.create_table(
        "wave_wordings",
        sa.Column("wave_id", sa.String(36), sa.ForeignKey("waves.id"), primary_key=True),
        sa.Column("language", sa.String(12), primary_key=True),
        sa.Column("wording", sa.JSON, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    dialect = op.get_bind().dialect.name
    for table, message in (
        ("audit_entries", "the audit log is append-only"),
        ("wave_wordings", "the wording of an opened wave is append-only"),
    ):
        for statement in refuse_all(dialect, table, message):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in ("audit_entries", "wave_wordings"):
        for statement in allow_all(dialect, table):
            op.execute(statement)
    for table in (
        "wave_wordings",
        "waves",
        "jobs",
        "audit_entries",
        "sign_in_attempts",
        "staff_sessions",
        "staff_accounts",
    ):
        op.drop_table(table)
