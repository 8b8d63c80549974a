"""`python -m analysis`: run a plan, compute an edition again, look at a data file, work on themes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from analysis.errors import AnalysisError


def main(arguments: list[str] | None = None) -> int:
    """0 when everything asked was done, 1 when a case was refused, 2 when the input is unusable."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["themes"]:
        from analysis.themes.cli import main as themes

        return int(themes(given[1:]) or 0)
    parser = argparse.ArgumentParser(prog="python -m analysis", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a declared plan and write one result a case")
    run.add_argument("plan", type=Path, metavar="PLAN.json")
    run.add_argument("--out", type=Path, required=True, metavar="DIR")
    again = commands.add_parser("reproduce", help="compute a published edition's figures again")
    again.add_argument("edition", type=Path, metavar="EDITION.zip")
    look = commands.add_parser("check-data", help="a first look at a data file")
    look.add_argument("file", type=Path, metavar="FILE.csv")
    commands.add_parser("themes", help="codebook, tagging, draws (see: themes --help)")
    asked = parser.parse_args(given)
    try:
        if asked.command == "reproduce":
            return _reproduce(asked.edition)
        if asked.command == "check-data":
            from analysis.check_data import check_data, told

            print(told(*check_data(asked.file)))
            return 0
        return _run(asked.plan, asked.out)
    except AnalysisError as refusal:
        print(refusal.message, file=sys.stderr)
        return 2


def _run(plan: Path, out: Path) -> int:
    from analysis.plan import run_file

    results = run_file(plan, out)
    refused = [result for result in results if "error" in result]
    for result in refused:
        print(f"{result['id']}: {result['error']}: {result['message']}", file=sys.stderr)
    print(f"{len(results) - len(refused)} of {len(results)} cases computed, written to {out}")
    return 1 if refused else 0


def _reproduce(edition: Path) -> int:
    from analysis.reproduce import report, reproduce

    done = reproduce(edition)
    print(report(done))
    return 1 if done.differences else 0


if __name__ == "__main__":
    sys.exit(main())
