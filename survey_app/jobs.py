"""Long work: a table of jobs with leases, progress and cancel, on either database.

A worker takes the oldest waiting job that it knows, or one whose worker stopped renewing its lease,
and runs the function registered for its kind. A job of a kind that it does not know waits for a worker
that does: during an upgrade two versions run side by side. Functions must be idempotent: a job whose
worker was killed is run again from the start. What may happen only once (an entry in the audit log, a
file taken in) is written in the transaction of `JobContext.finish`. `unique_key` keeps the same work
from being queued twice.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, func, or_, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, Database, error_name
from .problems import NotFoundProblem

log = logging.getLogger("survey_app.jobs")
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
_STOPPED = "stopped on request"


def now() -> datetime:
    """UTC without a zone: what both databases store alike."""
    return datetime.now(UTC).replace(tzinfo=None)


class Job(Base):
    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        # The same work may run again later, but never waits or runs twice at once.
        Index(
            "uq_jobs_live_unique_key",
            "unique_key",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'running')"),
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    unique_key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12), default=WAITING)
    requested_by: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(60))
    attempts: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    step: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(300), default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    @property
    def is_live(self) -> bool:
        return self.state in {WAITING, RUNNING}


class JobCancelled(Exception):
    """Raised inside a job at its next progress report after somebody asked to stop it."""


@dataclass(frozen=True)
class JobContext:
    """What a job function gets: its arguments, the database, and a way to tell how far it is."""

    database: Database
    job_id: str
    arguments: dict[str, Any]
    requested_by: str | None
    worker: str

    def progress(self, step: int, steps: int, message: str) -> None:
        """Store how far the work is and renew the lease; raises JobCancelled when asked to stop."""
        with self.database.transaction() as session:
            job = session.get(Job, self.job_id)
            if job is None or job.cancel_requested or job.leased_by != self.worker:
                raise JobCancelled
            job.step, job.steps, job.message = step, steps, message[:300]
            job.lease_until = now() + LEASE

    def finish(self, session: Session, result: dict[str, Any]) -> None:
        """Mark the job done in the caller's transaction: its last write and its end are one thing, so
        that a worker killed between them leaves neither. Raises JobCancelled when another has the job.
        """
        done: Any = session.execute(
            update(Job)
            .where(Job.id == self.job_id, Job.leased_by == self.worker, Job.state == RUNNING)
            .values(state=DONE, finished_at=now(), result=result)
        )
        if done.rowcount != 1:
            raise JobCancelled


JobFunction = Callable[[JobContext], dict[str, Any]]


@dataclass(frozen=True)
class JobKind:
    """A registered kind of work: what does it, what pages call it, and the page that shows its result.

    `title` may be a lazy string. `result_page` is an endpoint; its arguments: "page" in the result.
    """

    function: JobFunction
    title: Any
    result_page: str | None


_kinds: dict[str, JobKind] = {}


def job_function(
    kind: str, *, title: Any = None, result_page: str | None = None
) -> Callable[[JobFunction], JobFunction]:
    """Register the function that does jobs of this kind."""

    def register(function: JobFunction) -> JobFunction:
        _kinds[kind] = JobKind(function, title or kind, result_page)
        return function

    return register


_daily: list[str] = []


def daily_job(kind: str, *, title: Any = None) -> Callable[[JobFunction], JobFunction]:
    """Register work that a worker queues by itself, once in every day (UTC)."""
    _daily.append(kind)
    return job_function(kind, title=title)


def queue_daily(database: Database, *, day: date | None = None) -> int:
    """Queue today's daily work that nobody queued yet; how many kinds."""
    today = day or now().date()
    with database.session(read_only=True) as session:
        keys = {kind: f"{kind}:{today.isoformat()}" for kind in _daily}
        done = set(session.scalars(select(Job.unique_key).where(Job.unique_key.in_(keys.values()))))
    missing = [kind for kind, key in keys.items() if key not in done]
    for kind in missing:
        with suppress(IntegrityError), database.transaction() as session:  # another worker was first
            request_job(session, kind=kind, arguments={}, unique_key=keys[kind])
    return len(missing)


def find_kind(kind: str) -> JobKind | None:
    """None for work of another version of the program."""
    return _kinds.get(kind)


def request_job(
    session: Session,
    *,
    kind: str,
    arguments: dict[str, Any],
    unique_key: str | None = None,
    requested_by: str | None = None,
) -> Job:
    """Queue a job, or return the live one with the same `unique_key`."""
    if unique_key is not None:
        live = session.scalars(
            select(Job).where(Job.unique_key == unique_key, Job.state.in_((WAITING, RUNNING)))
        ).first()
        if live is not None:
            return live
    job = Job(
        id=secrets.token_hex(16),
        kind=kind,
        arguments=arguments,
        unique_key=unique_key,
        requested_by=requested_by,
        created_at=now(),
        state=WAITING,
    )
    session.add(job)
    session.flush()
    return job


