"""`python -m analysis themes ...`: tag a table of comments."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis.themes import tables
from analysis.themes.errors import ThemesError
from analysis.themes.tagger import Tagger


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; 0 when it went well, 2 after an error that was told on standard error."""
    parser = argparse.ArgumentParser(prog="python -m analysis themes", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    tag = commands.add_parser(
        "tag", help="suggest codes: id,text[,language] -> id,code,probability,why"
    )
    tag.add_argument("comments", type=Path, metavar="COMMENTS.csv")
    tag.add_argument("--out", type=Path, required=True, metavar="TAGS.csv")
    tag.set_defaults(run=_tag)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except ThemesError as error:
        print(error, file=sys.stderr)
        return 2


def _tag(chosen: argparse.Namespace) -> int:
    comments = tables.read_comments(chosen.comments)
    tagger = Tagger()

    def rows() -> Iterator[tuple[object, ...]]:
        pairs = ((comment.text, comment.language) for comment in comments)
        for comment, suggestions in zip(comments, tagger.tag(pairs), strict=True):
            for one in suggestions:
                yield comment.id, one.code, f"{one.probability:.4f}", one.why

    written = tables.write_rows(chosen.out, ("id", "code", "probability", "why"), rows())
    print(f"{len(comments)} comments, {written} tags -> {chosen.out}")
    return 0
