"""What tools/faults.py does to a city, one at a time. Each ends with the city as it was before."""

from __future__ import annotations

import os
import pwd
import random
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from survey_app import schema
from survey_app.db import Database
from tests import postgres
from tools.faults_ground import ROOT, City
from tools.faults_residents import Heard


class Skipped(Exception):
    """This fault cannot be made here; the message says why."""


@dataclass
class Shaking:
    """One fault: the city, chance, what residents heard, and what the fault itself found wrong."""

    city: City
    chance: random.Random
    heard: Heard
    found: list[str]

    def pause(self, least: float, most: float) -> None:
        time.sleep(self.chance.uniform(least, most))


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def kill_worker(to: Shaking) -> None:
    if workers := to.city.workers():
        kill(to.chance.choice(workers))


def kill_master(to: Shaking) -> None:
    assert to.city.web is not None
    kill(to.city.web.pid)
    to.city.web.wait(timeout=10)
    to.city.start()


def kill_jobs(to: Shaking) -> None:
    assert to.city.jobs is not None
    kill(to.city.jobs.pid)
    to.city.jobs.wait(timeout=10)
    to.city.start()


def stop_worker(to: Shaking) -> None:
    """A process that hangs for a while; sometimes it is killed while it hangs."""
    if not (workers := to.city.workers()):
        return
    pid = to.chance.choice(workers)
    kill(pid, signal.SIGSTOP)
    to.pause(0.2, 1.5)
    kill(pid, to.chance.choice([signal.SIGCONT, signal.SIGCONT, signal.SIGKILL]))


def full_disk(to: Shaking) -> None:
    disk = to.city.disk
    if not disk.mounted:
        file_limit(to)
        return
    filler = disk.fill()
    to.pause(0.5, 1.5)
    filler.unlink()


def file_limit(to: Shaking) -> None:
    """No file may grow: what a quota does. A limit on running processes, which is lifted again."""
    pids = to.city.everyone()
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    to.pause(0.5, 1.5)
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)


def read_only_start(to: Shaking) -> None:
    """The machine comes up with a disk that is read-only at first."""
    city = to.city
    city.kill_all()
    if city.disk.mounted:
        city.disk.unmount()
        city.disk.mount("ro")
    city.start()
    to.pause(0.5, 1.5)
    if city.disk.mounted:
        subprocess.run(["mount", "-o", "remount,rw", str(city.disk.place)], check=True)


def file_system_error(to: Shaking) -> None:
    """The file system finds an error and turns read-only under open files; somebody repairs it."""
    city = to.city
    if not city.disk.mounted or not city.disk.break_file_system():
        read_only_start(to)
        return
    to.pause(0.5, 1.5)
    city.kill_all()
    city.disk.unmount()
    subprocess.run(["e2fsck", "-p", str(city.disk.image)], check=False, capture_output=True)
    city.disk.mount()
    city.start()


def clock_jump(to: Shaking) -> None:
    """An hour, a day, a month, a year, forward or back, and right again after a while."""
    if not to.city.has_clock:
        raise Skipped("a C compiler is needed for a clock that jumps (Debian: apt-get install gcc)")
    hours = to.chance.choice([1, -1, 26, -26, 30 * 24, -30 * 24, 400 * 24])
    to.city.set_clock(hours * 3600)
    to.pause(0.7, 2)
    to.city.set_clock(0)


def slow_clients(to: Shaking) -> None:
    """Many connections that send a form a byte at a time, or half of it and then nothing."""
    path = f"/{to.chance.choice(to.city.languages)}/survey/near_home"
    whole = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: 30\r\n\r\nsafe_by_day=1"
    ).encode()
    lines = []
    for _one in range(40):
        line = socket.create_connection(to.city.address)
        line.sendall(whole[: to.chance.randrange(1, len(whole))])
        lines.append(line)
    until = time.monotonic() + to.chance.uniform(1, 2)
    while time.monotonic() < until:
        for line in lines[::2]:
            with suppress(OSError):
                line.sendall(b"a")
        time.sleep(0.1)
    for line in lines:
        if to.chance.random() < 0.5:  # gone without a word: reset
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.close()


