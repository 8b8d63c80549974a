"""`flask --app wsgi doctor`: is this installation ready, and if not, what is to be done?

Every finding is a sentence that says what to do. A *failure* stops a city from running safely; a
*warning* is for this week. Nothing is changed and nothing leaves the machine.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from questionnaires.load import load_instrument

from .. import schema
from ..accounts.models import AuditEntry, StaffAccount
from ..accounts.permissions import NEED_SECOND_FACTOR
from ..config import ROOT, Config
from ..db import Database
from ..i18n import offered
from ..jobs import RUNNING, WAITING, Job, list_unknown_kinds, now
from ..printing import missing_packages
from ..survey.keys import public_file
from ..waves.freeze import HELP_LINES_FRESH
from ..waves.models import OPEN, PAUSED, HelpLineCheck, Wave
from .backup import ACTION

GOOD, WARNING, FAILURE = "good", "warning", "failure"
BACKUP_FRESH = timedelta(hours=36)
LEAST_FREE = 2 * 1024**3
#: A day before this one means that the clock of the machine stands still or went back.
BUILT = (2026, 11, 1)
_CLOCK_APART = 5.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `state` is good, warning or failure, `told` says what is and what to do."""

    subject: str
    state: str
    told: str


Findings = Iterator[Finding]


def examine(database: Database, config: Config) -> list[Finding]:
    """Look at everything; a check that cannot be made is a failure, and the others go on."""
    found: list[Finding] = []
    outside: tuple[tuple[str, Callable[[Config], Findings]], ...] = (
        ("settings", _settings),
        ("keys", _keys),
        ("catalogues", _catalogues),
        ("fonts", _fonts),
        ("disk", _disk),
        ("clock", _clock),
    )
    for subject, look in outside:
        found += _looked(subject, lambda look=look: look(config))  # type: ignore[misc]
    found += _looked("database", lambda: _database(database))
    if any(one.subject == "database" and one.state == FAILURE for one in found):
        return found
    with database.session(read_only=True) as session:
        for subject, ask in (
            ("clock", _database_clock),
            ("backup", _backup),
            ("jobs", _jobs),
            ("accounts", _accounts),
            ("help lines", _help_lines),
        ):
            found += _looked(subject, lambda ask=ask: ask(session, config))  # type: ignore[misc]
    return found


def _looked(subject: str, look: Callable[[], Findings]) -> list[Finding]:
    try:
        return list(look())
    except (OSError, SQLAlchemyError) as error:
        return [Finding(subject, FAILURE, f"This could not be looked at ({type(error).__name__}).")]


def _settings(config: Config) -> Findings:
    if not config.is_production:
        yield Finding(
            "settings",
            WARNING,
            "This is a demonstration. For residents set SURVEY_MODE=production (docs/settings.md).",
        )
    else:
        yield Finding("settings", GOOD, f"Production at {config.public_url}.")
        if config.trusted_proxies == 0:
            yield Finding(
                "settings",
                WARNING,
                "TRUSTED_PROXIES is 0, and https needs a proxy in front; set it to how many there are.",
            )


