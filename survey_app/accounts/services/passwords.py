"""Passwords and tokens: what is kept of them, and how guessing is slowed down."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ...jobs import now
from ...problems import BadInputProblem, TooManyProblem
from ..models import SignInAttempt

# 19 MiB and two passes: OWASP's floor for argon2id; four sign-ins at once stay under 80 MiB.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("no such account")  # so that an unknown name takes as long as a wrong word

SHORTEST_PASSWORD = 12
MOST_FAILURES, FAILURE_WINDOW = 8, timedelta(minutes=15)


def hash_token(text: str) -> str:
    """What is kept of a random token: it has enough of its own to need no salt."""
    return hashlib.sha256(text.encode()).hexdigest()


def hash_password(password: str) -> str:
    """Raises BadInputProblem when it is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInputProblem(
            _("Choose a password of at least %(count)s characters.", count=SHORTEST_PASSWORD)
        )
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; as slow when nothing is stored."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def refuse_guessing(session: Session, name: str) -> str:
    """The hash under which failures of this name are counted; raises TooManyProblem."""
    name_hash = hash_token(name)
    failures = session.scalar(
        select(func.count())
        .select_from(SignInAttempt)
        .where(SignInAttempt.name_hash == name_hash, SignInAttempt.at > now() - FAILURE_WINDOW)
    )
    if (failures or 0) >= MOST_FAILURES:
        raise TooManyProblem(_("Too many wrong tries for this name. Wait 15 minutes."))
    return name_hash


def count_failure(session: Session, name_hash: str) -> None:
    session.add(SignInAttempt(name_hash=name_hash, at=now()))


def forget_failures(session: Session, name_hash: str) -> None:
    session.execute(delete(SignInAttempt).where(SignInAttempt.name_hash == name_hash))
