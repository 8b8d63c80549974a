"""The role partner; second factor, recovery codes, invitations; sessions that end when idle."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_OLD = "role IN ('facilitator', 'analyst', 'publisher', 'administrator', 'interviewer')"
_NEW = "role IN ('facilitator', 'analyst', 'publisher', 'administrator', 'interviewer', 'partner')"


def _accounts(role: str, *more: sa.Column) -> sa.Table:
    """The table as it is: SQLite makes it anew, and must not lose its constraints."""
    return sa.Table(
        "staff_accounts",
        sa.MetaData(),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("sign_in_name", sa.String(120), nullable=False),
        sa.Column("display_name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("created_on", sa.Date, nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_accounts")),
        sa.UniqueConstraint("sign_in_name", name=op.f("uq_staff_accounts_sign_in_name")),
        sa.CheckConstraint(role, name=op.f("ck_staff_accounts_role")),
    )


def _change_role(role: str, table: sa.Table, *, add: bool) -> None:
    with op.batch_alter_table("staff_accounts", copy_from=table) as batch:
        batch.drop_constraint(op.f("ck_staff_accounts_role"), type_="check")
        batch.create_check_constraint(op.f("ck_staff_accounts_role"), role)
        for column in _factor():
            if add:
                batch.add_column(column)
            else:
                batch.drop_column(column.name)


def _factor() -> tuple[sa.Column, ...]:
    return sa.Column("totp_sealed", sa.LargeBinary), sa.Column("totp_step", sa.Integer)


def _account(index: bool = True) -> sa.Column:
    return sa.Column(
        "account_id",
        sa.String(36),
        sa.ForeignKey("staff_accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=index,
    )


def _sessions(*more: sa.schema.SchemaItem) -> None:
    """Everybody signs in again: a session of another version is none."""
    op.drop_table("staff_sessions")
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        _account(),
        sa.Column("expires_at", sa.DateTime, nullable=False, index=True),
        *more,
    )


def upgrade() -> None:
    _change_role(_NEW, _accounts(_OLD), add=True)
    _sessions(
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("idle_until", sa.DateTime, nullable=False),
        sa.CheckConstraint("stage IN ('full', 'code', 'set_up')", name="stage"),
    )
    op.create_table(
        "staff_invitations",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        _account(),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        _account(),
    )


def downgrade() -> None:
    op.drop_table("recovery_codes")
    op.drop_table("staff_invitations")
    _sessions()
    # The former version knows no partner: such accounts are switched off and become facilitators.
    op.execute(
        "UPDATE staff_accounts SET role = 'facilitator', active = (1 = 0) WHERE role = 'partner'"
    )
    _change_role(_OLD, _accounts(_NEW, *_factor()), add=False)
