"""Shares of comments by human codes."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.themes.errors import DrawError
from analysis.themes.shares import CodedComment, human_shares


def comment(session: str, *codes: str, weight: float = 1.0) -> CodedComment:
    return CodedComment(session, frozenset(codes), weight)


def test_unclear_is_outside_and_none_is_below_the_line() -> None:
    comments = [comment(f"s{i % 3}", "reentry") for i in range(6)]
    comments += [comment(f"s{i % 3}", "none") for i in range(6)]
    comments += [comment("s0", "unclear")] * 5
    (one,) = human_shares(comments, ["reentry"])
    assert (one.n, one.mentions, one.share) == (12, 6, 0.5)
    assert (one.sessions, one.sessions_total) == (3, 3)


def test_few_comments_are_withheld_with_the_reason() -> None:
    (one,) = human_shares([comment("s", "reentry")] * 9, ["reentry"])
    assert one.share is None
    assert one.low is None
    assert one.withheld is not None


def test_the_standard_error_is_the_ratio_mean_with_sessions_as_clusters() -> None:
    # By hand: 3 sessions of 4; hits 4, 0, 2 of 12; residual totals (4-2, 0-2, 2-2)/12.
    hits = {"a": 4, "b": 0, "c": 2}
    comments = [
        comment(name, "reentry" if i < hit else "none") for name, hit in hits.items() for i in range(4)
    ]
    (one,) = human_shares(comments, ["reentry"])
    assert one.se == pytest.approx(np.sqrt(3 / 2 * (2**2 + 2**2 + 0) / 144))
    assert one.low is not None
    assert one.high is not None
    assert 0 < one.low < 0.5 < one.high < 1


def test_weights_count_and_a_wrong_weight_is_refused() -> None:
    comments = [comment("a", "reentry", weight=3.0)] * 5 + [comment("b", "none")] * 5
    (one,) = human_shares(comments, ["reentry"])
    assert one.share == pytest.approx(0.75)
    assert one.effective == pytest.approx(20**2 / 50)
    with pytest.raises(DrawError, match="positive"):
        human_shares([comment("a", "none", weight=-1.0)], ["reentry"])


def test_nothing_found_has_an_upper_bound() -> None:
    (one,) = human_shares([comment(f"s{i}", "none") for i in range(20)], ["reentry"])
    assert one.share == 0.0
    assert one.low == pytest.approx(0.0, abs=1e-12)
    assert one.high == pytest.approx(0.161, abs=0.001)  # Wilson, 0 of 20
