"""The codebook: what version 1 holds, and what two versions say about each other."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources

import pytest

from analysis.themes.codebook import (
    Codebook,
    Comparison,
    Theme,
    compare,
    load_codebook,
    read_codebook,
)
from analysis.themes.errors import CodebookError


def source() -> str:
    return resources.files("analysis.themes").joinpath("codebook_v1.toml").read_text(encoding="utf-8")


def changed(book: Codebook, code: str, **change: object) -> Codebook:
    themes = tuple(
        replace(theme, **change) if theme.code == code else theme  # type: ignore[arg-type]
        for theme in book
    )
    return replace(book, version=2, themes=themes)


def test_version_1_has_its_21_codes_and_each_speaks_to_the_plan() -> None:
    book = load_codebook()
    assert len(book.codes) == 21
    assert {theme.pillar for theme in book} == {1, 2, 3}
    for theme in book:
        assert theme.definition.endswith(".")
        assert theme.include
        assert theme.exclude
        assert len(theme.label) <= 40
        assert theme.result in book.results


def test_the_police_input_of_2019_can_be_expressed_again() -> None:
    book = load_codebook()
    fairness = {sub.code for sub in book.theme("police_fairness").subthemes}
    assert {"respect", "bias", "force", "honesty", "accountability"} <= fairness
    presence = {sub.code for sub in book.theme("police_presence").subthemes}
    assert {"visibility", "foot_patrol", "response_time", "staffing", "community_life"} <= presence
    services = {sub.code for sub in book.theme("city_responsiveness").subthemes}
    assert {"communication", "information"} <= services


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (set(), "none, or unclear"),
        ({"none", "gun_violence"}, "stand alone"),
        ({"gun_crime"}, "gun_crime"),
    ],
)
def test_codes_that_one_person_cannot_give(codes: set[str], words: str) -> None:
    with pytest.raises(CodebookError, match=words):
        load_codebook().check(codes)


def test_codes_that_one_person_can_give() -> None:
    for codes in ({"none"}, {"unclear"}, {"gun_violence", "reentry"}):
        load_codebook().check(codes)


def test_other_words_keep_a_theme_comparable_and_another_meaning_does_not() -> None:
    old = load_codebook()
    clarified = changed(old, "reentry", definition="Coming home from prison.")
    assert compare(old, clarified)["reentry"] is Comparison.CLARIFIED
    assert compare(old, clarified)["gun_violence"] is Comparison.IDENTICAL
    broken = changed(old, "reentry", definition="Prison in general.", meaning=2)
    assert compare(old, broken)["reentry"] is Comparison.BROKEN
    assert not compare(old, broken)["reentry"].comparable


def test_a_meaning_that_changes_without_a_word_is_a_mistake() -> None:
    old = load_codebook()
    with pytest.raises(CodebookError, match="no word"):
        compare(old, changed(old, "reentry", meaning=2))


def test_added_and_removed_codes_are_told() -> None:
    old = load_codebook()
    theme: Theme = replace(old.themes[0], code="police_in_the_community")
    new = replace(old, version=2, themes=(*old.themes[1:], theme))
    verdicts = compare(old, new)
    assert verdicts["gun_violence"] is Comparison.REMOVED
    assert verdicts["police_in_the_community"] is Comparison.ADDED


@pytest.mark.parametrize(
    ("find", "put", "words"),
    [
        ('code = "reentry"', 'code = "gun_violence"', "stands twice"),
        ('code = "reentry"', 'code = "none"', "not a theme"),
        ('result = "3.3"', 'result = "9.9"', "9.9"),
        ('label = "Gun violence"\n', "", "'label'"),
        ("version = 1", "version 1", "valid TOML"),
        ("[results]", "[outcomes]", "'results'"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(find: str, put: str, words: str) -> None:
    assert find in source()
    with pytest.raises(CodebookError, match=words) as refused:
        read_codebook(source().replace(find, put, 1), "broken.toml")
    assert "broken.toml" in str(refused.value)
