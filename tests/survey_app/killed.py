"""A worker killed with SIGKILL in the middle of each kind of job, and what is found afterwards.

`harass` lets one worker die before the last write of the work and the next one when all is written and
its end is not told yet; a third finds what they left. `census` counts every row and file, to be
compared with a city in which nobody was killed.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from survey_app import jobs
from survey_app.accounts.models import AuditEntry, StaffAccount
from survey_app.accounts.services import create_account
from survey_app.community.models import TYPED, Comment, DecidedTheme, ThemeDecision
from survey_app.community.services.themes import tagger
from survey_app.db import Base, Database
from survey_app.invitations.jobs import request_import, request_letters
from survey_app.invitations.letter_files import letters_folder
from survey_app.invitations.services.importing import SampleTerms
from survey_app.jobs import FAILED, RUNNING, WAITING, Job, now, request_job, run_next
from survey_app.paper.jobs import ask_to_print
from survey_app.public_records.jobs import ask_for_file
from survey_app.public_records.rules import rules
from survey_app.public_records.services import record_request
from survey_app.reports.jobs import request_build, request_print
from survey_app.reports.queries import find_edition
from survey_app.reports.restricted import services as agreements
from survey_app.reports.restricted.jobs import request_file
from survey_app.reports.services.build import build_edition
from survey_app.survey.jobs import ask_for_release
from survey_app.survey.services.release import BATCH, HELD_BACK
from survey_app.waves.jobs import ask_to_close
from survey_app.waves.models import Wave
from survey_app.waves.services import create_wave
from tests.survey_app.community.conftest import make_session
from tests.survey_app.community.theme_work.conftest import SAID, fill
from tests.survey_app.community.theme_work.test_written import KEY, write
from tests.survey_app.invitations.city import draw, rows
from tests.survey_app.invitations.test_pages import sample_csv
from tests.survey_app.operations.test_retention import old_records
from tests.survey_app.public_records import canaries
from tests.survey_app.reports.city import make_wave
from tests.survey_app.survey.conftest import make_city
from tests.survey_app.survey.test_release import seal_some

#: Makes a city ready and queues the job.
Prepare = Callable[[Flask], None]


@dataclass(frozen=True)
class Seen:
    """Rows by table, entries of the audit log by action, files of letters; no ids."""

    rows: dict[str, int]
    entries: dict[str, int]
    files: int


def census(app: Flask) -> Seen:
    """What there is, but for the job itself."""
    tables = {name: table for name, table in Base.metadata.tables.items() if name != Job.__tablename__}
    with app.app_context(), app.extensions["database"].session(read_only=True) as session:
        counted = {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.items()
        }
        waiting = session.scalar(select(func.count()).where(Job.state == WAITING)) or 0
        entries = Counter(session.scalars(select(AuditEntry.action)))
    files = [path for path in letters_folder(app.extensions["config"]).rglob("*") if path.is_file()]
    return Seen(counted | {"jobs that wait": waiting}, dict(entries), len(files))


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _work(app: Flask, before_commit: int, at_end: bool, told: Any) -> None:
    database: Database = app.extensions["database"]
    database.engine.dispose(close=False)  # the connections belong to the process that forked

    def count(_session: Session) -> None:
        told.value += 1
        if told.value == before_commit:
            _die()

    event.listen(Session, "before_commit", count)
    if at_end:
        function = jobs._run
        jobs._run = lambda *given: _die(function(*given))  # type: ignore[assignment, return-value]
    with app.app_context():
        run_next(database, f"worker-{os.getpid()}")


def work(app: Flask, *, before_commit: int = 0, at_end: bool = False) -> tuple[int, bool]:
    """A worker in a process of its own takes one job: how many commits it made, whether it was killed
    (before commit number so and so, or at the end of the work)."""
    forking = multiprocessing.get_context("fork")
    told = forking.Value("i", 0)
    worker = forking.Process(target=_work, args=(app, before_commit, at_end, told))
    worker.start()
    worker.join()
    return told.value, worker.exitcode == -signal.SIGKILL


def harass(app: Flask, commits: int) -> int:
    """Kill two workers, let a third one work; how many were killed. `commits`: of a quiet run, the last
    of which is the job's own end."""
    _made, first = work(app, before_commit=commits - 1)
    _let_leases_end(app.extensions["database"])
    _made, second = work(app, at_end=True)
    _let_leases_end(app.extensions["database"])
    work(app)
    return first + second


def _let_leases_end(database: Database) -> None:
    with database.transaction() as session:
        past = now() - timedelta(seconds=1)
        session.execute(update(Job).where(Job.state == RUNNING).values(lease_until=past))


def states(app: Flask) -> list[tuple[str, str]]:
    """Kind and state of every job that does not wait; of one that failed, why."""
    with app.extensions["database"].session(read_only=True) as session:
        query = select(Job.kind, Job.state, Job.message).where(Job.state != WAITING)
        return [
            (kind, state if state != FAILED else f"{state}: {message}")
            for kind, state, message in session.execute(query)
        ]


# How each kind is made ready --------------------------------------------------------------------------


def _staff(session: Session, role: str = "administrator") -> StaffAccount:
    return create_account(session, sign_in_name=role, display_name=role.title(), role=role)


def _plain(kind: str, arguments: dict[str, Any] | None = None) -> Callable[[Session], Job]:
    return lambda session: request_job(
        session, kind=kind, arguments=arguments or {}, unique_key=kind, requested_by=None
    )


