"""Peak memory and time of a report's build at several numbers of responses.

    nice .venv/bin/python -m tools.report_memory [--responses 10000,100000,1000000] [--open SHARE]
        [--languages en,es,fr,ar,zh,ko,ru,sw] [--keep FOLDER]

A made-up city each (that of tests/survey_app/reports/city.py), on SQLite; the wave before has 10,000
responses. Each build is a process of its own, and its memory that of all its processes together, what
they share counted in part. Prints Markdown for docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from tools.report_speed import measured, memory_of, spent

BEFORE = 10_000
_PART = 5000
COLUMNS = (
    "id",
    "wave_id",
    "language",
    "source",
    "mode",
    "stratum",
    "base_weight",
    "police_district",
    "answers",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--responses", default="10000,100000,1000000")
    parser.add_argument("--open", type=float, default=0.1, help="share that came by the open link")
    parser.add_argument("--languages", default="en,es,fr,ar,zh,ko,ru,sw")
    parser.add_argument("--keep", type=Path, help="where the cities stay, to be used again")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    languages = asked.languages.split(",")
    if asked.child:
        print(json.dumps(build(asked.child, languages)))
        return 0
    print("| responses | drawn | peak MB | times the first | clock s | processor s | database MB |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    first = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number in map(int, asked.responses.split(",")):
            by_link = round(number * asked.open)
            place = (asked.keep or Path(folder)) / f"{number}-{by_link}"
            if not place.exists():
                make(place, number - by_link, by_link)
            shutil.rmtree(place / "pictures", ignore_errors=True)
            found = measured("tools.report_memory", place)
            first = first or found["peak"]
            size = (place / "city.db").stat().st_size / 1e6
            print(
                f"| {number:,} | {number - by_link:,} | {found['peak']:.0f} |"
                f" {found['peak'] / first:.2f} | {found['clock']:.0f} | {found['cpu']:.0f} |"
                f" {size:.0f} |",
                flush=True,
            )
            print(f"  {found['steps']}", file=sys.stderr, flush=True)
    return 0


def make(instance: Path, drawn: int, by_link: int) -> None:
    """A migrated database with two closed waves, written in parts."""
    from sqlalchemy import insert

    from questionnaires.load import load_instrument
    from survey_app import schema
    from survey_app.app import create_app
    from survey_app.config import Config
    from survey_app.survey.models import Response
    from survey_app.waves import services
    from tests.survey_app.reports import city

    instance.mkdir(parents=True)
    os.environ["SURVEY_INSTANCE"] = str(instance)
    app = create_app(Config.from_environment())
    database = app.extensions["database"]
    schema.upgrade(database.engine)
    with app.app_context():
        for year, sizes in ((2024, (BEFORE, 0)), (2025, (drawn, by_link))):
            with database.transaction() as session:
                wave = services.create_wave(session, questionnaire=str(year), demo=True)
                services.open_wave(session, wave, production=False, today=date(year, 4, 1))
                session.flush()
                identity = wave.id
            city.DRAWN, city.OPEN = sizes
            dice, instrument = random.Random(f"memory {year}"), load_instrument(str(year))
            total = sum(sizes)
            for start in range(0, total, _PART):
                with database.transaction() as session:
                    wave = session.get_one(type(wave), identity)
                    made = [
                        city.response_of(wave, instrument, number, dice)
                        for number in range(start, min(start + _PART, total))
                    ]
                    rows = [
                        {column: getattr(one, column) for column in COLUMNS}
                        | {"domains": {}, "flags": []}
                        for one in made
                    ]
                    session.execute(insert(Response), rows)
                print(f"\r{year}: {start + _PART:,} of {total:,}", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            with database.transaction() as session:
                wave = session.get_one(type(wave), identity)
                services.close_wave(session, wave, release=lambda *_: None, today=date(year, 6, 30))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()


def build(instance: Path, languages: list[str]) -> dict[str, object]:
    """One build, computed and stored, with the peak of this process after each step."""
    from survey_app.app import create_app
    from survey_app.config import Config
    from survey_app.i18n import languages as known
    from survey_app.reports.services import build as building

    building.offered = lambda: {code: known()[code] for code in languages}
    app = create_app(Config.from_environment())
    database = app.extensions["database"]
    began = time.perf_counter()
    steps: dict[str, str] = {}

    def mark(step: int, of: int, message: str) -> None:
        held = memory_of(os.getpid())
        steps.setdefault(f"{step}", f"{held:.0f} MB at {time.perf_counter() - began:.0f} s")

    with app.app_context():
        building.build_edition(database, year=2025, built_by=None, progress=mark)
    return {"cpu": spent(), "clock": time.perf_counter() - began, "steps": steps}


if __name__ == "__main__":
    sys.exit(main())
