"""Load as residents make it: they read a page, think, answer, go on, and some drop out.

    .venv/bin/python tools/load.py [--store sqlite|postgresql] [--workers 2] [--seconds 60]

gunicorn as a city runs it, answers saved at every page, synchronous=FULL. First the server is saturated
(16 residents who do not think), which gives its pages a second. Then 16 and 200 residents at a time
think just so long that they ask for 60% of that. Told are errors, page times (from the request to its
last byte), completed surveys, and the processor time of all server processes for each of them, with
what those cost who dropped out. The client is one process that does little (tools/plain_http.py); it
shares the machine, so its own processor time is told as well. Figures count on a quiet machine only.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import resource
import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import brotli

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


from tests import postgres
from tools.faults_ground import City, city
from tools.plain_http import Connection, Reply
from tools.resident_cpu import seconds as cpu

#: Of those who begin, the share who go away at some page.
DROP_OUT = 0.15
_CHOICE = re.compile(r'<input type="(radio|checkbox)" name="([^"]+)" id="[^"]+" value="([^"]+)"')
_TYPED = re.compile(r'<(?:textarea|input type="(?:text|number)")[^>]* name="([^"]+)"')
Form = tuple[dict[str, list[str]], tuple[str, ...]]


@dataclass
class Measured:
    """One stretch of load."""

    title: str
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    errors: int = 0
    begun: int = 0
    completed: int = 0
    server: float = 0.0
    database: float = 0.0
    client: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def row(self) -> str:
        times = sorted(self.times) or [0.0]
        p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
        each = self.server / self.completed if self.completed else float("nan")
        return (
            f"| {self.title} | {self.rate:.0f} | {self.errors} | {1000 * statistics.median(times):.0f} "
            f"| {1000 * p99:.0f} | {self.completed} | {each:.4f} "
            f"| {self.database / self.completed if self.completed else 0:.4f} "
            f"| {self.client / self.seconds:.2f} |"
        )


HEAD = (
    "| residents | requests a second | errors | p50 ms | p99 ms | completed | server CPU s each "
    "| database CPU s each | client cores |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|"
)


class Load:
    def __init__(self, city: City, chance: random.Random) -> None:
        self.city, self.chance = city, chance
        self.forms: dict[str, Form] = {}
        self.people = 0

    def measure(self, title: str, residents: int, seconds: float, think: float) -> Measured:
        """`think`: mean seconds between a page and its answer, and between an answer and a page."""
        found = Measured(title)
        server, database = cpu(self.city.everyone()), cpu(self.database())
        client = own_cpu()
        begun = time.monotonic()
        asyncio.run(self._all(found, residents, begun + seconds, think))
        found.seconds = time.monotonic() - begun
        found.server = cpu(self.city.everyone()) - server
        found.database = cpu(self.database()) - database
        found.client = own_cpu() - client
        return found

    def database(self) -> list[int]:
        """Processes of PostgreSQL, when it is the store."""
        if self.city.postgres is None:
            return []
        file = self.city.postgres / "data" / "postmaster.pid"
        first = int(file.read_text(encoding="ascii").split("\n", 1)[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii").split()
        return [first, *map(int, children)]

    async def _all(self, found: Measured, residents: int, until: float, think: float) -> None:
        async with asyncio.TaskGroup() as group:
            for _one in range(residents):
                group.create_task(self._one_after_another(found, until, think))

    async def _one_after_another(self, found: Measured, until: float, think: float) -> None:
        await asyncio.sleep(self.chance.uniform(0, think))
        while time.monotonic() < until:
            self.people += 1
            person = Person(self, found, until, think, self.people)
            try:
                await person.take()
            except (OSError, EOFError, TimeoutError):
                found.errors += 1
            finally:
                person.line.close()


class Person:
    def __init__(self, load: Load, found: Measured, until: float, think: float, number: int) -> None:
        self.load, self.found, self.until, self.think = load, found, until, think
        self.chance = random.Random(number)
        self.language = self.chance.choice(load.city.languages)
        source = f"127.{1 + number % 250}.{1 + number // 250 % 250}.1"
        headers = {"Accept-Encoding": "gzip, deflate, br", "Accept-Language": self.language}
        self.line = Connection(load.city.address, source=source, headers=headers)

    async def take(self) -> None:
        base = f"/{self.language}/survey"
        leaves_at = self.chance.randrange(12) if self.chance.random() < DROP_OUT else None
        path, page = base, 0
        while time.monotonic() < self.until:
            shown = await self._ask("GET", path)
            if path.endswith("/thank-you"):
                self.found.completed += 1
                return
            if page == leaves_at:
                return
            await self._think()
            reply = await self._ask("POST", path, self._answer(path, shown))
            if page == 0:
                self.found.begun += 1
            path, page = reply.location, page + 1
            if not path:
                self.found.errors += 1
                return
            await self._think()

    async def _think(self) -> None:
        if self.think:
            await asyncio.sleep(min(self.chance.expovariate(1 / self.think), 5 * self.think))

    async def _ask(self, method: str, path: str, form: list[tuple[str, str]] | None = None) -> Reply:
        begun = time.perf_counter()
        reply = await asyncio.wait_for(self.line.ask(method, path, form), 30)
        self.found.times.append(time.perf_counter() - begun)
        if reply.status >= 400:
            self.found.errors += 1
        return reply

    def _answer(self, path: str, shown: Reply) -> list[tuple[str, str]]:
        """What this person ticks and writes on the page; one question in ten is skipped."""
        if path not in self.load.forms:
            self.load.forms[path] = read_form(shown)
        choices, typed = self.load.forms[path]
        form = []
        for name, values in choices.items():
            if name in {"adult", "city"}:
                form.append((name, "1"))
            elif self.chance.random() < 0.9 and not name.endswith("-missing"):
                form.append((name, self.chance.choice(values)))
        if "own_words" in typed and self.chance.random() < 0.4:
            form.append(("own_words", "More light in the streets at night, please. " * 3))
        if "area" in typed:
            form.append(("area", "Abell"))
        return form


def read_form(shown: Reply) -> Form:
    """Names of the choices with their values, and names of the fields to write in."""
    packed = shown.headers.get("content-encoding") == "br"
    page = (brotli.decompress(shown.body) if packed else shown.body).decode()
    choices: dict[str, list[str]] = {}
    for _kind, name, value in _CHOICE.findall(page):
        choices.setdefault(name, []).append(value)
    return choices, tuple(_TYPED.findall(page))


def own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--workers", type=int, default=0, help="web processes; 2, with PostgreSQL 4")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    workers = given.workers or (2 if given.store == "sqlite" else 4)
    with ExitStack() as stack:
        url = None
        if given.store == "postgresql":
            url = stack.enter_context(postgres.empty_database("city"))
        built = stack.enter_context(city(database_url=url, shaken=False, workers=workers))
        load = Load(built, random.Random(given.seed))
        load.measure("warming up", 8, min(5, given.seconds), 0)
        print(f"{given.store}, {workers} processes, {given.seconds:.0f} s each, ", end="")
        print(f"load average {os.getloadavg()[0]:.1f} at the start\n\n{HEAD}")
        full = load.measure("16, saturated", 16, given.seconds, 0)
        print(full.row(), flush=True)
        measured = [full]
        for residents in (16, 200):
            think = residents / (0.6 * full.rate)
            measured.append(load.measure(f"{residents} at 60%", residents, given.seconds, think))
            print(measured[-1].row(), flush=True)
        measured.append(load.measure("200, saturated", 200, given.seconds, 0))
        print(measured[-1].row(), flush=True)
    return 1 if any(one.errors for one in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
