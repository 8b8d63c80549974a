"""Tables of staff. Nothing here is ever joined to an answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base

_ROLE = "role IN ('facilitator', 'analyst', 'publisher', 'administrator', 'interviewer', 'partner')"


class StaffAccount(Base):
    __tablename__ = "staff_accounts"
    __table_args__ = (CheckConstraint(_ROLE, name="role"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sign_in_name: Mapped[str] = mapped_column(String(120), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    created_on: Mapped[date]
    #: the secret of the authenticator, sealed under a key that is not in the database
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: the newest 30-second step whose code was used: no code counts twice
    totp_step: Mapped[int | None]

    @property
    def has_second_factor(self) -> bool:
        return self.totp_sealed is not None


#: How far a sign-in is: complete, the code is still to come, the second factor is still to be set up.
FULL, CODE, SET_UP = "full", "code", "set_up"


class StaffSession(Base):
    """A browser that signs in. The cookie holds the token, the table only its hash."""

    __tablename__ = "staff_sessions"
    __table_args__ = (CheckConstraint("stage IN ('full', 'code', 'set_up')", name="stage"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(
        ForeignKey("staff_accounts.id", ondelete="CASCADE"), index=True
    )
    stage: Mapped[str] = mapped_column(String(10))
    #: the end whatever happens, and the end when nothing happens
    expires_at: Mapped[datetime] = mapped_column(index=True)
    idle_until: Mapped[datetime]
    account: Mapped[StaffAccount] = relationship()


class StaffInvitation(Base):
    """A link by which somebody chooses their password: works once, for a while."""

    __tablename__ = "staff_invitations"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(
        ForeignKey("staff_accounts.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime]
    account: Mapped[StaffAccount] = relationship()


class RecoveryCode(Base):
    """Stands in for a lost authenticator once; only its hash is kept."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(
        ForeignKey("staff_accounts.id", ondelete="CASCADE"), index=True
    )


class SignInAttempt(Base):
    """Failed sign-ins by name, so that guessing slows down; names, never addresses."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class AuditEntry(Base):
    """What staff did. Triggers refuse any change or removal."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[str | None] = mapped_column(String(36))
    role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
