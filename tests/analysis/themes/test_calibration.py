"""One calibration over all themes: probabilities are right on the whole, weak layers are weighed."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.themes.calibration import Calibration, calibrate, loss


def made(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores and evidence that speak for the truth, the scores more clearly."""
    random = np.random.default_rng(seed)
    truth = (random.random((n, 4)) < [0.4, 0.2, 0.1, 0.05]).astype(float)
    scores = 2 * truth - 1 + random.normal(size=truth.shape)
    evidence = np.where(random.random(truth.shape) < 0.2 + 0.5 * truth, 0.8, 0.0)
    return truth, scores, evidence


def test_probabilities_add_up_to_the_codes_for_every_theme() -> None:
    truth, scores, evidence = made(2000, 1)
    fitted = calibrate(scores, evidence, None, truth, np.ones(len(truth)))
    fresh, new_scores, new_evidence = made(4000, 2)
    p = fitted.probabilities(new_scores, new_evidence, None)
    np.testing.assert_allclose(p.mean(axis=0), fresh.mean(axis=0), atol=0.02)


def test_it_is_better_than_the_share_alone_from_few_comments() -> None:
    truth, scores, evidence = made(100, 3)
    fitted = calibrate(scores, evidence, None, truth, np.ones(len(truth)))
    fresh, new_scores, new_evidence = made(2000, 4)
    share = np.tile(truth.mean(axis=0), (len(fresh), 1))
    each = np.ones(len(fresh))
    learnt = loss(fitted.probabilities(new_scores, new_evidence, None), fresh, each)
    assert learnt < 0.7 * loss(share, fresh, each)


def test_one_theme_alone_has_no_other_to_be_ahead_of() -> None:
    truth, scores, evidence = made(300, 5)
    fitted = calibrate(scores[:, :1], evidence[:, :1], None, truth[:, :1], np.ones(300))
    assert isinstance(fitted, Calibration)
    assert fitted.probabilities(scores[:, :1], evidence[:, :1], None).shape == (300, 1)


def test_few_codes_leave_the_threshold_near_the_usual_one() -> None:
    truth, scores, evidence = made(60, 6)
    fitted = calibrate(scores, evidence, None, truth, np.ones(60))
    assert fitted.threshold == pytest.approx(0.4, abs=0.05)
