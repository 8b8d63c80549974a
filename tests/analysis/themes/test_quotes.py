"""Quotes: what may never be quoted, and how the chosen ones are spread."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.themes.errors import DrawError
from analysis.themes.quotes import Candidate, pick

GOOD = Candidate(
    id="1",
    text="The rats come out of the empty house every night and nobody helps us",
    language="en",
    district="Eastern",
    session="s1",
    codes=frozenset({"neighborhood_upkeep"}),
    approved=True,
    clean=True,
    youth=False,
)
SPANISH = replace(
    GOOD,
    id="2",
    text="Las ratas salen de la casa vacía todas las noches y nadie ayuda",
    language="es",
    district="Southeastern",
    session="s2",
    translation="The rats come out of the empty house every night and nobody helps",
)


@pytest.mark.parametrize(
    "change",
    [
        {"approved": False},
        {"clean": False},
        {"youth": True},
        {"codes": frozenset({"reentry"})},
        {"text": "Rats."},
        {"text": "rats " * 200},
    ],
)
def test_what_may_not_be_quoted_is_not(change: dict[str, object]) -> None:
    assert pick([GOOD], "neighborhood_upkeep")
    assert pick([replace(GOOD, **change)], "neighborhood_upkeep") == ()  # type: ignore[arg-type]


def test_another_language_needs_its_translation_and_stands_beside_it() -> None:
    (quote,) = pick([SPANISH], "neighborhood_upkeep")
    assert (quote.text, quote.translation) == (SPANISH.text, SPANISH.translation)
    assert pick([replace(SPANISH, translation=" ")], "neighborhood_upkeep") == ()


def test_quotes_are_spread_over_districts_languages_and_sessions() -> None:
    same = [replace(GOOD, id=f"a{number}") for number in range(10)]
    chosen = pick([*same, SPANISH], "neighborhood_upkeep", 2)
    assert {quote.language for quote in chosen} == {"en", "es"}


def test_the_typical_comment_comes_before_the_odd_one() -> None:
    typical = [replace(GOOD, id=f"t{number}") for number in range(3)]
    odd = replace(GOOD, id="0", text="Purple dragons sing opera under seventeen wooden umbrellas")
    assert pick([odd, *typical], "neighborhood_upkeep", 1)[0].id != "0"


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=8))
def test_never_from_youth_never_unapproved_never_with_personal_detail(
    flags: list[tuple[bool, bool, bool]],
) -> None:
    candidates = [
        replace(GOOD, id=str(number), approved=approved, clean=clean, youth=youth)
        for number, (approved, clean, youth) in enumerate(flags)
    ]
    for quote in pick(candidates, "neighborhood_upkeep", 8):
        assert flags[int(quote.id)] == (True, True, False)


def test_asking_for_nothing_is_refused() -> None:
    with pytest.raises(DrawError, match="at least one"):
        pick([GOOD], "neighborhood_upkeep", 0)
