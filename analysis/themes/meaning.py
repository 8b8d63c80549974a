"""What a sentence is nearest to: embeddings of the codebook's own words against that of the comment.

Used where no codes have been given yet and the optional encoder is installed: a tag that hangs on one
phrase is dropped when the sense of the whole comment is much nearer to another theme. It never adds a
tag. The two limits were set on our own test comments and the real statements of the tuning set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.themes.codebook import Codebook
from analysis.themes.embedding import Encoder, Vectors

SURE = 0.85
"""A tag at least this probable is never dropped."""
FARTHER = 0.10
"""How much farther (in cosine) than the nearest theme a dropped theme is."""
NEAREST = 3


@dataclass(frozen=True)
class Meaning:
    """Vectors of the codebook's words: `vectors` (sentences, dimensions), `owner` theme of each."""

    codes: tuple[str, ...]
    vectors: Vectors
    owner: tuple[int, ...]
    encoder: Encoder

    def similarity(self, comments: Sequence[str]) -> Vectors:
        """Mean cosine to the NEAREST sentences of each theme (comments, themes)."""
        cosine = self.encoder.encode(comments) @ self.vectors.T
        owner = np.asarray(self.owner)
        columns = [
            np.sort(cosine[:, owner == theme], axis=1)[:, -NEAREST:].mean(axis=1)
            for theme in range(len(self.codes))
        ]
        return np.stack(columns, axis=1)

    def doubtful(self, similarity: Vectors) -> frozenset[str]:
        """Themes that one comment is far from, by its row of `similarity` (themes,)."""
        far = float(similarity.max()) - similarity > FARTHER
        return frozenset(code for code, one in zip(self.codes, far, strict=True) if one)


def meaning(codebook: Codebook, encoder: Encoder) -> Meaning:
    """Embed labels, definitions (whole and by part), examples and sub-themes of a codebook."""
    sentences: list[str] = []
    owner: list[int] = []
    for number, theme in enumerate(codebook):
        own = [theme.label, theme.definition, *theme.definition.rstrip(".").split(", ")]
        own += [example.strip("'") for example in theme.include]
        own += [sub.label for sub in theme.subthemes]
        sentences += own
        owner += [number] * len(own)
    return Meaning(codebook.codes, encoder.encode(sentences), tuple(owner), encoder)
