"""A change that is only one of asking disappears at a fixed mix."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.design import DesignSpec
from analysis.errors import NotEstimable
from analysis.modes import change_at_fixed_mix
from analysis.weighting.steps import Sample, weigh


def wave(mix: dict[str, int], share: dict[str, float], seed: int) -> Sample:
    """People by mode, of whom exactly these shares say yes."""
    modes = np.repeat(list(mix), list(mix.values()))
    y = np.concatenate(
        [(np.arange(n) < round(n * share[mode])).astype(float) for mode, n in mix.items()]
    )
    order = np.random.default_rng(seed).permutation(len(y))
    return weigh({"w": np.ones(len(y)), "mode": modes[order], "y": y[order]}, DesignSpec("w"))


SAID = {"web": 0.4, "voice": 0.6}


def test_a_moved_mix_is_seen_and_held_still() -> None:
    earlier = wave({"web": 800, "voice": 200}, SAID, 1)
    later = wave({"web": 300, "voice": 700}, SAID, 2)
    found = change_at_fixed_mix(earlier, later, "y", "mode")
    assert found.plain.difference == pytest.approx(0.10)
    assert found.plain.direction() == "up"
    assert found.fixed.difference == pytest.approx(0.0, abs=1e-12)
    assert found.fixed.direction() == "none"
    assert found.distance == pytest.approx(0.5)
    assert found.warning
    assert found.mix["voice"] == (pytest.approx(0.2), pytest.approx(0.7))


def test_an_unmoved_mix_changes_nothing_and_warns_of_nothing() -> None:
    earlier = wave({"web": 500, "voice": 500}, SAID, 3)
    later = wave({"web": 500, "voice": 500}, {"web": 0.5, "voice": 0.7}, 4)
    found = change_at_fixed_mix(earlier, later, "y", "mode")
    assert found.fixed.difference == pytest.approx(found.plain.difference)
    assert not found.warning
    # Knowing the mix takes the variance between modes out of the error.
    assert found.fixed.se_second < found.plain.se_second


def test_a_mode_that_is_gone_is_refused() -> None:
    earlier = wave({"web": 50, "voice": 50}, SAID, 5)
    later = wave({"web": 100}, SAID, 6)
    with pytest.raises(NotEstimable, match="nobody answered by 'voice'"):
        change_at_fixed_mix(earlier, later, "y", "mode")