def release(app: Flask) -> None:
    city = make_city(app)
    seal_some(city, BATCH + HELD_BACK)
    ask_for_release(city.database, city.wave.id)


def close_wave(app: Flask) -> None:
    city = make_city(app)
    seal_some(city, BATCH)
    with app.app_context(), city.database.transaction() as session:
        ask_to_close(session, session.get_one(Wave, city.wave.id), actor=_staff(session))


def import_sample(app: Flask) -> None:
    with app.app_context(), app.extensions["database"].transaction() as session:
        wave = create_wave(session, questionnaire="2026", demo=True)
        session.flush()
        terms = SampleTerms(20, ("en", "es"), None)
        request_import(session, wave, sample_csv(200), "s.csv", terms, actor=_staff(session))


def lay_out_letters(app: Flask) -> None:
    drawn = draw(app, rows(4))
    with app.app_context(), drawn.database.transaction() as session:
        wave = session.get_one(Wave, drawn.wave.id)
        request_letters(session, wave, batch=None, reminder=False, actor=_staff(session))


def print_paper(app: Flask) -> None:
    city = make_city(app)
    with app.app_context(), city.database.transaction() as session:
        ask_to_print(session, session.get_one(Wave, city.wave.id), actor=_staff(session))


def make_restricted(app: Flask) -> None:
    with app.app_context(), app.extensions["database"].transaction() as session:
        wave = make_wave(session, 2025)
        analyst, publisher = _staff(session, "analyst"), _staff(session, "publisher")
        made = agreements.make_agreement(
            session,
            wave,
            institution="A university",
            purpose="To study",
            expires_on=now().date() + timedelta(days=9),
            actor=analyst,
        )
        agreements.approve_agreement(session, made.id, actor=publisher)
        request_file(session, made.id, actor=publisher)


def train(app: Flask) -> None:
    fill(app)
    with app.app_context(), app.extensions["database"].transaction() as session:
        for number, one in enumerate(session.scalars(select(Comment).limit(40)).all()):
            session.add(
                ThemeDecision(
                    comment_id=one.id,
                    role="analyst",
                    decided_on=date(2026, 6, 1),
                    codebook_version=1,
                    themes=[DecidedTheme(code=("gun_violence", "none")[number % 2])],
                )
            )
        _plain("themes.train")(session)


def bring_in(app: Flask) -> None:
    tagger()  # read once here, and not by each worker
    with app.app_context(), app.extensions["database"].transaction() as session:
        write(session)
        _plain("themes.bring_in", {"collection": KEY})(session)


def read_again(app: Flask) -> None:
    fill(app)
    with app.app_context(), app.extensions["database"].transaction() as session:
        _plain("themes.read_again")(session)


def suggest(app: Flask) -> None:
    tagger()  # read once here, and not by each worker
    with app.app_context(), app.extensions["database"].transaction() as session:
        meeting = make_session(session)
        session.add_all(
            Comment(
                id=secrets.token_hex(16),
                session_id=meeting.id,
                source=TYPED,
                language="en",
                plain_body=f"{SAID[number % len(SAID)]} Number {number}.",
            )
            for number in range(30)
        )
        _plain("comments.suggest", {"session_id": meeting.id})(session)


def purge(app: Flask) -> None:
    with app.app_context(), app.extensions["database"].transaction() as session:
        old_records(session)
        for waits in session.scalars(select(Job)).all():
            session.delete(waits)
        _plain("operations.purge")(session)


def count(app: Flask) -> None:
    with app.app_context(), app.extensions["database"].transaction() as session:
        make_wave(session, 2026, close=False)
        _plain("waves.count")(session)


def make_records(app: Flask) -> None:
    with app.app_context(), app.extensions["database"].transaction() as session:
        canaries.fill(session)
        for waits in session.scalars(select(Job)).all():
            session.delete(waits)
        boss = session.get_one(StaffAccount, "administrator")
        today = now().date()
        request = record_request(
            session,
            number="A-1",
            received_on=today,
            from_on=today,
            to_on=today,
            kinds=tuple(rules().sections),
            actor=boss,
        )
        ask_for_file(session, request, actor=boss)


def build(app: Flask) -> None:
    with app.app_context(), app.extensions["database"].transaction() as session:
        for year in (2024, 2025):
            make_wave(session, year)
        request_build(session, year=2025, correction="", actor=_staff(session, "analyst"))


def print_report(app: Flask) -> None:
    database: Database = app.extensions["database"]
    with app.app_context():
        with database.transaction() as session:
            for year in (2024, 2025):
                make_wave(session, year)
        edition_id = build_edition(database, year=2025, built_by=None)
        with database.transaction() as session:
            request_print(session, find_edition(session, edition_id), actor=None)


#: In a test, and (because their work takes long) in tools/killed_jobs.py.
QUICK: dict[str, Prepare] = {
    "comments.suggest": suggest,
    "invitations.import": import_sample,
    "operations.purge": purge,
    "records.make": make_records,
    "survey.release": release,
    "themes.bring_in": bring_in,
    "wave.close": close_wave,
}
SLOW: dict[str, Prepare] = {
    "invitations.letters": lay_out_letters,
    "paper.print": print_paper,
    "report.build": build,
    "report.print": print_report,
    "themes.train": train,
    "waves.count": count,
    "themes.read_again": read_again,
    "restricted.make": make_restricted,
}
