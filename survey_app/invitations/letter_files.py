"""Files of letters: codes in plain signs, in the instance folder for its owner alone."""

from __future__ import annotations

import time
from pathlib import Path

from ..config import Config
from ..operations.schedule import days_of

#: Days after which a file is erased.
KEPT_DAYS = days_of("letters")


def letters_folder(config: Config) -> Path:
    folder = config.instance / "letters"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def purge_letters(config: Config, *, held: bool) -> int:
    """Erase files older than KEPT_DAYS unless a hold keeps them; how many."""
    limit, erased = time.time() - KEPT_DAYS * 86_400, 0
    for path in letters_folder(config).iterdir():
        if not held and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            erased += 1
    return erased


def list_files(config: Config, slug: str) -> list[Path]:
    """Files of letters of a wave, newest first."""
    found = [path for path in letters_folder(config).iterdir() if path.name.startswith(f"{slug}.")]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