def _keys(config: Config) -> Findings:
    if not public_file(config.release_key_file).is_file():
        state = FAILURE if config.is_production else WARNING
        yield Finding(
            "keys",
            state,
            f"There is no {public_file(config.release_key_file)}, so no answer can be sealed; make it "
            "with: flask --app wsgi survey make-release-key",
        )
    open_to_others = [
        path
        for path in (config.release_key_file, config.invitation_key_file, config.note_keys_folder)
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    for path in open_to_others:
        if path.is_file() or path.stat().st_mode & (stat.S_IRWXO):
            yield Finding("keys", FAILURE, f"Others can read {path}; run: chmod go= {path}")
    if not open_to_others:
        yield Finding("keys", GOOD, "Keys are for their owner alone.")


def _catalogues(_config: Config) -> Findings:
    lacking = [
        f"{code}/{domain}"
        for code in offered()
        if code != "en"
        for domain in ("interface", "instrument")
        if not (ROOT / "translations" / code / "LC_MESSAGES" / f"{domain}.mo").is_file()
    ]
    if lacking:
        told = f"These catalogues are not compiled: {', '.join(lacking)}; run: make catalogues"
        yield Finding("catalogues", FAILURE, told)
    else:
        yield Finding("catalogues", GOOD, f"{len(offered())} languages can be shown.")


def _fonts(_config: Config) -> Findings:
    missing = missing_packages(offered())
    if missing:
        told = f"PDF files need more of the system; run: apt-get install {' '.join(missing)}"
        yield Finding("fonts", WARNING, told)
    else:
        yield Finding("fonts", GOOD, "Every script can be printed.")


def _disk(config: Config) -> Findings:
    places = {config.instance}
    if config.database_url.startswith("sqlite:///"):
        places.add(Path(config.database_url.removeprefix("sqlite:///")).resolve().parent)
    for place in sorted(places):
        there = next(path for path in (place, *place.parents) if path.exists())
        free = shutil.disk_usage(there).free
        if free < LEAST_FREE:
            told = (
                f"Only {free // 1024**2} MB are free at {place}; answers stop being saved when it is "
                "full. Make room now."
            )
            yield Finding("disk", FAILURE, told)
        elif not os.access(there, os.W_OK):
            yield Finding("disk", FAILURE, f"{place} cannot be written; check its owner and mount.")
        else:
            yield Finding("disk", GOOD, f"{free // 1024**3} GB are free at {place}.")


def _clock(_config: Config) -> Findings:
    if time.gmtime()[:3] < BUILT:
        yield Finding(
            "clock",
            FAILURE,
            "The clock is behind this version; start time synchronisation: timedatectl set-ntp true",
        )
        return
    if (
        Path("/run/systemd/timesync").is_dir()
        and not Path("/run/systemd/timesync/synchronized").exists()
    ):
        yield Finding("clock", WARNING, "The clock is not synchronised; see: timedatectl status")
        return
    yield Finding("clock", GOOD, f"It is {now():%Y-%m-%d %H:%M} UTC.")


def _database(database: Database) -> Findings:
    try:
        with database.engine.connect() as connection:
            current, name = schema.schema_is_current(connection), connection.dialect.name
            if name == "sqlite" and current:
                broken = connection.scalar(text("PRAGMA quick_check")) != "ok"
                if broken:
                    yield Finding(
                        "database", FAILURE, "The database file is damaged; restore a backup."
                    )
                    return
    except SQLAlchemyError as error:
        told = f"The database does not answer ({type(error).__name__}); check DATABASE_URL."
        yield Finding("database", FAILURE, told)
        return
    if current:
        yield Finding("database", GOOD, f"{name} at revision {schema.head()}.")
    else:
        told = "The database is of another version; back it up, then run: flask --app wsgi db upgrade"
        yield Finding("database", FAILURE, told)


def _database_clock(session: Session, _config: Config) -> Findings:
    if session.get_bind().dialect.name != "postgresql":
        return
    before = time.time()
    there = float(session.scalar(text("SELECT extract(epoch FROM clock_timestamp())")) or 0)
    apart = max(0.0, before - there, there - time.time())
    if apart > _CLOCK_APART:
        told = f"The clock of the database is {apart:.0f} s apart; synchronise both machines."
        yield Finding("clock", FAILURE, told)


def _backup(session: Session, config: Config) -> Findings:
    last = session.scalar(select(func.max(AuditEntry.at)).where(AuditEntry.action == ACTION))
    how = "run: flask --app wsgi backup FILE --to KEY.pub"
    state = FAILURE if config.is_production else WARNING
    if last is None:
        yield Finding("backup", state, f"No backup was ever made; {how}")
    elif now() - last > BACKUP_FRESH:
        yield Finding("backup", state, f"The last backup is of {last:%Y-%m-%d %H:%M} UTC; {how}")
    else:
        yield Finding("backup", GOOD, f"The last backup is of {last:%Y-%m-%d %H:%M} UTC.")


def _jobs(session: Session, _config: Config) -> Findings:
    late = now() - timedelta(minutes=30)
    waiting = select(func.count()).select_from(Job)
    waits = session.scalar(waiting.where(Job.state == WAITING, Job.created_at < late)) or 0
    lost = session.scalar(waiting.where(Job.state == RUNNING, Job.lease_until < late)) or 0
    # A release is queued under the first moment of its day; alone it says nothing of a worker.
    if lost or waits > 1:
        yield Finding(
            "jobs",
            FAILURE,
            f"{waits + lost} jobs wait and nobody takes them; start: flask --app wsgi jobs work",
        )
    else:
        yield Finding("jobs", GOOD, "No work is left lying.")
    if unknown := list_unknown_kinds(session):
        yield Finding(
            "jobs",
            WARNING,
            f"Work of a kind that this version does not know waits ({', '.join(unknown)}); start a "
            "worker of the version that queued it, or stop it on the page of jobs.",
        )


def _accounts(session: Session, config: Config) -> Findings:
    staff = [one for one in session.scalars(select(StaffAccount)) if one.active]
    bare = [one for one in staff if one.role in NEED_SECOND_FACTOR and not one.has_second_factor]
    demo = [one for one in staff if one.demo]
    if bare:
        names = ", ".join(sorted(one.sign_in_name for one in bare))
        told = f"Without a second factor: {names}. They set it up at their next sign-in; ask them to."
        yield Finding("accounts", WARNING, told)
    if demo and config.is_production:
        told = f"{len(demo)} accounts are of the demonstration; deactivate them."
        yield Finding("accounts", FAILURE, told)
    if not any(one.role == "administrator" for one in staff):
        told = "There is no administrator; make one with: flask --app wsgi accounts create"
        yield Finding("accounts", WARNING, told)
    elif not bare:
        yield Finding("accounts", GOOD, "Administrators and publishers have a second factor.")


def _help_lines(session: Session, _config: Config) -> Findings:
    limit = now().date() - HELP_LINES_FRESH
    newest = max(path.stem for path in (ROOT / "questionnaires").glob("20*.toml"))
    stale = [one for one in load_instrument(newest).help_lines if one.checked_on < limit]
    for line in stale:
        told = (
            f"The help line {line.id} ({line.number}) was last checked on {line.checked_on}; call it "
            f"and write day and manner in questionnaires/{newest}.toml."
        )
        yield Finding("help lines", WARNING, told)
    for wave in session.scalars(select(Wave).where(Wave.state.in_((OPEN, PAUSED)), Wave.kind == "own")):
        checks = select(func.min(HelpLineCheck.checked_on)).where(HelpLineCheck.wave_id == wave.id)
        oldest = session.scalar(checks)
        if not wave.demo and (oldest is None or oldest < limit):
            told = f"Wave {wave.slug} is open, its help lines were not checked for 30 days; call them."
            yield Finding("help lines", WARNING, told)
    if not stale:
        yield Finding("help lines", GOOD, "Every help line was checked within 30 days.")
