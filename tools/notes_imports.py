"""Messy files of many rows, brought in through the real services: how long it takes, and is it right?

    .venv/bin/python tools/notes_imports.py [--rows 10000] [--seed 20261126]

Times are seconds of processor time of this process, which other work on the machine does not lengthen.
For each of three generators (CSV, XLSX, DOCX): a file with broken rows, whose errors must be told row
by row and which must bring nothing; then the same file mended, which must bring every row once.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import func, select  # noqa: E402

from survey_app import schema  # noqa: E402
from survey_app.app import create_app  # noqa: E402
from survey_app.community import services  # noqa: E402
from survey_app.community.models import Comment  # noqa: E402
from survey_app.community.services.imports import import_source  # noqa: E402
from survey_app.community.sources import Mapping, plan_import, read_source  # noqa: E402
from survey_app.config import Config  # noqa: E402
from survey_app.problems import BadFileProblem  # noqa: E402
from tests.survey_app.community.messy_files import GENERATORS, make_rows  # noqa: E402

MAPPING = Mapping(text="What was said", language="en", language_column="Language", english="English")


def main() -> None:
    parser = argparse.ArgumentParser(description="Messy files of many rows.")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20261126)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config.from_environment({"SURVEY_INSTANCE": folder}))
        database = app.extensions["database"]
        schema.upgrade(database.engine)
        for name, write in GENERATORS.items():
            chance = random.Random(chosen.seed)
            rows, expected = make_rows(chance, chosen.rows, broken=0.01)
            broken = write(chance, rows)
            good = [row for number, row in enumerate(rows, 1) if number not in set(expected.wrong)]
            mended = write(chance, good)
            with app.test_request_context("/en/"), database.session() as session:
                meeting = services.create_session(
                    session,
                    kind="town_hall",
                    held_on=date(2026, 5, 12),
                    place="Hall",
                    districts=[],
                    attendance=None,
                    languages=["en"],
                )
                start = time.process_time()
                plan = plan_import(read_source(name, broken).tables[0], MAPPING, frozenset())
                preview = time.process_time() - start
                right = [one.row for one in plan.errors] == expected.wrong
                right &= [one.wording.body for one in plan.comments] == expected.bodies
                right &= list(plan.repeats) == expected.repeats
                try:
                    import_source(session, meeting.id, read_source(name, broken), mapping=MAPPING)
                    right = False
                except BadFileProblem as problem:
                    right &= [one.row for one in problem.errors] == expected.wrong
                count = select(func.count()).where(Comment.session_id == meeting.id)
                nothing = session.scalar(count) == 0
                start = time.process_time()
                result = import_source(session, meeting.id, read_source(name, mended), mapping=MAPPING)
                session.commit()
                took = time.process_time() - start
                right &= result.comments == len(expected.bodies) == session.scalar(count)
            print(
                f"{name:<11} {len(rows):,} rows, {len(broken) >> 10:,} kB, "
                f"{len(expected.wrong)} broken: "
                f"preview {preview:.2f} s of CPU, right {right}, nothing half-done {nothing}; "
                f"mended: {result.comments:,} comments in {took:.2f} s of CPU",
                flush=True,
            )


if __name__ == "__main__":
    main()
