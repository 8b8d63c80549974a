"""Layer 3: a supervised model per theme that learns from confirmed codes.

One L2-regularised logistic regression a theme (scikit-learn, liblinear) on terms, seed-phrase evidence
and, where installed, the embedding. Out-of-fold scores go, with the seed phrases and the sense of the
sentence, into one calibration over all themes (`calibration.py`), so nothing is judged on comments that
the model has seen. The strength of the penalty is chosen by out-of-fold log loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from analysis.themes.calibration import Calibration, calibrate, loss
from analysis.themes.codebook import SPECIAL, load_codebook
from analysis.themes.embedding import Encoder, encoder
from analysis.themes.errors import ModelError
from analysis.themes.features import Pair, Seen, Words, see
from analysis.themes.lexicon import Reading
from analysis.themes.sense import sense_of

MIN_POSITIVE = 3
"""A theme with fewer coded comments is left to the seed phrases."""
PENALTIES = (1.0, 3.0, 10.0)
FOLDS = 5
MIN_COMMENTS = 20
UNSEEN = -4.0
"""Score of a theme that a training fold has no example of."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Trained:
    """What a model was made of, kept in its file."""

    day: str
    codebook: int
    comments: int
    digest: str
    counts: Mapping[str, int]
    languages: Mapping[str, int]
    embedding: str | None
    segmenters: Mapping[str, str]
    penalty: float
    exclusive: bool


@dataclass(frozen=True)
class Model:
    """A trained tagger. coef (themes, columns), intercept (themes)."""

    codes: tuple[str, ...]
    words: Words
    coef: Floats
    intercept: Floats
    calibration: Calibration
    trained: Trained
    encoder: Encoder | None = field(default=None, compare=False)

    def see(self, pairs: Sequence[Pair], readings: Sequence[Reading] | None = None) -> Seen:
        """What this model reads of (comment, language) pairs."""
        return see(pairs, self.words, self.encoder, self.trained.codebook, readings)

    def probabilities(self, pairs: Sequence[Pair]) -> Floats:
        """Calibrated probabilities (comments, themes)."""
        return self.calibrated(self.see(pairs))

    def calibrated(self, seen: Seen) -> Floats:
        """Calibrated probabilities (comments, themes)."""
        scores = np.asarray(seen.matrix @ self.coef.T) + self.intercept
        return self.calibration.probabilities(
            scores, *_beside(seen, self.codes, self.trained.codebook, self.encoder)
        )

    def chosen(self, probabilities: Floats) -> NDArray[np.bool_]:
        """Which themes are suggested: above the threshold, or exactly one if `exclusive`."""
        if self.trained.exclusive:
            best = probabilities.argmax(axis=1)
            return np.asarray(np.arange(len(self.codes)) == best[:, None])
        return np.asarray(probabilities >= self.calibration.threshold)

    @cached_property
    def term_names(self) -> tuple[str, ...]:
        """The terms, in the order of their columns."""
        return tuple(self.words.terms.get_feature_names_out())

    def reasons(self, seen: Seen, row: int, theme: int, most: int = 3) -> tuple[str, ...]:
        """The terms of one comment that spoke most for one theme."""
        columns = seen.matrix
        inside = slice(columns.indptr[row], columns.indptr[row + 1])
        at = columns.indices[inside]
        weight = columns.data[inside] * self.coef[theme, at]
        names = self.term_names
        spoke = sorted(
            (-one, place)
            for one, place in zip(weight.tolist(), at.tolist(), strict=True)
            if one > 0 and place < len(names)
        )
        return tuple(names[place] for _, place in spoke[:most])


def train(
    pairs: Sequence[Pair],
    codings: Sequence[Sequence[frozenset[str]]],
    *,
    day: date,
    digest: str = "",
    codebook: int = 1,
    exclusive: bool = False,
    use: Encoder | bool | None = True,
    seed: int = 1,
    penalties: Sequence[float] = PENALTIES,
    progress: Callable[[int, int], None] | None = None,
) -> Model:
    """Train on comments and the codes people gave.

    pairs (n): comment and language. codings (n): one set of codes for each coder who read it; each
    coder counts as one part of the comment. `unclear` is left out, `none` is a no to every theme.
    exclusive: every comment has exactly one code. use: True takes the installed encoder, None or False
    works without. `progress(done, steps)` is called as it goes on.
    ModelError: too few comments, or no theme with MIN_POSITIVE of them.
    """
    rows = [
        (place, codes, 1.0 / len(by_coder))
        for place, by_coder in enumerate(codings)
        for codes in by_coder
        if codes and "unclear" not in codes
    ]
    kept = sorted({place for place, _, _ in rows})
    if len(kept) < MIN_COMMENTS:
        raise ModelError(f"Only {len(kept)} coded comments: at least {MIN_COMMENTS} are needed.")
    counts = _counts(rows)
    codes = tuple(sorted(code for code, count in counts.items() if count >= MIN_POSITIVE))
    if not codes:
        raise ModelError(f"No theme has {MIN_POSITIVE} coded comments yet.")
    model_encoder = encoder() if use is True else (use or None)
    position = {place: number for number, place in enumerate(kept)}
    unit = np.array([position[place] for place, _, _ in rows])
    weight = np.array([part for _, _, part in rows])
    truth = np.array([[code in given for code in codes] for _, given, _ in rows], dtype=float)
    texts = [pairs[place] for place in kept]
    words = Words.fit(texts, 1 if len(kept) < 500 else 2)
    seen = see(texts, words, model_encoder, codebook)
    found, sense = _beside(seen, codes, codebook, model_encoder)
    beside = (found[unit], None if sense is None else sense[unit])
    fold = _folds(len(kept), seed)
    told = progress or (lambda done, steps: None)
    calibration, penalty = _best_penalty(
        seen.matrix, unit, weight, truth, fold, penalties, beside, told
    )
    coef, intercept = _fit(seen.matrix[unit], truth, weight, penalty)
    return Model(
        codes=codes,
        words=words,
        coef=coef,
        intercept=intercept,
        calibration=calibration,
        trained=Trained(
            day=day.isoformat(),
            codebook=codebook,
            comments=len(kept),
            digest=digest,
            counts=counts,
            languages=_languages(texts),
            embedding=model_encoder.name if model_encoder else None,
            segmenters=_segmenters(texts),
            penalty=penalty,
            exclusive=exclusive,
        ),
        encoder=model_encoder,
    )


