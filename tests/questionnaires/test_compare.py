"""Which answers may stand on one line: over all pairs of years, and case by case."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from questionnaires.compare import compare, compare_measures, compare_sources
from questionnaires.foreign import FOLDER as FOREIGN
from questionnaires.foreign import load_mapping
from questionnaires.load import available, load_instrument
from questionnaires.schema import Choice, Condition, Question

PAIRS = list(combinations(available(), 2))
#: What differs between two years; every other question they share is identical.
NOT_IDENTICAL = {
    ("2024", "2025"): {
        "trust_city": "reworded",
        "police_effective": "broken",
        "neighbors_act": "broken",
    },
    ("2025", "2026"): {"safe_downtown_dark": "reworded"},
    ("2024", "2026"): {
        "trust_city": "reworded",
        "safe_downtown_dark": "reworded",
        "police_effective": "broken",
        "neighbors_act": "broken",
    },
}
NEW = {
    ("2024", "2025"): {"safety_change_1y", "would_call_other"},
    ("2025", "2026"): {"safe_transit"},
    ("2024", "2026"): {"safety_change_1y", "would_call_other", "safe_transit"},
}


@pytest.mark.parametrize("pair", PAIRS)
def test_every_pair_of_years(pair: tuple[str, str]) -> None:
    old, new = (load_instrument(identifier) for identifier in pair)
    found = compare_sources(old, new)
    differing = {c.new_id: c.kind for c in found.comparisons if c.kind != "identical"}
    assert differing == NOT_IDENTICAL[pair]
    assert set(found.added) == NEW[pair]
    assert found.dropped == ()
    assert len(found.comparisons) + len(found.added) == len(new.questions)
    assert all(c.reasons for c in found.comparisons if c.kind != "identical")


@pytest.mark.parametrize("pair", PAIRS)
def test_primary_measures_have_an_unbroken_line(pair: tuple[str, str]) -> None:
    old, new = (load_instrument(identifier) for identifier in pair)
    for measure in new.measures:
        if measure.primary:
            assert compare_measures(old, new, measure.id).kind == "identical"


def test_a_question_is_identical_to_itself_in_every_year() -> None:
    for identifier in available():
        for question in load_instrument(identifier).questions:
            assert compare(question, question).kind == "identical"


BASE = Question(
    id="q",
    kind="single",
    text="Is it so?",
    first_year=2024,
    inspired_by="",
    hint="Think of last year.",
    choices=(Choice(1, "Yes"), Choice(2, "No")),
)
REWORDED = {
    "text": replace(BASE, text="Is that so?"),
    "hint": replace(BASE, hint=""),
    "warning": replace(BASE, announce="This one is hard."),
    "words of an answer": replace(BASE, choices=(Choice(1, "Yes"), Choice(2, "Not at all"))),
    "order of answers": replace(BASE, choices=(Choice(2, "No"), Choice(1, "Yes"))),
    "don't know": replace(BASE, dont_know=True),
}
BROKEN = {
    "a code more": replace(BASE, choices=(*BASE.choices, Choice(3, "Perhaps"))),
    "meanings swapped": replace(BASE, choices=(Choice(1, "No"), Choice(2, "Yes"))),
    "kind": replace(BASE, kind="multiple"),
    "other people": replace(BASE, only_if=Condition("p", (1,))),
    "declared": replace(BASE, id="r", replaces="q"),
}


@pytest.mark.parametrize("what", REWORDED)
def test_reworded(what: str) -> None:
    assert compare(BASE, REWORDED[what]).kind == "reworded"


@pytest.mark.parametrize("what", BROKEN)
def test_broken(what: str) -> None:
    assert compare(BASE, BROKEN[what]).kind == "broken"


def test_what_is_not_shown_does_not_count() -> None:
    same = replace(BASE, first_year=2030, inspired_by="Elsewhere", tried_with_people=("en",))
    assert compare(BASE, same).kind == "identical"


def test_other_exclusive_answers_or_bounds_break() -> None:
    several = replace(BASE, kind="multiple")
    assert compare(several, replace(several, exclusive=(2,))).kind == "broken"
    count = replace(BASE, kind="count", choices=(), minimum=1, maximum=20)
    assert compare(count, replace(count, maximum=30)).kind == "broken"


def test_different_questions_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different questions"):
        compare(BASE, replace(BASE, id="r"))


def test_a_measure_with_other_codes_is_broken() -> None:
    year = load_instrument("2026")
    changed = tuple(
        replace(measure, codes=(1,)) if measure.id == "trust_police" else measure
        for measure in year.measures
    )
    verdict = compare_measures(year, replace(year, measures=changed), "trust_police")
    assert verdict.kind == "broken"
    assert verdict.reasons == ("Other answers are counted.",)


def test_foreign_waves_compare_by_the_digest_of_their_wording() -> None:
    old, new = (load_mapping(FOREIGN / f"bas-{year}.toml") for year in (2023, 2024))
    kinds = {c.new_id: c.kind for c in compare_sources(old, new).comparisons}
    assert kinds == {"safety_change_5y": "identical", "trust_local_government": "reworded"}
    assert compare_measures(old, new, "safety_change_5y_worse").kind == "identical"
    assert compare_measures(old, new, "trust_local_government").kind == "reworded"


def test_a_foreign_question_never_carries_on_ours() -> None:
    foreign, ours = load_mapping(FOREIGN / "bas-2023.toml"), load_instrument("2026")
    shared = compare_sources(foreign, ours).comparisons
    assert {c.new_id for c in shared} >= {"safety_change_5y", "trust_police"}
    assert all(c.kind != "identical" for c in shared)
