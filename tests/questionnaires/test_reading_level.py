"""Every question is plain: Flesch-Kincaid school grade 8 or lower, 6 or lower on average.

Source of the formula: Kincaid, Fishburne, Rogers and Chissom (1975), Navy Research Branch Report
8-75. Syllables are counted twice, by hyphenation points and by groups of vowels, and the larger
count is taken, so that the grade is rather too high than too low.
"""

from __future__ import annotations

import re
from statistics import mean

import pyphen
import pytest

from questionnaires.load import every_available, load_instrument
from questionnaires.schema import Instrument

HIGHEST_GRADE = 8.0
HIGHEST_MEAN = 6.0
_HYPHENATION = pyphen.Pyphen(lang="en_US")


def syllables(word: str) -> int:
    """Syllables of an English word, rather one too many than one too few."""
    letters = word.lower()
    by_hyphens = _HYPHENATION.inserted(letters).count("-") + 1
    silent = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeioudty])ed$|(?<=[^aeioucgsxz])es$", "", letters)
    by_vowels = len(re.findall(r"[aeiouy]+", silent))
    return max(1, by_hyphens, by_vowels)


def grade(text: str) -> float:
    """Flesch-Kincaid grade of a text of one or more sentences."""
    sentences = [part for part in re.split(r"[.!?]+", text) if part.strip()]
    words = re.findall(r"[A-Za-z]+(?:['’][A-Za-z]+)?", text)
    return (
        0.39 * len(words) / len(sentences)
        + 11.8 * sum(syllables(word) for word in words) / len(words)
        - 15.59
    )


@pytest.fixture(params=every_available())
def instrument(request: pytest.FixtureRequest) -> Instrument:
    return load_instrument(request.param)


def test_the_measure_tells_plain_from_hard() -> None:
    assert syllables("neighborhood") == 3
    assert syllables("area") >= 2
    assert syllables("safe") == 1
    assert grade("Do you feel safe at home?") < 3
    assert grade("To what extent do you perceive governmental institutions as legitimate?") > 12


def test_every_question_is_at_grade_8_or_lower(instrument: Instrument) -> None:
    grades = {question.id: round(grade(question.text), 1) for question in instrument.questions}
    too_hard = {name: value for name, value in grades.items() if value > HIGHEST_GRADE}
    assert not too_hard, f"say these more plainly: {too_hard}"


def test_the_mean_grade_is_6_or_lower(instrument: Instrument) -> None:
    assert mean(grade(question.text) for question in instrument.questions) <= HIGHEST_MEAN


def test_what_stands_around_the_questions_is_as_plain(instrument: Instrument) -> None:
    sentences = {
        message.context: round(grade(message.text), 1)
        for message in instrument.messages()
        if re.match(r"(front|page|end|eligibility|help)\.", message.context)
        or message.context.endswith((".hint", ".announce"))
        if message.text.endswith((".", "?"))
    }
    too_hard = {name: value for name, value in sentences.items() if value > HIGHEST_GRADE}
    assert not too_hard, f"say these more plainly: {too_hard}"
