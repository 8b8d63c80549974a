"""Jobs are done once, survive a killed worker, tell their progress and can be stopped."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from survey_app import jobs
from survey_app.db import Database
from survey_app.jobs import Job, JobContext, job_function


@job_function("test.count")
def count(context: JobContext) -> dict[str, int]:
    for step in range(3):
        context.progress(step, 3, f"step {step}")
    return {"counted": 3}


@job_function("test.fail")
def fail(_context: JobContext) -> dict[str, int]:
    raise ValueError("the file has no header")


@job_function("test.sleep")
def sleep(context: JobContext) -> dict[str, int]:
    context.progress(0, 1, "sleeping")
    time.sleep(30)
    return {}


def ask(database: Database, kind: str, **more: object) -> str:
    with database.transaction() as session:
        return jobs.request_job(session, kind=kind, arguments={}, **more).id  # type: ignore[arg-type]


def state(database: Database, job_id: str) -> Job:
    with database.session(read_only=True) as session:
        return jobs.find_job(session, job_id)


def test_a_job_runs_and_tells_its_result(database: Database) -> None:
    job_id = ask(database, "test.count")
    jobs.work(database, once=True)
    job = state(database, job_id)
    assert (job.state, job.result, job.message) == ("done", {"counted": 3}, "step 2")


def test_a_failed_job_says_why(database: Database) -> None:
    job_id = ask(database, "test.fail")
    jobs.work(database, once=True)
    job = state(database, job_id)
    assert (job.state, job.message) == ("failed", "the file has no header")


def test_the_same_work_is_queued_once_while_it_waits(database: Database) -> None:
    first = ask(database, "test.count", unique_key="report-2025")
    assert ask(database, "test.count", unique_key="report-2025") == first
    jobs.work(database, once=True)
    assert ask(database, "test.count", unique_key="report-2025") != first


def test_two_workers_never_take_the_same_job(database: Database) -> None:
    for _ in range(12):
        ask(database, "test.count")
    workers = [
        threading.Thread(target=jobs.work, args=(database,), kwargs={"once": True}) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with database.session(read_only=True) as session:
        found = session.scalars(select(Job)).all()
    assert [job.state for job in found] == ["done"] * 12
    assert [job.attempts for job in found] == [1] * 12


def test_a_waiting_job_can_be_cancelled(database: Database) -> None:
    job_id = ask(database, "test.count")
    with database.transaction() as session:
        jobs.cancel_job(session, job_id)
    jobs.work(database, once=True)
    assert state(database, job_id).state == "cancelled"


def test_a_running_job_stops_at_its_next_report(database: Database) -> None:
    job_id = ask(database, "test.count")
    with database.transaction() as session:
        job = jobs.claim_job(session, "me")
        assert job is not None
    with database.transaction() as session:
        jobs.cancel_job(session, job_id)
    context = JobContext(database, job_id, {}, None, "me")
    with pytest.raises(jobs.JobCancelled):
        context.progress(1, 2, "on and on")


def _work_on(url: str) -> None:
    jobs.work(Database(url), once=True)


def test_a_job_of_a_killed_worker_is_done_by_another(database: Database, database_url: str) -> None:
    job_id = ask(database, "test.sleep")
    worker = multiprocessing.get_context("fork").Process(target=_work_on, args=(database_url,))
    worker.start()
    deadline = time.monotonic() + 20
    while state(database, job_id).message != "sleeping" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    with database.transaction() as session:
        job = jobs.find_job(session, job_id)
        assert job.state == "running"
        job.kind = "test.count"
        job.lease_until = jobs.now() - timedelta(seconds=1)
    jobs.work(database, once=True)
    job = state(database, job_id)
    assert (job.state, job.attempts) == ("done", 2)


def test_work_of_another_version_waits_for_a_worker_that_knows_it(database: Database) -> None:
    theirs, ours = ask(database, "test.of_tomorrow"), ask(database, "test.count")
    jobs.work(database, once=True)
    assert (state(database, theirs).state, state(database, theirs).attempts) == ("waiting", 0)
    assert state(database, ours).state == "done", "it stands in nobody's way"
    with database.transaction() as session:
        assert jobs.list_unknown_kinds(session) == ["test.of_tomorrow"]
        jobs.cancel_job(session, theirs)
    assert state(database, theirs).state == "cancelled"


def lose(database: Database, job_id: str, **more: object) -> None:
    """As a killed worker leaves it: running, under a lease that has ended."""
    with database.transaction() as session:
        job = jobs.find_job(session, job_id)
        job.state, job.leased_by, job.attempts = "running", "gone", 1
        job.lease_until = jobs.now() - timedelta(seconds=1)
        for name, value in more.items():
            setattr(job, name, value)


def test_a_lost_job_that_was_to_stop_is_not_run_again(database: Database) -> None:
    by_page, by_worker, worn = (ask(database, "test.count") for _ in range(3))
    for one in (by_page, by_worker):
        lose(database, one)
    lose(database, worn, attempts=jobs.MOST_ATTEMPTS)
    last = ask(database, "test.count")
    with database.transaction() as session:
        jobs.cancel_job(session, by_page)
        jobs.find_job(session, by_worker).cancel_requested = True
    assert state(database, by_page).state == "cancelled"
    jobs.work(database, once=True)
    assert state(database, by_worker).state == "cancelled"
    assert state(database, worn).state == "failed"
    assert state(database, last).state == "done", "what is settled without running ends no worker"


def test_what_a_job_writes_last_and_its_end_are_one_thing(database: Database) -> None:
    job_id = ask(database, "test.count")
    lose(database, job_id, leased_by="another")
    context = JobContext(database, job_id, {}, None, "me")

    def write() -> None:
        with database.transaction() as session:
            session.add(Job(id="written", kind="k", created_at=jobs.now()))
            context.finish(session, {"counted": 1})

    with pytest.raises(jobs.JobCancelled):
        write()
    with database.transaction() as session:
        assert session.get(Job, "written") is None, "the job has another worker: nothing is written"
        jobs.find_job(session, job_id).leased_by = "me"
    write()
    assert (state(database, job_id).state, state(database, job_id).result) == ("done", {"counted": 1})