def _counts(rows: Sequence[tuple[int, frozenset[str], float]]) -> dict[str, int]:
    seen: dict[str, set[int]] = {}
    for place, codes, _ in rows:
        for code in codes - set(SPECIAL):
            seen.setdefault(code, set()).add(place)
    return {code: len(places) for code, places in sorted(seen.items())}


def _languages(pairs: Sequence[Pair]) -> dict[str, int]:
    found = [language or "?" for _, language in pairs]
    return {language: found.count(language) for language in sorted(set(found))}


def _segmenters(pairs: Sequence[Pair]) -> dict[str, str]:
    from analysis.themes.segment import segmenter

    return {language: segmenter(language) for language in _languages(pairs) if language != "?"}


def _folds(n: int, seed: int) -> NDArray[np.int_]:
    fold = np.empty(n, dtype=np.int_)
    splitter = KFold(FOLDS, shuffle=True, random_state=seed)
    for number, (_, test) in enumerate(splitter.split(np.zeros(n))):
        fold[test] = number
    return fold


def _beside(
    seen: Seen, codes: Sequence[str], codebook: int, use: Encoder | None
) -> tuple[Floats, Floats | None]:
    """Evidence and sense for the model's codes (comments, themes); 0 for codes of no codebook."""
    known = {code: place for place, code in enumerate(load_codebook(codebook).codes)}
    found = np.zeros((len(seen.evidence), len(codes)))
    for place, code in enumerate(codes):
        if code in known:
            found[:, place] = seen.evidence[:, known[code]]
    return found, sense_of(codes, codebook, use, seen.vectors)


def _best_penalty(
    columns: Any,
    unit: NDArray[np.int_],
    weight: Floats,
    truth: Floats,
    fold: NDArray[np.int_],
    penalties: Sequence[float],
    beside: tuple[Floats, Floats | None],
    progress: Callable[[int, int], None],
) -> tuple[Calibration, float]:
    """The penalty whose calibrated out-of-fold scores have the smallest log loss."""
    best: tuple[float, Calibration, float] | None = None
    for round_, penalty in enumerate(penalties):
        scores = np.zeros_like(truth)
        for number in range(FOLDS):
            progress(round_ * FOLDS + number, len(penalties) * FOLDS + 1)
            inside = fold[unit] != number
            coef, intercept = _fit(columns[unit[inside]], truth[inside], weight[inside], penalty)
            scores[~inside] = np.asarray(columns[unit[~inside]] @ coef.T) + intercept
        made = calibrate(scores, *beside, truth, weight)
        worth = loss(made.probabilities(scores, *beside), truth, weight)
        if best is None or worth < best[0]:
            best = (worth, made, penalty)
    progress(len(penalties) * FOLDS, len(penalties) * FOLDS + 1)
    if best is None:
        raise ModelError("No strength of the penalty was given.")
    return best[1], best[2]


def _fit(columns: Any, truth: Floats, weight: Floats, penalty: float) -> tuple[Floats, Floats]:
    coef = np.zeros((truth.shape[1], columns.shape[1]))
    intercept = np.full(truth.shape[1], UNSEEN)
    columns = sp.csr_matrix(columns)
    for theme, target in enumerate(truth.T):
        if target.min() == target.max():
            continue
        # The dual problem has one variable a comment: with more terms than comments it is faster.
        fitted = LogisticRegression(
            C=penalty,
            solver="liblinear",
            dual=columns.shape[0] < columns.shape[1],
            class_weight="balanced",
            random_state=1,
            tol=1e-3,
            max_iter=1000,
        ).fit(columns, target, sample_weight=weight)
        coef[theme], intercept[theme] = fitted.coef_[0], fitted.intercept_[0]
    return coef, intercept
