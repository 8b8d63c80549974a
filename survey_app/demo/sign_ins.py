"""Staff accounts of the demonstration, with passwords made for this installation."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import StaffAccount
from ..accounts.permissions import ROLES
from ..accounts.services import create_account
from ..config import Config

SignIn = tuple[str, str, str]
"""Sign-in name, role, password."""

_NAMES = {
    "facilitator": "Frances (facilitator)",
    "analyst": "Andre (analyst)",
    "publisher": "Paula (publisher)",
    "administrator": "Adam (administrator)",
    "interviewer": "Ines (interviewer)",
}
_BEGINNINGS, _VOWELS = "bdfghklmnprstvwz", "aeiou"


def sign_ins_file(config: Config) -> Path:
    return config.instance / "demo_sign_ins.txt"


def make_password() -> str:
    """Five parts of four letters, easy to type on a phone: 63 bits."""
    parts = (
        "".join(secrets.choice(_BEGINNINGS) + secrets.choice(_VOWELS) for _ in range(2))
        for _ in range(5)
    )
    return "-".join(parts)


def create_sign_ins(session: Session) -> list[SignIn]:
    """One account for each role; the caller commits and then keeps the passwords."""
    made = []
    for role in ROLES:
        password = make_password()
        create_account(
            session,
            sign_in_name=role,
            display_name=_NAMES[role],
            role=role,
            password=password,
            demo=True,
        )
        made.append((role, role, password))
    return made


def has_sign_ins(session: Session) -> bool:
    return session.scalars(select(StaffAccount.id).where(StaffAccount.demo)).first() is not None


def find_demo_account(session: Session, role: str) -> StaffAccount | None:
    return session.scalars(
        select(StaffAccount).where(StaffAccount.demo, StaffAccount.role == role, StaffAccount.active)
    ).first()


def write_sign_ins(config: Config, made: list[SignIn]) -> None:
    """Keep them in a file that only the owner of this installation can read."""
    path = sign_ins_file(config)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.writelines("\t".join(row) + "\n" for row in made)


def read_sign_ins(config: Config) -> list[SignIn]:
    """The sign-ins kept for this installation; empty when there are none."""
    try:
        lines = sign_ins_file(config).read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    rows = (line.split("\t") for line in lines)
    return [(row[0], row[1], row[2]) for row in rows if len(row) == 3]
