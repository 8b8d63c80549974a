"""Pictures that were drawn before: a build draws only what changed.

A picture is kept under the digest of everything it is drawn from: what it shows and says, the program
that draws, and matplotlib's version. It can therefore never be an older one.
"""

from __future__ import annotations

import functools
import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib as mpl

from analysis.charts import Drawing, draw
from analysis.charts import __file__ as charts

from ..cores import on_cores
from .picture import Picture

#: a picture that no build has asked for in so many seconds is removed
_KEPT = 90 * 24 * 3600.0


class DrawnBefore:
    """Pictures in a folder of the instance; `drawn` counts those that had to be drawn."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.drawn = 0

    def svgs(self, pictures: Sequence[Picture]) -> Iterator[bytes]:
        """The pictures as SVG, light, in their order."""
        paths = [self._folder / f"{_digest(picture)}.svg" for picture in pictures]
        missing: dict[Path, Drawing] = {}
        for path, picture in zip(paths, pictures, strict=True):
            try:
                os.utime(path)
            except OSError:  # never drawn, or removed meanwhile
                missing[path] = picture.drawing
        drawn = on_cores(draw, missing.values())
        made: dict[Path, bytes] = {}
        for path in paths:
            if path in missing and path not in made:
                made[path] = next(drawn)
                self.drawn += 1
                self._keep(path, made[path])
            yield made.get(path) or path.read_bytes()

    def _keep(self, path: Path, body: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{os.getpid()}")
        made.write_bytes(body)
        made.replace(path)  # whole or not at all

    def forget(self) -> None:
        """Remove what no build has asked for in a long time."""
        oldest = time.time() - _KEPT
        for path in self._folder.glob("*.svg"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)


def _digest(picture: Picture) -> str:
    return hashlib.sha256(f"{_program()}\n{picture.drawing!r}".encode()).hexdigest()


@functools.cache
def _program() -> str:
    seen = hashlib.sha256(mpl.__version__.encode())
    for path in sorted(Path(charts).parent.glob("*.py")):
        seen.update(path.name.encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()
