"""`python -m analysis COMMAND ...`: the method without page or database."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Hand the arguments to the named command; commands are imported when they are used."""
    if arguments and arguments[0] == "themes":
        from analysis.themes.cli import main as themes

        return themes(arguments[1:])
    print("usage: python -m analysis themes ...", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
