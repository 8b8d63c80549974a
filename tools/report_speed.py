"""Build the report of a made-up city twice, far apart, and once again warm: time, memory, identity.

    nice .venv/bin/python -m tools.report_speed [--responses 5000] [--comments 3000]
        [--languages en,es,fr,ar,zh,ko,ru,sw] [--prints LANGUAGES] [--once]

Each build is a process of its own in another folder, time zone and hash seed, on a copy of the same
database. Prints processor seconds and the clock's, peak memory, and whether the
editions and the PDF files are the same bytes. Exit code 1 when they are not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PLACES = (("Asia/Tokyo", "4711"), ("America/New_York", "1"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--responses", type=int, default=5000)
    parser.add_argument("--comments", type=int, default=3000)
    parser.add_argument("--languages", default="en,es,fr,ar,zh,ko,ru,sw")
    parser.add_argument("--prints", help="languages to print as PDF; all of them when left out")
    parser.add_argument("--once", action="store_true", help="one cold build, without the second place")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    languages = asked.languages.split(",")
    prints = languages if asked.prints is None else [one for one in asked.prints.split(",") if one]
    if asked.child:
        print(json.dumps(build(asked.child, languages, prints)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "here"
        print(f"Making {asked.responses} responses and {asked.comments} comments ...", flush=True)
        make(first, asked.responses, asked.comments)
        places = [first]
        if not asked.once:
            places.append(Path(folder) / "far" / "away")
            shutil.copytree(first, places[1])
        told = []
        for place, (zone, seed) in zip(places, PLACES, strict=False):
            told.append(child(place, zone, seed))
            tell("cold", told[-1])
        tell("warm", child(first, *PLACES[0]))
        same = all(one["digests"] == told[0]["digests"] for one in told)
        if not asked.once:
            names = len(told[0]["digests"])
            verdict = "the same bytes" if same else "DIFFERENT BYTES"
            print(f"Edition and prints ({names} digests) in two places: {verdict}.")
            for name, value in told[0]["digests"].items():
                if told[1]["digests"].get(name) != value:
                    print(f"  differs: {name}")
        return 0 if same else 1


def child(place: Path, zone: str, seed: str) -> dict[str, Any]:
    return measured("tools.report_speed", place, {"TZ": zone, "PYTHONHASHSEED": seed})


def measured(module: str, place: Path, settings: dict[str, str] | None = None) -> dict[str, Any]:
    """What a tool, run again as a process of its own with --child, prints of its build at the end, and
    the peak memory of all its processes together."""
    environment = {
        **os.environ,
        **(settings or {}),
        "SURVEY_INSTANCE": str(place),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", module, *sys.argv[1:], "--child", str(place)]
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    peak = 0.0
    while running.poll() is None:
        peak = max(peak, sum(memory_of(pid) for pid in family_of(running.pid)))
        time.sleep(0.05)
    assert running.stdout is not None
    if running.returncode:
        sys.exit(f"the build ended with {running.returncode}")
    found: dict[str, Any] = json.loads(running.stdout.read().splitlines()[-1])
    return found | {"peak": peak}


def family_of(pid: int) -> Iterator[int]:
    """A process and those it started."""
    yield pid
    with suppress(OSError):
        for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
            yield from family_of(int(one))


def memory_of(pid: int) -> float:
    """MB of a process, what it shares with others counted in part (PSS)."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def spent() -> float:
    """Processor seconds of this process and those that it started and that ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def tell(name: str, found: dict[str, Any]) -> None:
    parts = ", ".join(f"{step} {cpu:.1f} s" for step, cpu in found["steps"].items())
    print(
        f"{name}: processor {found['cpu']:.1f} s ({parts}), clock {found['clock']:.1f} s, "
        f"peak {found['peak']:.0f} MB, {found['files']} files, {found['bytes']:.1f} MB; "
        f"load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def make(instance: Path, responses: int, comments: int) -> None:
    """A migrated database with the waves of 2024 and 2025 and the year's comments."""
    from survey_app import schema
    from survey_app.app import create_app
    from survey_app.config import Config
    from tests.survey_app.reports import city

    instance.mkdir(parents=True)
    os.environ["SURVEY_INSTANCE"] = str(instance)
    app = create_app(Config.from_environment())
    database = app.extensions["database"]
    schema.upgrade(database.engine)
    city.DRAWN, city.OPEN = responses * 9 // 10, responses // 10
    with app.app_context(), database.transaction() as session:
        city.make_city(session)
        speak(session, comments)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()


