"""Drawn levels are drawn again in every replicate, so that the error counts the drawing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.data.raking import load_raking
from analysis.data.recode import Answer
from analysis.data.redraw import RedrawnLevels
from analysis.design import DesignSpec
from analysis.estimates import mean
from analysis.margins import margin_of
from analysis.variance.replicates import bootstrap
from analysis.weighting.steps import Rake, weigh
from tests.analysis.data.asked import raked_columns

#: Race alone, as one column is enough to see it.
VERSION = replace(load_raking(), columns=tuple(c for c in load_raking().columns if c.id == "rake_race"))
Rows = list[dict[str, Answer]]


def city(n: int, silent: float) -> tuple[Rows, np.ndarray]:
    """Answers by race and a share that differs much by race; `silent` of n would rather not say."""
    dice = np.random.default_rng(8)
    race = dice.choice([1, 2], n)
    y = (dice.random(n) < np.where(race == 1, 0.9, 0.1)).astype(float)
    told = np.where(dice.random(n) < silent, -3, race)
    stratum = dice.choice(["Central", "Eastern"], n)
    return [
        {"race_ethnicity": [int(r)], "stratum": str(s)} for r, s in zip(told, stratum, strict=True)
    ], y


def test_levels_come_from_the_replicate_s_own_donors() -> None:
    rows: Rows = [
        {"race_ethnicity": [1], "stratum": "Central"},
        {"race_ethnicity": [2], "stratum": "Central"},
        {"race_ethnicity": [-3], "stratum": "Central"},
        {"race_ethnicity": [1, 2], "stratum": "Eastern"},
    ]
    redraw = RedrawnLevels.of(VERSION, rows, seed=1)
    only_black = redraw(1, np.array([1.0, 0, 1, 1]))["rake_race"]
    only_white = redraw(1, np.array([0.0, 1, 1, 1]))["rake_race"]
    assert only_black.tolist() == ["black", "white", "black", "black"]
    assert only_white.tolist() == ["black", "white", "white", "white"]
    first, again = (redraw(7, np.ones(4))["rake_race"].tolist() for _ in range(2))
    assert first == again
    many = [redraw(r, np.ones(4))["rake_race"][2] for r in range(1, 41)]
    assert set(many) == {"black", "white"}


def test_the_error_of_the_drawing_is_counted() -> None:
    rows, y = city(600, silent=0.6)
    made = raked_columns(VERSION, rows, np.ones(600), [str(at) for at in range(600)], seed="a wave")
    data = {**made, "stratum": np.array([row["stratum"] for row in rows]), "y": y}
    steps = [Rake((margin_of({"black": 450.0, "white": 150.0}, "rake_race"),))]
    sample = weigh(data, DesignSpec("design_weight", "stratum"), steps)
    kept, drawn = (
        bootstrap(sample, steps, 200, np.random.default_rng(2), redraw)
        for redraw in (None, RedrawnLevels.of(VERSION, rows, seed=2))
    )
    black = (sample.table.raw("rake_race") == "black").astype(float)
    assert black @ kept.weights == pytest.approx(np.full(200, 450.0))
    linearized = mean(sample, y).se
    assert linearized is not None
    assert kept.error(*kept.means(y)) == pytest.approx(linearized, rel=0.15)
    assert drawn.error(*drawn.means(y)) > 1.05 * linearized
