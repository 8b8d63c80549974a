"""Two note-takers in two Chromiums, round after round: do both screens and the server agree, is all
there?

    .venv/bin/python tools/notes_two.py [--rounds 20] [--steps 16]

Each round is a session of its own with a seed of its own. Ends with an error at the first disagreement.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from city import chromium  # noqa: E402

from survey_app.accounts.services import create_account  # noqa: E402
from tests.journeys.pair import Pair  # noqa: E402
from tests.journeys.server import running_server  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description="Two note-takers in two browsers.")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--steps", type=int, default=16)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        with server.app.app_context(), server.database.transaction() as session:
            create_account(
                session,
                sign_in_name="pair",
                display_name="Pair",
                role="facilitator",
                password="pair-of-note-takers",  # noqa: S106 - of a server that ends with this program
            )
        typed = 0
        with chromium() as browser:
            for number in range(chosen.rounds):
                pair = Pair(server, browser, "pair", "pair-of-note-takers", seed=number)
                pair.play(chosen.steps)
                pair.come_together()
                typed += len(pair.typed)
                pair.close()
                print(f"round {number + 1}: both and the server agree", flush=True)
        print(f"{chosen.rounds} rounds, {typed} notes and edits typed, none lost, all agree")


if __name__ == "__main__":
    main()
