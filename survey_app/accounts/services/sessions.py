"""Signing in and staying signed in: a session has two ends, one of them when nothing happens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ...jobs import now
from ...operations.retention import purge_kind
from ..audit import record
from ..models import CODE, FULL, SET_UP, StaffAccount, StaffSession
from ..permissions import NEED_SECOND_FACTOR
from .passwords import count_failure, forget_failures, hash_token, matches, refuse_guessing

#: How long somebody has between the password and the code.
_BETWEEN = timedelta(minutes=10)
#: Staying alive is written down at most this often.
_SELDOM = timedelta(minutes=4)


@dataclass(frozen=True)
class Lifetime:
    """How long a session lasts in all, and without a page being asked for."""

    whole: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=60)


@dataclass(frozen=True)
class SignedIn:
    """A token for the cookie, and what is still to come: `full`, `code` or `set_up`."""

    token: str
    stage: str


def sign_in(
    session: Session, *, sign_in_name: str, password: str, lifetime: Lifetime | None = None
) -> SignedIn | None:
    """The first step; None when name and password do not fit.

    The caller commits in both cases: the failure is counted. Raises TooManyProblem.
    """
    name = sign_in_name.strip().lower()
    name_hash = refuse_guessing(session, name)
    account = session.scalars(
        select(StaffAccount).where(StaffAccount.sign_in_name == name, StaffAccount.active)
    ).first()
    if not matches(account.password_hash if account else None, password) or account is None:
        count_failure(session, name_hash)
        return None
    forget_failures(session, name_hash)
    purge_kind(session, "sessions")
    if account.has_second_factor:
        return open_session(session, account, CODE, lifetime)
    if account.role in NEED_SECOND_FACTOR:
        return open_session(session, account, SET_UP, lifetime)
    record(session, actor=account, action="account.sign_in", subject=account.sign_in_name)
    return open_session(session, account, FULL, lifetime)


def open_session(
    session: Session, account: StaffAccount, stage: str, lifetime: Lifetime | None = None
) -> SignedIn:
    """A fresh token for this account; a step in between lasts ten minutes."""
    lifetime = lifetime or Lifetime()
    token = secrets.token_urlsafe(32)
    whole, idle = (lifetime.whole, lifetime.idle) if stage == FULL else (_BETWEEN, _BETWEEN)
    session.add(
        StaffSession(
            token_hash=hash_token(token),
            account_id=account.id,
            stage=stage,
            expires_at=now() + whole,
            idle_until=now() + idle,
        )
    )
    session.flush()
    return SignedIn(token, stage)


def find_signed_in(session: Session, *, token: str) -> StaffSession | None:
    """The session behind a cookie with its active account, None when it ended."""
    found = session.scalars(
        select(StaffSession)
        .join(StaffAccount, StaffSession.account_id == StaffAccount.id)
        .where(
            StaffSession.token_hash == hash_token(token),
            StaffSession.expires_at > now(),
            StaffSession.idle_until > now(),
            StaffAccount.active,
        )
    )
    return found.first()


def is_worth_keeping_alive(found: StaffSession, lifetime: Lifetime) -> bool:
    """Whether enough time went by since it was last written down that somebody is there."""
    return found.stage == FULL and found.idle_until < now() + lifetime.idle - _SELDOM


def keep_alive(session: Session, found: StaffSession, lifetime: Lifetime) -> None:
    """Somebody is there: the end for idleness moves on."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == found.token_hash)
        .values(idle_until=now() + lifetime.idle)
    )


def sign_out(session: Session, *, token: str) -> None:
    session.execute(delete(StaffSession).where(StaffSession.token_hash == hash_token(token)))


def sign_out_everywhere(session: Session, account: StaffAccount) -> None:
    """End every session of this account, the one that asks included."""
    session.execute(delete(StaffSession).where(StaffSession.account_id == account.id))
    record(session, actor=account, action="account.sign_out_everywhere", subject=account.sign_in_name)


def count_sessions(session: Session, account: StaffAccount) -> int:
    """Browsers that are signed in with this account now."""
    query = (
        select(func.count())
        .select_from(StaffSession)
        .where(
            StaffSession.account_id == account.id,
            StaffSession.stage == FULL,
            StaffSession.expires_at > now(),
            StaffSession.idle_until > now(),
        )
    )
    return session.scalar(query) or 0
