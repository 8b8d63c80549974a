"""The ground that tools/faults.py shakes: a city on a small disk of its own, its processes, its store.

The disk is a file with an ext4 file system in it, mounted through a loop device, so that it can be
filled, turn read-only, and be copied as it stands at one moment: what was not yet written to it is then
missing, as after a power cut. Where nothing may be mounted it is a plain folder, and a full disk is a
limit on the size of files.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine, select
from sqlalchemy.exc import DBAPIError

from survey_app import schema
from survey_app.app import create_app
from survey_app.config import Config
from survey_app.db import Database
from survey_app.survey.keys import load_private_key
from survey_app.survey.models import OpenAnswer, Response, SealedAnswer
from survey_app.survey.sealing import unseal
from survey_app.waves.services import create_wave, open_wave

ROOT = Path(__file__).resolve().parent.parent
MEGABYTES = 96


def run(*command: object) -> str:
    """A command of the system; raises CalledProcessError."""
    done = subprocess.run([str(one) for one in command], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def build_clock(library: Path) -> bool:
    """Compile the clock that jumps; False where there is no C compiler, or not its headers."""
    compiler = shutil.which("cc")
    if compiler is None:
        return False
    source = ROOT / "tools" / "faults_clock.c"
    with suppress(subprocess.CalledProcessError):
        run(compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl")
    return library.exists()


def unmount(place: Path) -> None:
    """Processes that were killed let go of their files a moment later: it is tried for a minute."""
    for _try in range(600):
        with suppress(subprocess.CalledProcessError):
            run("umount", place)
            return
        time.sleep(0.1)
    holding = [str(one) for one in Path("/proc").glob("[0-9]*/fd/*") if _leads_to(one, place)]
    raise RuntimeError(f"{place} is still in use: {holding}")


def _leads_to(link: Path, place: Path) -> bool:
    with suppress(OSError):
        return link.readlink().is_relative_to(place)
    return False


class Disk:
    """An ext4 file system in a file, or a plain folder."""

    def __init__(self, folder: Path, *, mount: bool = True) -> None:
        self.image, self.place = folder / "disk.img", folder / "disk"
        self.place.mkdir()
        self.mounted = False
        if mount and os.geteuid() == 0 and shutil.which("mkfs.ext4"):
            with self.image.open("wb") as file:
                file.truncate(MEGABYTES * 2**20)
            with suppress(subprocess.CalledProcessError):
                run("mkfs.ext4", "-q", "-m", "0", self.image)
                self.mount()

    def mount(self, options: str = "errors=remount-ro") -> None:
        self.device = run("losetup", "-f", "--show", self.image)
        run("mount", "-o", options, self.device, self.place)
        self.mounted = True

    def unmount(self) -> None:
        unmount(self.place)
        self.mounted = False
        run("losetup", "-d", self.device)

    def fill(self) -> Path:
        """Write until nothing more fits; the file to remove afterwards."""
        filler = self.place / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 65536)
        return filler

    def break_file_system(self) -> bool:
        """Make ext4 find an error, upon which it turns read-only under open files."""
        trigger = Path(f"/sys/fs/ext4/{Path(self.device).name}/trigger_fs_error")
        try:
            trigger.write_text("1", encoding="ascii")
        except OSError:
            return False
        return True

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Path]:
        """What is on the disk at this moment, opened in another place."""
        other = folder / "after"
        shutil.rmtree(other, ignore_errors=True)
        other.mkdir()
        if not self.mounted:
            shutil.copytree(self.place, other, dirs_exist_ok=True)
            yield other
            return
        image = folder / "after.img"
        run("cp", "--sparse=always", self.image, image)
        subprocess.run(["e2fsck", "-p", str(image)], check=False, capture_output=True)
        run("mount", "-o", "loop", image, other)
        try:
            yield other
        finally:
            unmount(other)
            image.unlink()


@dataclass
class Store:
    """What is in a database: surveys by their number, told by their answers and by their words."""

    surveys: Counter[int] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)


#: A survey's number is told by eight of its answers, each a digit to the base of 4.
DIGITS = (
    "safe_by_day",
    "safe_after_dark",
    "safety_change_5y",
    "safety_change_1y",
    "safe_downtown_day",
    "safe_downtown_dark",
    "safe_transit",
    "trust_police",
)


def digits(number: int) -> dict[str, int]:
    return {name: 1 + (number >> 2 * place) % 4 for place, name in enumerate(DIGITS)}


def number_of(answers: dict[str, int]) -> int:
    return sum((answers[name] - 1) << 2 * place for place, name in enumerate(DIGITS))


class City:
    """A city with an open wave, served by gunicorn and a job worker of their own."""

    def __init__(
        self, folder: Path, *, database_url: str | None = None, shaken: bool = True, workers: int = 2
    ) -> None:
        """`shaken`: on a small disk of its own, with a clock that can jump."""
        self.folder = folder
        self.disk = Disk(folder, mount=shaken)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address: tuple[str, int] = probe.getsockname()
        ours = ("SURVEY_", "DATABASE_URL", "SECRET_KEY", "RELEASE_KEY", "PUBLIC_URL", "HOST", "WEB_")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)} | {
            "SURVEY_INSTANCE": str(self.disk.place),
            "PORT": str(self.address[1]),
            "PYTHONUNBUFFERED": "1",
            "WEB_WORKERS": str(workers),
        }
        if database_url:
            self.environment["DATABASE_URL"] = database_url
        self.postgres = Path(database_url.partition("host=")[2]) if database_url else None
        self.clock = folder / "clock"
        self.set_clock(0)
        library = folder / "clock.so"
        self.has_clock = shaken and build_clock(library)
        if self.has_clock:
            self.environment |= {"LD_PRELOAD": str(library), "CLOCK_OFFSET_FILE": str(self.clock)}
        app = create_app(Config.from_environment(self.environment))
        database: Database = app.extensions["database"]
        schema.upgrade(database.engine)
        with app.app_context(), database.transaction() as session:
            wave = create_wave(session, questionnaire="2026", demo=True)
            session.flush()
            self.languages = tuple(row.language for row in open_wave(session, wave, production=False))
            self.wave = wave.id
        database.engine.dispose()
        self.key = load_private_key(app.extensions["config"])
        self._url = app.extensions["config"].database_url
        self._known: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.log = (folder / "server.log").open("ab")
        self.web: subprocess.Popen[bytes] | None = None
        self.jobs: subprocess.Popen[bytes] | None = None

    # -- processes ---------------------------------------------------------------------------------

    def start(self, *, wait: float = 180) -> None:
        """Start what does not run, as a service manager does, until it listens."""
        limit = time.monotonic() + wait
        while time.monotonic() < limit:
            if self.web is None or self.web.poll() is not None:
                self.web = self._start("-m", "gunicorn", "wsgi:app")
            if self.jobs is None or self.jobs.poll() is not None:
                self.jobs = self._start("-m", "flask", "--app", "wsgi", "jobs", "work")
            with socket.socket() as probe:
                if probe.connect_ex(self.address) == 0 and self.workers():
                    return
            time.sleep(0.1)
        raise RuntimeError(
            f"the server does not start: web {self.web and self.web.poll()}, "
            f"jobs {self.jobs and self.jobs.poll()}, workers {self.workers()}"
        )

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log
        )

    def workers(self) -> list[int]:
        if self.web is None or self.web.poll() is not None:
            return []
        try:
            path = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children")
            return [int(one) for one in path.read_text(encoding="ascii").split()]
        except OSError:
            return []

    def everyone(self) -> list[int]:
        """Ids of all our processes, also of workers whose first process is gone: who has our folder."""
        mark = f"SURVEY_INSTANCE={self.disk.place}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if mark in path.read_bytes().split(b"\0"):
                    found.append(int(path.parent.name))
        return found

    def kill_all(self) -> None:
        """Everything at once, as when the power goes."""
        for pid in self.everyone():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for one in (self.web, self.jobs):
            if one is not None:
                one.wait(timeout=20)

    def set_clock(self, offset: int) -> None:
        """Put the wall clock of our processes so many seconds ahead."""
        with self.clock.open("r+b" if self.clock.exists() else "wb") as file:
            file.write(offset.to_bytes(8, sys.byteorder, signed=True))

    # -- the store ---------------------------------------------------------------------------------

    def read(self, place: Path | None = None) -> Store:
        """Everything in the store, sealed or released. `place`: another copy of the disk.

        What was read once is not unsealed again; no row changes after it was written.
        """
        url = f"sqlite:///{place / 'city.db'}" if place else self._url
        engine = create_engine(url)
        try:
            return self._read(engine)
        finally:
            engine.dispose()  # also when it failed: an open file keeps its disk in use

    def _read(self, engine: Engine) -> Store:
        found = Store()
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN") if engine.dialect.name == "sqlite" else None
            for row in connection.execute(select(SealedAnswer.id, SealedAnswer.ciphertext)):
                if row.id not in self._known:
                    body = json.loads(unseal(self.key, row.ciphertext))
                    self._known[row.id] = number_of(body["answers"]), tuple(body["texts"].values())
                number, words = self._known[row.id]
                found.surveys[number] += 1
                found.words.update(words)
            for answers in connection.scalars(select(Response.answers)):
                found.surveys[number_of(answers)] += 1
            found.words.update(connection.scalars(select(OpenAnswer.body)))
        return found

    def is_whole(self, place: Path) -> bool:
        """Whether SQLite finds no damage in this copy."""
        with closing(sqlite3.connect(place / "city.db")) as connection:
            return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

    def wait_until_answers(self, seconds: float = 60) -> None:
        """Until the store can be read again."""
        limit = time.monotonic() + seconds
        while True:
            try:
                self.read()
                return
            except DBAPIError:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.2)

    def close(self) -> None:
        for one in (self.web, self.jobs):
            if one is not None and one.poll() is None:
                one.terminate()
        for one in (self.web, self.jobs):
            if one is not None:
                with suppress(subprocess.TimeoutExpired):
                    one.wait(timeout=30)
        self.kill_all()
        self.log.close()
        if self.disk.mounted:
            self.disk.unmount()


@contextmanager
def city(*, database_url: str | None = None, shaken: bool = True, workers: int = 2) -> Iterator[City]:
    folder = Path(tempfile.mkdtemp(prefix="faults"))
    built = City(folder, database_url=database_url, shaken=shaken, workers=workers)
    try:
        built.start()
        yield built
    finally:
        built.close()
        shutil.rmtree(folder, ignore_errors=True)
