"""Attack the anonymity of invited people, many times over, and say how often it succeeds.

    .venv/bin/python tools/attacker.py [--runs 5]

Each run draws a fresh sample of 156 addresses, lets 115 people answer (24 of them without a code),
takes the database at every step and plays every attack of tests/journeys/attacker.py. The
table is what docs/privacy.md shows.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from city import ROOT

sys.path.insert(0, str(ROOT))

from tests.journeys.attacked import (
    Attack,
    answer_in_process,
    open_city,
    people,
    run,
)
from tests.journeys.attacker import (
    all_attacks,
    more_than_chance,
)


def one_run(folder: Path, seed: int) -> list[Attack]:
    app, database, wave_id = open_city(folder)
    truth = people(random.Random(seed))

    def answer(person: int, code: str) -> None:
        answer_in_process(app, database, wave_id, person, code, truth.mode(person))

    spoils = run(app, database, folder / "city.db", wave_id, truth, answer)
    database.engine.dispose()
    return all_attacks(spoils, truth)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    found: dict[str, list[Attack]] = defaultdict(list)
    for seed in range(1, runs + 1):
        with tempfile.TemporaryDirectory() as folder:
            for attack in one_run(Path(folder), seed):
                found[attack.name].append(attack)
        print(f"run {seed} of {runs} done", file=sys.stderr, flush=True)
    print("| What was tried | Guesses | Right | Rate | Surest single guess |")
    print("|---|---|---|---|---|")
    worse = False
    for name, attacks in found.items():
        tries, right = sum(a.tries for a in attacks), sum(a.right for a in attacks)
        worst = max((a.worst for a in attacks if a.worst is not None), default=None)
        told = "" if worst is None else f"{worst:.3f}"
        print(f"| {name} | {tries:,} | {right:,.1f} | {right / tries:.3f} | {told} |")
        worse |= (worst or 0) > 0.1 + 1e-9 or more_than_chance(Attack(name, tries, right)) < 1e-5
    sys.exit("An attack does better than one in ten." if worse else 0)


if __name__ == "__main__":
    main()