def find_job(session: Session, job_id: str) -> Job:
    job = session.get(Job, job_id)
    if job is None:
        raise NotFoundProblem(f"There is no job {job_id}.")
    return job


def list_jobs(session: Session, *, limit: int = 50) -> list[Job]:
    return list(session.scalars(select(Job).order_by(Job.created_at.desc()).limit(limit)))


def cancel_job(session: Session, job_id: str) -> Job:
    """Ask a job to stop: at its next progress report when it runs, at once when nobody runs it."""
    job = find_job(session, job_id)
    job.cancel_requested = True
    lost = job.state == RUNNING and (job.lease_until is None or job.lease_until < now())
    if job.state == WAITING or lost:
        job.state, job.finished_at = CANCELLED, now()
    return job


def claim_job(session: Session, worker: str) -> Job | None:
    """Take one job of a known kind under a lease. Two workers never get the same one.

    A job that stopped too often comes back as failed, one that was to stop as cancelled.
    """
    found = session.scalars(
        select(Job)
        .where(
            Job.kind.in_(list(_kinds)),
            or_(
                Job.state == WAITING,
                (Job.state == RUNNING) & (Job.lease_until < now()),
            ),
        )
        .order_by(Job.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if found is None:
        return None
    if found.cancel_requested:
        found.state, found.finished_at, found.message = CANCELLED, now(), _STOPPED
        return found
    if found.attempts >= MOST_ATTEMPTS:
        found.state, found.finished_at = FAILED, now()
        found.message = f"stopped {found.attempts} times without finishing"
        return found
    found.state, found.leased_by, found.lease_until = RUNNING, worker, now() + LEASE
    found.attempts += 1
    return found


def run_next(database: Database, worker: str) -> bool:
    """Run one job if there is one; True when something was done."""
    with database.transaction() as session:
        job = claim_job(session, worker)
        if job is None:
            return False
        if not job.is_live:  # settled without running
            return True
        context = JobContext(
            database=database,
            job_id=job.id,
            arguments=dict(job.arguments),
            requested_by=job.requested_by,
            worker=worker,
        )
        kind = job.kind
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_lease, args=(database, context, stop), daemon=True)
    keeper.start()
    try:
        state, message, result = _run(kind, context)
    finally:
        stop.set()
        keeper.join(timeout=5)
    with database.transaction() as session:
        values: dict[str, Any] = {"state": state, "finished_at": now(), "result": result}
        if message is not None:
            values["message"] = message
        session.execute(
            update(Job)
            .where(Job.id == context.job_id, Job.leased_by == worker, Job.state == RUNNING)
            .values(**values)
        )
    return True


def _run(kind: str, context: JobContext) -> tuple[str, str | None, dict[str, Any] | None]:
    try:
        return DONE, None, _kinds[kind].function(context)
    except JobCancelled:
        return CANCELLED, _STOPPED, None
    except Exception as error:
        log.exception("job %s of kind %s failed", context.job_id, kind)
        return FAILED, str(error)[:300] or type(error).__name__, None


def _keep_lease(database: Database, context: JobContext, stop: threading.Event) -> None:
    """Renew the lease while one long step runs without reporting."""
    while not stop.wait(LEASE.total_seconds() / 3):
        try:
            with database.transaction() as session:
                session.execute(
                    update(Job)
                    .where(Job.id == context.job_id, Job.leased_by == context.worker)
                    .values(lease_until=now() + LEASE)
                )
        except DBAPIError as error:  # tried again well before the lease ends
            log.warning("lease not renewed: %s", error_name(error.orig))


def work(database: Database, *, once: bool = False, stop: threading.Event | None = None) -> None:
    """The worker's loop: until told to stop, or with `once` until nothing waits.

    A database that is away (restarted, disk full) ends no worker: it waits, longer each time. What
    was running keeps its lease until that ends, and is run again then.
    """
    worker = f"{os.uname().nodename[:20]}-{os.getpid()}-{secrets.token_hex(4)}"
    asked: date | None = None
    away = 0
    while stop is None or not stop.is_set():
        try:
            if not once and asked != now().date():
                queue_daily(database, day=now().date())
                asked = now().date()
            did_something = run_next(database, worker)
            away = 0
        except DBAPIError as error:
            if once:
                raise
            away += 1
            log.warning("the database is away, trying again: %s", error_name(error.orig))
            time.sleep(min(2**away, 30))
            continue
        if did_something:
            continue
        if once:
            return
        time.sleep(1)


def list_unknown_kinds(session: Session) -> list[str]:
    """Kinds of waiting work that this version of the program does not know."""
    query = select(Job.kind).where(Job.state.in_((WAITING, RUNNING)), Job.kind.not_in(list(_kinds)))
    return sorted(set(session.scalars(query)))


def count_live(session: Session) -> int:
    live = select(func.count()).select_from(Job).where(Job.state.in_((WAITING, RUNNING)))
    return session.scalar(live) or 0