def speak(session: object, comments: int) -> None:
    """Finalised sessions with comments that somebody decided on, every seventh read by the machine."""
    from sqlalchemy.orm import Session

    from analysis.themes.codebook import SPECIAL, load_codebook
    from survey_app.community.models import (
        Comment,
        CommunitySession,
        DecidedTheme,
        ThemeDecision,
        ThemeSuggestion,
    )

    assert isinstance(session, Session)
    dice = random.Random("comments")
    book = load_codebook()
    codes = [code for code in book.codes if code not in SPECIAL]
    meetings = []
    for number in range(max(comments // 60, 1)):
        held = date(2025, 1 + number % 12, 1 + number % 28)
        meeting = CommunitySession(
            id=f"{dice.getrandbits(128):032x}",
            kind="town_hall",
            held_on=held,
            place="Made up",
            attendance=dice.randrange(20, 90),
            state="finalised",
            opening_read_on=held,
            finalised_on=held,
            languages=["en"],
            demo=True,
        )
        meetings.append(meeting)
    session.add_all(meetings)
    session.flush()
    for number in range(comments):
        key = f"{dice.getrandbits(128):032x}"
        session.add(
            Comment(
                id=key,
                session_id=dice.choice(meetings).id,
                source="typed",
                language="en",
                plain_body="Made up.",
            )
        )
        session.flush()
        given = dice.sample(codes, dice.choice([1, 1, 2]))
        session.add_all(
            ThemeSuggestion(
                comment_id=key,
                code=code,
                rank=rank,
                probability=0.8,
                why=[],
                codebook_version=book.version,
            )
            for rank, code in enumerate(given, start=1)
        )
        if number % 7:
            decision = ThemeDecision(
                comment_id=key,
                role="analyst",
                decided_on=date(2025, 12, 20),
                codebook_version=book.version,
            )
            decision.themes = [DecidedTheme(code=code) for code in given]
            session.add(decision)


def build(instance: Path, languages: list[str], prints: list[str]) -> dict[str, object]:
    """One build and its prints, measured."""
    from survey_app.app import create_app
    from survey_app.config import Config
    from survey_app.i18n import languages as known
    from survey_app.reports.codec import decode
    from survey_app.reports.services import build as building
    from survey_app.reports.services.prints import printed_in
    from survey_app.reports.snapshot import Snapshot

    building.offered = lambda: {code: known()[code] for code in languages}
    app = create_app(Config.from_environment())
    database = app.extensions["database"]
    began, steps = time.perf_counter(), {}
    marks: list[tuple[str, float]] = []

    def mark(step: int, of: int, message: str) -> None:
        marks.append(("figures" if step < of - len(languages) else "pictures", spent()))

    with app.app_context(), database.session(read_only=True) as session:
        wave = building.find_wave_to_report(session, 2025)
        start = spent()
        built = building.compute(session, wave, progress=mark)
        pictures = next(at for name, at in marks if name == "pictures")
        steps["figures and files"] = pictures - start
        steps["pictures"] = spent() - pictures
    digests = {"edition": built.sha256}
    start = spent()
    snapshot = decode(Snapshot, built.snapshot)
    with app.app_context():
        chosen = {code: known()[code] for code in prints}
        for code, made in zip(
            prints, printed_in(chosen, snapshot, built.wording, number=1), strict=True
        ):
            for name, body in made.items():
                digests[f"{name}.{code}.pdf"] = hashlib.sha256(body).hexdigest()
    steps[f"PDF in {len(prints)} languages"] = spent() - start
    return {
        "cpu": spent(),
        "clock": time.perf_counter() - began,
        "files": len(built.files),
        "bytes": sum(len(body) for _type, body in built.files.values()) / 1e6,
        "steps": steps,
        "digests": digests,
    }


if __name__ == "__main__":
    sys.exit(main())
