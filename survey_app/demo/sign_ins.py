"""Staff accounts of the demonstration, with passwords made for this installation."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import StaffAccount
from ..accounts.permissions import NEED_SECOND_FACTOR, ROLES
from ..accounts.services import create_account, seal_secret
from ..config import Config

SignIn = tuple[str, str, str, str]
"""Sign-in name, role, password, secret of the authenticator (empty without one)."""

_NAMES = {
    "facilitator": "Frances (facilitator)",
    "analyst": "Andre (analyst)",
    "publisher": "Paula (publisher)",
    "administrator": "Adam (administrator)",
    "interviewer": "Ines (interviewer)",
    "partner": "Pia (partner)",
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


def create_sign_ins(session: Session, secret_key: str) -> list[SignIn]:
    """One account for each role; the caller commits and then keeps the passwords.

    Who needs a second factor has one. Its codes are shown on the page where they are typed: what a
    demonstration protects is nothing, how it is signed in is everything.
    """
    made = []
    for role in ROLES:
        password = make_password()
        account = create_account(
            session,
            sign_in_name=role,
            display_name=_NAMES[role],
            role=role,
            password=password,
            demo=True,
        )
        secret = pyotp.random_base32(32) if role in NEED_SECOND_FACTOR else ""
        if secret:
            account.totp_sealed = seal_secret(secret, secret_key)
        made.append((role, role, password, secret))
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
        lines = sign_ins_file(config).read_text(encoding="ascii").split("\n")
    except FileNotFoundError:
        return []
    rows = (line.split("\t") for line in lines)
    return [(row[0], row[1], row[2], row[3]) for row in rows if len(row) == 4]


def told(rows: list[SignIn]) -> str:
    """The sign-ins for the terminal, with what a newcomer needs to know about the second step."""
    lines = [
        f"  {name:<14} {password}   ({role}{', and then a code' if secret else ''})"
        for name, role, password, secret in rows
    ]
    return "\n".join(
        [
            *lines,
            "The code is shown on the page that asks for it, because these are demonstration accounts.",
            "In production it comes from each person's own authenticator, without exception.",
        ]
    )