def power_cut(to: Shaking) -> None:
    """What is on the disk at this moment is opened elsewhere: everything acknowledged is there."""
    city = to.city
    pids = city.everyone()
    acknowledged = set(to.heard.acknowledged)
    for pid in pids:
        kill(pid, signal.SIGSTOP)
    try:
        with city.disk.copy(city.folder) as place:
            for pid in pids:
                kill(pid, signal.SIGCONT)
            if not city.is_whole(place):
                to.found.append("after a power cut: the database is damaged")
            store = city.read(place)
    finally:
        for pid in pids:
            kill(pid, signal.SIGCONT)
    if lost := acknowledged - set(store.surveys):
        to.found.append(f"after a power cut: lost {sorted(lost)}")
    if any(count > 1 for count in store.surveys.values()):
        to.found.append("after a power cut: there twice")


def power_cut_and_restart(to: Shaking) -> None:
    """Everything dies at once, and comes up again on the same files."""
    to.city.kill_all()
    to.city.start()


def two_migrations(to: Shaking) -> None:
    """Two processes bring the same new database up at once, and the one that is in use as well."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = {**to.city.environment, "SURVEY_INSTANCE": folder}
        if to.city.postgres is None:
            fresh.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        running = [
            subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            for env in (fresh, fresh, to.city.environment)
        ]
        for one in running:
            _out, told = one.communicate(timeout=900)
            if one.returncode != 0:
                last = told.decode(errors="replace").strip().splitlines()[-1:]
                to.found.append(f"two migrations at once: {last}")
        if to.city.postgres is None:
            database = Database(f"sqlite:///{folder}/city.db")
            with database.engine.connect() as connection:
                if not schema.schema_is_current(connection):
                    to.found.append("two migrations at once: not at the newest revision")
            database.engine.dispose()


def restart_database(to: Shaking) -> None:
    """PostgreSQL stops as if it had crashed, and starts again."""
    folder = to.city.postgres
    assert folder is not None
    binaries = postgres.find_binaries()
    assert binaries is not None
    user = pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
    options = f"-k {folder} -c listen_addresses='' -c max_connections=60"
    common = [binaries / "pg_ctl", "-D", folder / "data", "-w"]
    subprocess.run(
        [*common, "-m", "immediate", "stop"], check=True, capture_output=True, user=user, cwd=folder
    )
    to.pause(0, 1)
    log = folder / "log"
    subprocess.run(
        [*common, "-o", options, "-l", log, "start"],
        check=True,
        capture_output=True,
        user=user,
        cwd=folder,
    )


def kill_backend(to: Shaking) -> None:
    """kill -9 of one of PostgreSQL's processes: it then restarts all of them."""
    folder = to.city.postgres
    assert folder is not None
    pid = Path(folder / "data" / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0]
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    busy = [
        int(one)
        for one in children
        if b"postgres postgres" in Path(f"/proc/{one}/cmdline").read_bytes()
        or b": postgres" in Path(f"/proc/{one}/cmdline").read_bytes()
    ]
    kill(to.chance.choice(busy or [int(one) for one in children]))


Kind = Callable[[Shaking], None]
ANYWHERE: tuple[Kind, ...] = (kill_worker, kill_master, kill_jobs, stop_worker, slow_clients)
SQLITE: tuple[Kind, ...] = (
    *ANYWHERE,
    clock_jump,
    full_disk,
    file_limit,
    read_only_start,
    file_system_error,
    power_cut,
    power_cut_and_restart,
    two_migrations,
)
POSTGRESQL: tuple[Kind, ...] = (*ANYWHERE, clock_jump, restart_database, kill_backend)

__all__ = ["POSTGRESQL", "SQLITE", "Kind", "Shaking", "Skipped"]
