"""Kill the workers of every kind of job on both databases, and compare with a city left in peace.

    .venv/bin/python tools/killed_jobs.py [--kinds report.build,...] [--database sqlite|postgresql|both]

What is done: tests/survey_app/killed.py. Two workers get SIGKILL (before the last write of the work,
and when all is written but the end of the job is not told), a third one works. Prints a line for each
kind; exits with 1 when something is there twice, is missing, or did not end. Results: docs/faults.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask

from survey_app import schema
from survey_app.db import Database
from tests import postgres
from tests.survey_app.conftest import make_app
from tests.survey_app.killed import QUICK, SLOW, census, harass, states, work

EVERY = QUICK | SLOW


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", default=",".join(sorted(EVERY)))
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options = parser.parse_args()
    chosen = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    good = True
    print("| kind | database | commits of a quiet run | killed | after them | seconds |", flush=True)
    for kind in options.kinds.split(","):
        for database in chosen:
            good &= one(kind, database)
    return 0 if good else 1


def one(kind: str, database: str) -> bool:
    began = time.monotonic()
    with city("sqlite") as quiet, city(database) as troubled:
        for app in (quiet, troubled):
            EVERY[kind](app)
        commits, _ = work(quiet)
        killed = harass(troubled, commits)
        same = census(quiet) == census(troubled) and states(quiet) == states(troubled)
        ended = all(state == "done" for _kind, state in states(troubled))
        found = "the same" if same and ended else f"{states(troubled)}, {census(troubled)}"
    took = time.monotonic() - began
    print(f"| {kind} | {database} | {commits} | {killed} | {found} | {took:.0f} |", flush=True)
    return same and ended and killed == 2


@contextmanager
def city(database: str) -> Iterator[Flask]:
    """An application on a migrated, empty database of this kind."""
    with tempfile.TemporaryDirectory() as folder:
        if database == "sqlite":
            yield _migrated(f"sqlite:///{folder}/city.db", Path(folder))
        else:
            with postgres.empty_database("killed") as url:
                yield _migrated(url, Path(folder))


def _migrated(url: str, folder: Path) -> Flask:
    database = Database(url)
    schema.upgrade(database.engine)
    database.engine.dispose()
    return make_app(url, folder)


if __name__ == "__main__":
    sys.exit(main())
