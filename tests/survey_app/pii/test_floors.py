"""How much the rules must find, on the sheet they were tuned on and on one that they were not."""

from __future__ import annotations

import pytest

from survey_app.pii.rules import _fold, _rules, _search

from .sheet import count, read

SHEETS = {name: (read(name), count(read(name))) for name in ("lines.toml", "unseen.toml")}
#: Of telephone numbers, mail, numbers of people and cases, plates; of names after a cue word.
SURE, NAMES = 0.95, 0.85


def rate(part: dict[tuple[str, str], int], whole: dict[tuple[str, str], int], kinds: set[str]) -> float:
    return sum(part.get(key, 0) for key in whole if key[1] in kinds) / sum(
        n for key, n in whole.items() if key[1] in kinds
    )


def test_there_are_enough_lines_in_every_language() -> None:
    lines, _counts = SHEETS["lines.toml"]
    assert len(lines) >= 300
    assert {line.language for line in lines} == {"en", "es", "fr", "ar", "zh", "ko", "ru", "sw"}
    for language in {line.language for line in lines}:
        own = [line for line in lines if line.language == language]
        assert len(own) >= 37
        assert sum(not line.marks for line in own) >= 10, "tempting negatives"


@pytest.mark.parametrize("sheet", SHEETS)
def test_numbers_and_mail_are_found(sheet: str) -> None:
    counts = SHEETS[sheet][1]
    assert rate(counts.found, counts.marked, {"phone", "email", "id", "plate"}) >= SURE


@pytest.mark.parametrize("sheet", SHEETS)
def test_names_after_cues_are_found(sheet: str) -> None:
    counts = SHEETS[sheet][1]
    assert rate(counts.found, counts.marked, {"name"}) >= NAMES


@pytest.mark.parametrize("sheet", SHEETS)
def test_little_else_is_reported(sheet: str) -> None:
    counts = SHEETS[sheet][1]
    kinds = {"phone", "email", "id", "plate", "address", "name"}
    assert rate(counts.right, counts.reported, kinds) >= 0.95


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_rule_is_passed_over_where_it_would_find_something(sheet: str) -> None:
    for line in SHEETS[sheet][0]:
        folded = line.text.translate(_fold())
        for rule in _rules():
            if rule.needs is not None and any(_search(rule, folded)):
                assert rule.needs.search(folded), (rule.id, line.text)
