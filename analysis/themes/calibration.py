"""From scores of themes to probabilities: one small regression over all themes together.

Each pair of a comment and a theme is a row. It sees the theme's own score, how far that is ahead of the
best other theme, and the same two for the seed phrases and the sense of the sentence; every theme has a
constant of its own. With 250 coded comments a theme has a dozen examples, too few for a calibration of
its own, but all themes together have hundreds of rows with a yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from analysis.themes.sense import log_odds

Floats = NDArray[np.float64]

COLUMNS = 7
CLEAR = 0.75
"""Evidence of the seed phrases that counts as clear (one strong phrase)."""
USUAL, SHRINK = 0.4, 300.0
"""The threshold before anything is known, and its weight in comments with a yes."""


@dataclass(frozen=True)
class Calibration:
    """weights (COLUMNS), offset (themes), and the probability from which a theme is suggested."""

    weights: Floats
    offset: Floats
    threshold: float

    def probabilities(self, scores: Floats, evidence: Floats, sense: Floats | None) -> Floats:
        """Probabilities (comments, themes) from three arrays of that shape."""
        rows = _columns(scores, evidence, sense) @ self.weights
        return _sigmoid(rows.reshape(scores.shape) + self.offset)


def calibrate(
    scores: Floats, evidence: Floats, sense: Floats | None, truth: Floats, weight: Floats
) -> Calibration:
    """Fit on out-of-fold scores (rows, themes); truth (rows, themes) of 0 and 1; weight (rows)."""
    rows, themes = scores.shape
    columns = np.hstack([_columns(scores, evidence, sense), np.tile(np.eye(themes), (rows, 1))])
    target, each = truth.ravel(), np.repeat(weight, themes)
    fitted = LogisticRegression(C=1.0, max_iter=3000).fit(columns, target, sample_weight=each)
    p = fitted.predict_proba(columns)[:, 1]
    return Calibration(
        fitted.coef_[0, :COLUMNS],
        fitted.coef_[0, COLUMNS:] + fitted.intercept_[0],
        _threshold(p, target, each),
    )


def loss(p: Floats, truth: Floats, weight: Floats) -> float:
    """Mean log loss of probabilities (rows, themes), each row with its weight."""
    kept = np.clip(p, 1e-9, 1 - 1e-9)
    each = -(truth * np.log(kept) + (1 - truth) * np.log(1 - kept)).mean(axis=1)
    return float(np.average(each, weights=weight))


def _columns(scores: Floats, evidence: Floats, sense: Floats | None) -> Floats:
    phrases = log_odds(evidence, 0.05)
    meant = np.zeros_like(scores) if sense is None else sense
    parts: Sequence[Floats] = (
        scores,
        _ahead(scores),
        phrases,
        _ahead(phrases),
        (evidence >= CLEAR).astype(np.float64),
        meant,
        _ahead(meant),
    )
    return np.stack([part.ravel() for part in parts], axis=1)


def _ahead(values: Floats) -> Floats:
    """Each value minus the largest of the others in its row; 0 where there is no other."""
    if values.shape[1] < 2:
        return np.zeros_like(values)
    two = np.partition(values, -2, axis=1)[:, -2:]
    best, second = two[:, [1]], two[:, [0]]
    return np.asarray(values - np.where(values == best, second, best))


def _threshold(p: Floats, truth: Floats, weight: Floats) -> float:
    """The probability with the best F1 over all pairs, drawn to USUAL where there are few."""
    order = np.argsort(-p, kind="stable")
    hits, tagged = np.cumsum((weight * truth)[order]), np.cumsum(weight[order])
    positive = float((weight * truth).sum())
    best = int(np.argmax(2 * hits / (tagged + positive)))
    found = (positive * p[order][best] + SHRINK * USUAL) / (positive + SHRINK)
    return float(np.clip(found, 0.2, 0.6))


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -35, 35))))
