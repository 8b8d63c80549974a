"""Groups of comments that no theme holds, with typical examples: where the codebook may lack a code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from sklearn.cluster import KMeans
from sklearn.preprocessing import normalize

from analysis.themes.embedding import Encoder
from analysis.themes.errors import DrawError
from analysis.themes.features import Pair, new_vectorizer

MIN_SIZE = 5
"""A group of fewer comments is not told."""


@dataclass(frozen=True)
class Group:
    """Like comments: places in the list that was given, most typical first, and marking terms."""

    places: tuple[int, ...]
    terms: tuple[str, ...]
    tightness: float


def groups(
    pairs: Sequence[Pair], use: Encoder | None = None, most: int = 12, seed: int = 1
) -> tuple[Group, ...]:
    """Group comments that were tagged `none`, tightest first.

    By k-means on unit vectors (terms, and the embedding where an encoder is given). `tightness` is the
    mean cosine of the members to their middle. DrawError: fewer than 2 * MIN_SIZE comments.
    """
    if len(pairs) < 2 * MIN_SIZE:
        raise DrawError(f"At least {2 * MIN_SIZE} comments without a theme are needed for groups.")
    vectorizer = new_vectorizer(2)
    try:
        words = normalize(vectorizer.fit_transform(pairs))
    except ValueError as error:
        raise DrawError("These comments have no two words in common.") from error
    blocks = [words]
    if use is not None:
        blocks.append(sp.csr_matrix(use.encode([comment for comment, _ in pairs])))
    columns = normalize(sp.hstack(blocks).tocsr())
    count = min(most, max(2, len(pairs) // 15))
    fitted = KMeans(count, n_init=4, random_state=seed).fit(columns)
    names = np.asarray(vectorizer.get_feature_names_out())
    found = []
    for number in range(count):
        places = np.flatnonzero(fitted.labels_ == number)
        if len(places) < MIN_SIZE:
            continue
        middle = fitted.cluster_centers_[number]
        near = np.asarray(columns[places] @ middle) / max(float(np.linalg.norm(middle)), 1e-12)
        weight = np.asarray(words[places].mean(axis=0)).ravel()
        best = np.argsort(-weight)[:6]
        found.append(
            Group(
                tuple(int(place) for place in places[np.argsort(-near)]),
                tuple(str(names[one]) for one in best if weight[one] > 0),
                float(near.mean()),
            )
        )
    return tuple(sorted(found, key=lambda one: -one.tightness))
