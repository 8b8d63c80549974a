"""Seed phrases: the little language, overlap, and what is refused."""

from __future__ import annotations

import pytest

from analysis.themes import text
from analysis.themes.codebook import load_codebook
from analysis.themes.errors import LexiconError
from analysis.themes.lexicon import load_lexicon, read_lexicon
from analysis.themes.matching import P_STRONG, P_WEAK, Lexicon


def lexicon(body: str, language: str = "en") -> Lexicon:
    return read_lexicon(f'language = "{language}"\n{body}', "made.toml", load_codebook())


def found(made: Lexicon, comment: str) -> dict[str, float]:
    return {one.code: round(one.probability, 6) for one in made.find(comment)}


def test_the_longer_phrase_wins() -> None:
    made = lexicon(
        '[government_trust]\nstrong=["taxes"]\n'
        '[housing_cost_and_displacement]\nstrong=["property taxes"]'
    )
    assert set(found(made, "Property taxes!")) == {"housing_cost_and_displacement"}
    assert set(found(made, "My taxes")) == {"government_trust"}


def test_a_blocking_phrase_speaks_for_nothing() -> None:
    made = lexicon('block=["bus shelter"]\n[homelessness]\nstrong=["shelter"]')
    assert found(made, "the bus shelter is wet") == {}
    assert set(found(made, "open a shelter")) == {"homelessness"}


def test_weak_phrases_need_company_and_repetition_is_no_company() -> None:
    made = lexicon('[crime_and_disorder]\nweak=["cameras", "at night"]')
    assert found(made, "cameras, cameras, cameras") == {"crime_and_disorder": P_WEAK}
    both = found(made, "cameras at night")["crime_and_disorder"]
    assert both == pytest.approx(1 - (1 - P_WEAK) ** 2)


def test_parts_may_stand_in_any_order_but_not_far_apart() -> None:
    made = lexicon('[neighborhood_upkeep]\nstrong=["dark ~ street|alley"]')
    assert found(made, "the alley behind us is dark") == {"neighborhood_upkeep": P_STRONG}
    assert found(made, "dark chocolate " + "and so on " * 5 + "in our street") == {}


def test_words_match_by_stem_with_and_without_accents() -> None:
    made = lexicon('[neighborhood_upkeep]\nstrong=["iluminación"]', "es")
    assert found(made, "Falta ILUMINACION")
    assert found(made, "más iluminación")


def test_wildcards_stand_for_the_rest_of_a_word() -> None:
    made = lexicon('[gun_violence]\nstrong=["*risasi"]', "sw")
    assert found(made, "Walimpiga kwarisasi")
    assert not found(made, "risasini")


def test_chinese_and_korean_match_without_spaces() -> None:
    made = lexicon('[gun_violence]\nstrong=["총격"]\n[crime_and_disorder]\nstrong=["차 ~ 훔"]', "ko")
    assert set(found(made, "총 격 사건")) == {"gun_violence"}
    assert set(found(made, "우리 차를 훔쳐 갔어요")) == {"crime_and_disorder"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('[gun_crime]\nstrong=["gun"]', "gun_crime"),
        ('[gun_violence]\nloud=["gun"]', "loud"),
        ('[gun_violence]\nstrong=["gun", "gun"]', "twice"),
        ('[gun_violence]\nstrong=["gun ~ "]', "one side"),
        ('[gun_violence]\nstrong=["g*n"]', "ends of a word"),
        ('[gun_violence]\nstrong=["gun |"]', "empty"),
    ],
)
def test_a_wrong_file_is_refused(body: str, words: str) -> None:
    with pytest.raises(LexiconError, match=words):
        lexicon(body)


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_language_has_phrases_for_every_theme(language: str) -> None:
    made = load_lexicon(language)
    assert made is not None
    themed = {phrase.theme for phrase in made.phrases} - {None}
    assert themed == set(load_codebook().codes)


def test_traditional_characters_are_read_like_simplified_ones() -> None:
    made = load_lexicon("zh")
    assert made is not None
    simplified = {one.code for one in made.find("晚上听到枪声，路灯坏了")}
    assert {one.code for one in made.find("晚上聽到槍聲，路燈壞了")} == simplified
    assert {"gun_violence", "neighborhood_upkeep"} <= simplified
