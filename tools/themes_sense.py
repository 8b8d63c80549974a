"""Fit the sense of each theme (analysis/themes/sense.py) and write analysis/themes/sense_v<N>.npz.

    python tools/themes_sense.py

Needs requirements-optional.txt. To be run again whenever the codebook's words or the English seed
phrases change; a test says so.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from analysis.themes.codebook import LATEST, load_codebook
from analysis.themes.embedding import encoder
from analysis.themes.lexicon import load_lexicon
from analysis.themes.sense import LANGUAGE, learn_sense, sentences, write_sense

FOLDER = Path(__file__).resolve().parent.parent / "analysis/themes"


def main() -> None:
    installed = encoder()
    if installed is None:
        sys.exit("The encoder is not installed: install requirements-optional.txt.")
    for version in range(1, LATEST + 1):
        codebook = load_codebook(version)
        lexicon = load_lexicon(LANGUAGE, version)
        if lexicon is None:
            sys.exit("The English seed phrases are missing.")
        path = FOLDER / f"sense_v{version}.npz"
        path.write_bytes(write_sense(learn_sense(codebook, lexicon, installed)))
        count = len(sentences(codebook, lexicon)[0])
        print(f"{count} phrases, {len(codebook.codes)} themes -> {path}")


if __name__ == "__main__":
    main()
