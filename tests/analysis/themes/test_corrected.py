"""Corrected shares, their differences, and the published yardsticks they are held against."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.themes.corrected import CorrectedShare, corrected_share
from analysis.themes.difference import difference
from analysis.themes.errors import DrawError
from analysis.themes.prediction_powered import powered_mean

GOLDEN = Path(__file__).parent / "golden" / "ppi.json"


def city(
    seed: int, n: int = 2000, share: float = 0.2, miss: float = 0.3, false: float = 0.05
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Truth and machine tags of a made-up collection."""
    random = np.random.default_rng(seed)
    truth = random.random(n) < share
    tags = np.where(truth, random.random(n) > miss, random.random(n) < false)
    return truth, tags


def estimate(
    truth: NDArray[np.bool_], tags: NDArray[np.bool_], n: int, seed: int, alpha: float | None = 0.9
) -> CorrectedShare:
    drawn = np.random.default_rng(seed).choice(len(truth), n, replace=False)
    return corrected_share(tags, drawn, truth[drawn], np.full(n, n / len(truth)), alpha=alpha)


@pytest.mark.parametrize("case", json.loads(GOLDEN.read_text(encoding="utf-8")))
def test_the_plain_form_agrees_with_ppi_python(case: dict[str, object]) -> None:
    ours = powered_mean(
        case["codes"],  # type: ignore[arg-type]
        case["scores"],  # type: ignore[arg-type]
        case["others"],  # type: ignore[arg-type]
        tuning=case["tuning"],  # type: ignore[arg-type]
    )
    assert ours.low == pytest.approx(case["low"], abs=1e-9)
    assert ours.high == pytest.approx(case["high"], abs=1e-9)


@given(seed=st.integers(0, 10_000), n=st.integers(40, 200))
def test_the_share_is_the_power_tuned_prediction_powered_mean(seed: int, n: int) -> None:
    truth, tags = city(seed, 600)
    drawn = np.random.default_rng(seed).choice(600, n, replace=False)
    ours = corrected_share(tags, drawn, truth[drawn], np.full(n, n / 600), alpha=0.9)
    y, f = truth[drawn].astype(float), tags[drawn].astype(float)
    if f.var() == 0:
        assert ours.share == pytest.approx(y.mean())
        return
    tuning = float(np.cov(y, f, ddof=0)[0, 1] / f.var())
    plain = powered_mean(y, f, tags.astype(float), tuning=tuning)
    assert ours.share == pytest.approx(plain.mean, abs=1e-9)


def test_a_deliberately_bad_tagger_is_corrected_and_the_naive_share_is_not() -> None:
    truth, tags = city(3, 5000, miss=0.8, false=0.4)
    inside = 0
    for seed in range(200):
        one = estimate(truth, tags, 200, seed)
        inside += one.low <= truth.mean() <= one.high
    assert abs(tags.mean() - truth.mean()) > 0.1
    assert 180 <= inside <= 199


def test_a_good_tagger_makes_the_interval_narrower_than_the_codes_alone() -> None:
    truth, tags = city(5, 5000, miss=0.1, false=0.02)
    one = estimate(truth, tags, 300, 1)
    assert one.high - one.low < 0.75 * (one.codes_only_high - one.codes_only_low)


def test_all_coded_means_no_error_is_left() -> None:
    truth, tags = city(7, 200)
    one = corrected_share(tags, range(200), truth, np.ones(200), alpha=0.9)
    assert one.share == pytest.approx(truth.mean())
    assert one.low == pytest.approx(one.high)
    assert one.se == 0.0


def test_unequal_probabilities_are_weighted_away() -> None:
    random = np.random.default_rng(11)
    stratum = np.repeat([0, 1], [4000, 400])
    truth = random.random(4400) < np.where(stratum == 1, 0.6, 0.1)
    tags = np.where(truth, random.random(4400) < 0.7, random.random(4400) < 0.05)
    shares = []
    for _ in range(200):
        drawn = np.concatenate([random.choice(4000, 100, False), 4000 + random.choice(400, 100, False)])
        pi = np.where(stratum[drawn] == 1, 100 / 400, 100 / 4000)
        shares.append(corrected_share(tags, drawn, truth[drawn], pi, alpha=0.9).share)
    assert np.mean(shares) == pytest.approx(truth.mean(), abs=0.01)


def test_a_language_with_enough_codes_has_its_own_error() -> None:
    truth, tags = city(13, 1000)
    groups = ["en"] * 800 + ["es"] * 200
    drawn = np.concatenate([np.arange(0, 800, 8), np.arange(800, 1000, 5)])
    pi = np.where(drawn < 800, 1 / 8, 1 / 5)
    one = corrected_share(tags, drawn, truth[drawn], pi, alpha=0.9, groups=groups)
    assert {part.group for part in one.parts} == {"en", "es"}
    few = drawn[:110]
    other = corrected_share(tags, few, truth[few], pi[:110], alpha=0.9, groups=groups)
    assert {part.group for part in other.parts} == {"en", "others"}


@pytest.mark.parametrize(
    ("alpha", "n", "shown", "tentative"),
    [
        (0.66, 100, False, False),
        (0.667, 100, True, True),
        (0.80, 100, True, False),
        (None, 100, True, True),
        (0.95, 29, False, False),
    ],
)
def test_agreement_decides_what_is_shown(
    alpha: float | None, n: int, shown: bool, tentative: bool
) -> None:
    truth, tags = city(17)
    standing = estimate(truth, tags, n, 1, alpha).standing
    assert (standing.shown, standing.tentative) == (shown, tentative)
    assert standing.why


def test_a_difference_is_real_only_when_its_interval_leaves_out_zero() -> None:
    old_truth, old_tags = city(19, 4000, share=0.15)
    new_truth, new_tags = city(23, 4000, share=0.35, miss=0.7)
    old = estimate(old_truth, old_tags, 300, 1)
    new = estimate(new_truth, new_tags, 300, 2)
    change = difference(new, old)
    assert change.real
    assert change.p < 0.001
    assert change.low <= 0.2 <= change.high
    same = difference(old, old)
    assert not same.real
    assert same.p == 1.0


@given(seed=st.integers(0, 500))
def test_interval_and_p_of_a_difference_never_disagree(seed: int) -> None:
    truth, tags = city(seed, 800)
    other, other_tags = city(seed + 1, 800, share=0.27)
    change = difference(estimate(other, other_tags, 100, 1), estimate(truth, tags, 100, 2))
    assert change.real == (change.p < 0.05)


@pytest.mark.parametrize(
    ("drawn", "codes", "pi", "words"),
    [
        ([], [], [], "No comment"),
        ([0, 0], [True, True], [0.5, 0.5], "twice"),
        ([0, 9], [True, True], [0.5, 0.5], "not in the collection"),
        ([0, 1], [True, True], [0.5, 0.0], "probabilities"),
        ([0, 1], [True], [0.5, 0.5], "equally long"),
    ],
)
def test_impossible_input_is_refused(
    drawn: list[int], codes: list[bool], pi: list[float], words: str
) -> None:
    with pytest.raises(DrawError, match=words):
        corrected_share([True, False, True], drawn, codes, pi, alpha=0.9)
