"""Shares from the published rows are those of the comments; nothing of an order is left."""

from __future__ import annotations

import random

import pytest

from analysis.themes.corrected import corrected_share
from analysis.themes.errors import DrawError
from analysis.themes.public_rows import (
    PublicComment,
    pooled_groups,
    public_shares,
    read_rows,
    write_rows,
)
from analysis.themes.shares import CodedComment, human_shares

SAFETY = "safety"


def drawn_comments() -> tuple[list[PublicComment], list[str], list[int]]:
    """300 comments in three languages, every third drawn; the machine errs on one in eight."""
    dice = random.Random("public rows")
    languages = dice.choices(["en", "es", "ar"], [80, 15, 5], k=300)
    drawn = dice.sample(range(300), 100)
    groups = pooled_groups(languages, drawn)
    comments = []
    for at in range(300):
        true = dice.random() < 0.3
        tagged = true != (dice.random() < 0.125)
        comments.append(
            PublicComment(
                session=f"secret-{dice.randrange(12)}",
                group=groups[at],
                tag=frozenset({SAFETY} if tagged else ()),
                read=frozenset({SAFETY} if true else ()) if at in drawn else None,
                probability=1 / 3 if at in drawn else None,
            )
        )
    return comments, languages, drawn


def test_the_corrected_share_comes_out_of_the_rows_again() -> None:
    comments, languages, drawn = drawn_comments()
    places = sorted(drawn)
    direct = corrected_share(
        [SAFETY in one.tag for one in comments],
        places,
        [SAFETY in (comments[at].read or ()) for at in places],
        [1 / 3] * len(places),
        alpha=0.9,
        groups=languages,
    )
    (again,) = public_shares(read_rows(write_rows(comments).decode()), [SAFETY])
    assert again.corrected
    assert (again.share, again.low, again.high) == pytest.approx(
        (direct.share, direct.low, direct.high), abs=1e-12
    )


def test_without_a_draw_the_codes_that_count_are_counted() -> None:
    comments = [
        PublicComment(f"s{number % 4}", frozenset({SAFETY} if number % 3 else {"none"}))
        for number in range(40)
    ]
    (direct,) = human_shares([CodedComment(one.session, one.codes) for one in comments], [SAFETY])
    (again,) = public_shares(read_rows(write_rows(comments).decode()), [SAFETY])
    assert not again.corrected
    assert again.share == direct.share
    assert again.low == pytest.approx(direct.low)


def test_rows_hold_no_id_and_no_order() -> None:
    comments, _languages, _drawn = drawn_comments()
    turned = list(reversed(comments))
    assert b"secret" not in write_rows(comments)
    assert write_rows(turned) == write_rows(comments)


def test_a_broken_probability_is_named() -> None:
    with pytest.raises(DrawError, match="'x' is not a number"):
        read_rows("session,codes,group,tag,read,probability\n1,,en,safety,,x\n")
