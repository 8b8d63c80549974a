"""Build the demonstration city, step by step; a step that was done is not done again.

Every step commits by itself, so that an interrupted build goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from flask import Flask, current_app
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import StaffAccount
from ..accounts.permissions import ANALYST, FACILITATOR, PUBLISHER
from ..config import Config
from ..db import Database, get_database
from ..invitations.keys import load_keys
from ..problems import ConflictProblem
from ..reports.jobs import request_print
from ..reports.queries import find_edition, list_published_years
from ..reports.services import release
from ..reports.services.build import build_edition
from ..reports.services.editions import approve_edition, publish_edition
from ..waves.models import Wave
from .followup import build_followup, has_followup
from .meetings import build_sessions, has_sessions
from .readings import build_reading, has_reading
from .settings import WaveSettings, load_city
from .sign_ins import create_sign_ins, find_demo_account, has_sign_ins, write_sign_ins
from .smaller import build_smaller, has_smaller
from .waves import build_wave, find_demo_wave

Say = Callable[[str], object]


@dataclass(frozen=True)
class Step:
    """A part of the city: `is_there` says whether it was built before, `make` what it made."""

    title: str
    is_there: Callable[[Session], bool]
    make: Callable[[], str]


def _print(line: str) -> None:
    print(line, flush=True)


def build_if_empty(app: Flask, say: Say = _print) -> None:
    """Build the city unless somebody uses this database for something else."""
    with app.app_context():
        if not _is_used_otherwise(get_database()):
            build(say)


def _is_used_otherwise(database: Database) -> bool:
    """There are waves of our own or accounts, and none is a demonstration's. Foreign waves do not
    count: they stand beside either."""
    own_waves = select(Wave.demo).where(Wave.kind == "own")
    with database.session(read_only=True) as session:
        kinds = {
            demo for query in (own_waves, select(StaffAccount.demo)) for demo in session.scalars(query)
        }
    return bool(kinds) and True not in kinds


def build(say: Say) -> bool:
    """Build what is missing of the city, in the current application; False when nothing was.

    Raises ConflictProblem in production.
    """
    config: Config = current_app.extensions["config"]
    if config.is_production:
        raise ConflictProblem("This is the real survey: it takes no demonstration data.")
    database = get_database()
    steps = _steps(config, database)
    with database.session(read_only=True) as session:
        missing = [step for step in steps if not step.is_there(session)]
    if not missing:
        return False
    say("Building the demonstration city. Its residents are made up, its sessions took place nowhere.")
    started = time.monotonic()
    with force_locale("en"):
        for number, step in enumerate(missing, start=1):
            say(f"  {number}/{len(missing)}  {step.title} ...")
            say(f"       {step.make()}")
    say(f"The city was built in {time.monotonic() - started:.0f} seconds.")
    return True


def _steps(config: Config, database: Database) -> list[Step]:
    waves = load_city().waves
    return [
        Step("Staff sign-ins", has_sign_ins, partial(_accounts, config, database)),
        *(
            Step(
                f"Survey of {wave.questionnaire}",
                partial(_has_wave, wave),
                partial(_wave, config, database, wave),
            )
            for wave in waves
        ),
        Step("Pulse, partners, paper", has_smaller, partial(_smaller, config, database)),
        Step("Community sessions", has_sessions, partial(_sessions, database)),
        Step("Commitments and summaries", _has_followup, partial(_followup, database)),
        Step("Comments read blind", has_reading, partial(_reading, database)),
        *(
            Step(
                f"Report of {wave.opened_on.year}",
                partial(_has_report, wave),
                partial(_report, database, wave),
            )
            for wave in waves
            if wave.closed_on is not None
        ),
    ]


def _accounts(config: Config, database: Database) -> str:
    with database.transaction() as session:
        made = create_sign_ins(session, config.secret_key)
        # Before the commit: an account without its password on file would be of no use.
        write_sign_ins(config, made)
    return f"{len(made)} accounts, passwords in {config.instance / 'demo_sign_ins.txt'}"


def _smaller(config: Config, database: Database) -> str:
    with database.transaction() as session:
        return build_smaller(session, config, load_city())


def _has_wave(settings: WaveSettings, session: Session) -> bool:
    return find_demo_wave(session, settings.questionnaire) is not None


def _wave(config: Config, database: Database, settings: WaveSettings) -> str:
    with database.transaction() as session:
        count = build_wave(session, load_city(), settings, keys=load_keys(config))
        wave = find_demo_wave(session, settings.questionnaire)
        if wave is not None and settings.report_on is not None:
            release.announce_release(
                session,
                wave,
                release_on=settings.report_on,
                actor=None,
                today=settings.opened_on - timedelta(days=30),
            )
    return f"{count} synthetic residents answered; {'closed' if settings.closed_on else 'open'}"


def _sessions(database: Database) -> str:
    with database.transaction() as session:
        comments = build_sessions(session, find_demo_account(session, FACILITATOR))
    return f"{comments} comments"


def _has_followup(session: Session) -> bool:
    """Also true when somebody switched the accounts off, as for a report."""
    return has_followup(session) or (
        has_sign_ins(session)
        and None in (find_demo_account(session, FACILITATOR), find_demo_account(session, PUBLISHER))
    )


def _followup(database: Database) -> str:
    """Written by the facilitator, approved by the publisher."""
    with database.transaction() as session:
        writer = find_demo_account(session, FACILITATOR)
        approver = find_demo_account(session, PUBLISHER)
        if writer is None or approver is None:
            raise ConflictProblem(
                "The demonstration facilitator and publisher are needed for summaries."
            )
        return build_followup(session, writer=writer, approver=approver)


def _reading(database: Database) -> str:
    with database.transaction() as session:
        readers = [find_demo_account(session, role) for role in (ANALYST, FACILITATOR)]
        first, second = readers
        if first is None or second is None:
            return "nobody to read them"
        return f"{build_reading(session, (first, second))} comments read by two"


def _has_report(settings: WaveSettings, session: Session) -> bool:
    """Also true when somebody switched the accounts off: reports are theirs to make then.

    On a fresh database the accounts are a step of the same build, and will be there in time.
    """
    if settings.opened_on.year in list_published_years(session):
        return True
    return has_sign_ins(session) and None in (
        find_demo_account(session, ANALYST),
        find_demo_account(session, PUBLISHER),
    )


def _report(database: Database, settings: WaveSettings) -> str:
    """Built by the analyst, approved and published by the publisher, as a real one would be."""
    with database.session(read_only=True) as session:
        analyst = find_demo_account(session, ANALYST)
        publisher = find_demo_account(session, PUBLISHER)
    if analyst is None or publisher is None:
        raise ConflictProblem("The demonstration analyst and publisher are needed to make the reports.")
    edition_id = build_edition(database, year=settings.opened_on.year, built_by=analyst)
    with database.transaction() as session:
        release.sign_off(
            session,
            edition_id,
            name="M. Example",
            affiliation="Example University (made up)",
            statement="I computed the main figures again from the public file and found the same.",
            actor=publisher,
        )
        release.add_reader(
            session, edition_id, name="D. Example", organization="MONSE (made up)", actor=publisher
        )
        approve_edition(session, edition_id, actor=publisher)
        publish_edition(session, edition_id, actor=publisher)
        # The worker prints it while the newcomer looks around.
        request_print(session, find_edition(session, edition_id), actor=publisher)
    return "built, approved and published"
