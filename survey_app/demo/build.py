"""Build the demonstration city, step by step; a step that was done is not done again.

Every step is a transaction of its own, so that an interrupted build goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from flask import Flask, current_app
from flask_babel import force_locale
from sqlalchemy import select

from ..accounts.models import StaffAccount
from ..config import Config
from ..db import Database, get_database
from ..problems import ConflictProblem
from ..waves.models import Wave
from .meetings import ROLE, build_sessions, has_sessions
from .settings import WaveSettings, load_city
from .sign_ins import create_sign_ins, find_demo_account, write_sign_ins
from .waves import build_wave, find_demo_wave

Say = Callable[[str], object]
Step = tuple[str, Callable[[], str | None]]
"""What is done, and the function that does it: what it did, or None when it was done before."""


def build_if_empty(app: Flask, say: Say = print) -> None:
    """Build the city unless somebody uses this database for something else."""
    with app.app_context():
        if _is_used_otherwise(get_database()):
            return
        build(say)


def _is_used_otherwise(database: Database) -> bool:
    with database.session(read_only=True) as session:
        waves, accounts = (
            set(session.scalars(select(table.demo).distinct())) for table in (Wave, StaffAccount)
        )
    return bool(waves | accounts) and True not in waves | accounts


def build(say: Say = print) -> bool:
    """Build what is missing of the city, in the current application; False when nothing was.

    Raises ConflictProblem in production.
    """
    config: Config = current_app.extensions["config"]
    if config.is_production:
        raise ConflictProblem("This is the real survey: it takes no demonstration data.")
    database = get_database()
    steps = list(_steps(config, database))
    started, anything = time.monotonic(), False
    with force_locale("en"):
        for number, (title, do) in enumerate(steps, start=1):
            told = do()
            if told is None:
                continue
            if not anything:
                say("Building the demonstration city. Its residents are made up.")
            anything = True
            say(f"  {number}/{len(steps)}  {title}: {told}")
    if anything:
        say(f"The city was built in {time.monotonic() - started:.0f} seconds.")
    return anything


def _steps(config: Config, database: Database) -> Iterator[Step]:
    yield "Staff sign-ins", partial(_accounts, config, database)
    for settings in load_city().waves:
        yield f"Survey of {settings.questionnaire}", partial(_wave, database, settings)
    yield "Community sessions", partial(_sessions, database)


def _accounts(config: Config, database: Database) -> str | None:
    with database.transaction() as session:
        if session.scalars(select(StaffAccount.id).where(StaffAccount.demo)).first():
            return None
        made = create_sign_ins(session)
        # Before the commit: an account without its password on file would be of no use.
        write_sign_ins(config, made)
    return f"{len(made)} accounts, passwords in {config.instance / 'demo_sign_ins.txt'}"


def _wave(database: Database, settings: WaveSettings) -> str | None:
    with database.transaction() as session:
        if find_demo_wave(session, settings.questionnaire) is not None:
            return None
        count = build_wave(session, load_city(), settings)
    state = "closed" if settings.closed_on else "open"
    return f"{count} synthetic residents answered; {state}"


def _sessions(database: Database) -> str | None:
    with database.transaction() as session:
        if has_sessions(session):
            return None
        comments = build_sessions(session, find_demo_account(session, ROLE))
    return f"{comments} comments"
