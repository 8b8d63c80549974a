"""Break a running city, over and over, while residents answer: is anything lost, or there twice?

    .venv/bin/python tools/faults.py [--rounds 300] [--seed 1] [--store sqlite|postgresql] [--only KIND]

gunicorn and a job worker run as in a city, on a small disk of their own (tools/faults_ground.py).
Residents send whole surveys over HTTP (tools/faults_residents.py). Each round does one thing to it
(tools/faults_kinds.py), most of them at a moment when a submission is under way, and then reads the
store: every survey whose resident got the thank-you page must be there, none twice, in answers and
in words. Error pages are read as well: in the resident's language, with what was typed.
Exits with 1 when something is wrong. The seed settles what is done when; processes keep their own time.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


from tests import postgres
from tools.faults_ground import City, city
from tools.faults_kinds import POSTGRESQL, SQLITE, Kind, Shaking, Skipped
from tools.faults_residents import Heard, Residents


class Run:
    """All rounds, and what came of them."""

    def __init__(self, city: City, kinds: tuple[Kind, ...], *, seed: int, residents: int) -> None:
        self.city, self.kinds = city, kinds
        self.chance = random.Random(seed)
        self.heard = Heard()
        self.residents = Residents(city, self.heard, random.Random(seed + 1), count=residents)
        self.rounds: Counter[str] = Counter()
        self.under_way: Counter[str] = Counter()
        self.found: list[str] = []
        self.skipped: set[str] = set()

    def go(self, rounds: int) -> None:
        self.residents.start()
        time.sleep(1)
        order: list[Kind] = []
        for number in range(1, rounds + 1):
            if not order:
                order = self.chance.sample(self.kinds, len(self.kinds))
            self.round(number, order.pop())
            if number % 10 == 0:
                print(f"{number} of {rounds} rounds, {self.line()}", flush=True)
        self.residents.stop()
        self.check("at the end")

    def round(self, number: int, kind: Kind) -> None:
        name = kind.__name__.replace("_", " ")
        if self.chance.random() < 0.85:
            self.residents.sending.clear()
            self.residents.sending.wait(timeout=15)
            time.sleep(self.chance.uniform(0, 0.004))
        else:
            time.sleep(self.chance.uniform(0, 0.5))
        self.rounds[name] += 1
        under_way = bool(self.residents.under_way)
        self.under_way[name] += under_way
        shaking = Shaking(self.city, self.chance, self.heard, [])
        try:
            kind(shaking)
        except Skipped as reason:
            self.rounds[name] -= 1
            self.under_way[name] -= bool(under_way)
            self.skipped.add(str(reason))
        self.city.start()
        self.city.wait_until_answers()
        self.found += [f"round {number}: {one}" for one in shaking.found]
        self.check(f"round {number}, {name}")

    def check(self, when: str) -> None:
        """Nobody acknowledged before the store is read may be missing in it; nobody is there twice."""
        acknowledged = set(self.heard.acknowledged)
        store = self.city.read()
        self.lost = acknowledged - set(store.surveys)
        self.lost_words = {n for n in acknowledged if f"words of survey {n:06d}" not in store.words}
        twice = {number for number, count in store.surveys.items() if count > 1}
        self.twice = twice | {int(w[-6:]) for w, count in store.words.items() if count > 1}
        self.there = len(store.surveys)
        for what, which in (
            ("lost", self.lost),
            ("words lost", self.lost_words),
            ("twice", self.twice),
        ):
            if which:
                self.found.append(f"{when}: {what} {sorted(which)[:10]}")

    def line(self) -> str:
        return (
            f"{sum(self.under_way.values())} with a submission under way, "
            f"{len(self.heard.acknowledged)} acknowledged, {self.there} found, "
            f"lost {len(self.lost | self.lost_words)}, double {len(self.twice)}"
        )

    def report(self) -> bool:
        """Print the table; whether all is well."""
        heard = self.heard
        print("\n| fault | rounds | with a submission under way |\n|---|---:|---:|")
        for name, count in sorted(self.rounds.items()):
            print(f"| {name} | {count} | {self.under_way[name]} |")
        print(f"| **all** | **{self.rounds.total()}** | **{self.under_way.total()}** |\n")
        print(f"{self.rounds.total()} rounds, {self.line()}")
        print(
            f"surveys begun {heard.begun}; started over {heard.started_over}; sent again after the "
            f"thank-you {heard.sent_again}; told only that nothing is unfinished {len(heard.unsure)}; "
            f"given up {len(heard.given_up)}"
        )
        print("failed requests: " + ", ".join(f"{k} {n}" for k, n in sorted(heard.errors.items())))
        wrong = Counter(page.partition(": ")[2] for page in heard.wrong_pages)
        print("error pages that were wrong: " + (str(dict(wrong)) if wrong else "none"))
        for why in sorted(self.skipped):
            print("left out:", why)
        for number, last in heard.given_up.items():
            print(f"gave up survey {number}: {last}")
        for one in self.found[:40]:
            print("WRONG", one)
        return not (self.found or heard.wrong_pages or heard.given_up)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--residents", type=int, default=8)
    parser.add_argument("--only", help="this kind of fault only")
    parser.add_argument("--log", action="store_true", help="print the server's log at the end")
    given = parser.parse_args()
    kinds = SQLITE if given.store == "sqlite" else POSTGRESQL
    if given.only:
        kinds = tuple(one for one in kinds if one.__name__ == given.only)
    with ExitStack() as stack:
        url = None
        if given.store == "postgresql":
            url = stack.enter_context(postgres.empty_database("city"))
        shaken = stack.enter_context(city(database_url=url))
        where = (
            "a small disk of its own" if shaken.disk.mounted else "a folder (nothing may be mounted)"
        )
        print(f"seed {given.seed}, {given.store} on {where}, {given.residents} residents at a time")
        run = Run(shaken, kinds, seed=given.seed, residents=given.residents)
        try:
            run.go(given.rounds)
            well = run.report()
        finally:
            if given.log:
                print((shaken.folder / "server.log").read_text(errors="replace")[-6000:])
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
