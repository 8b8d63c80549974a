"""The sense of a sentence: which theme's seed phrases its embedding is most like.

A multinomial regression on the embeddings of the English seed phrases and of the codebook's own words,
one vector a theme, fitted once by `tools/themes_sense.py` and kept in `sense_v<version>.npz` (numbers
only). The encoder is multilingual, so the English phrases serve every language that it knows. It knows
no codes: it is what can be had before anybody has coded a comment.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from analysis.themes.codebook import Codebook
from analysis.themes.embedding import Encoder, Vectors
from analysis.themes.matching import Lexicon

Floats = NDArray[np.float64]

LANGUAGE = "en"
PENALTY = 2.0
_TRUST = {"strong": 1.0, "fair": 0.7, "weak": 0.3}
_PHRASE, _SENSE, _CONSTANT = 1.2, 0.7, -0.2
"""Weights of `together`: a logistic regression on the 125 coded statements of the tuning set."""
SUGGESTED = 0.35
"""A theme is suggested from this probability of `together` on; set on the same statements."""


@dataclass(frozen=True)
class Sense:
    """One direction a theme: coef (themes, dimensions), intercept (themes), made with `encoder`."""

    codes: tuple[str, ...]
    coef: Floats
    intercept: Floats
    encoder: str
    digest: str

    def log_odds(self, vectors: Vectors) -> Floats:
        """Log-odds of each theme against all others (comments, themes), between -9.3 and 7."""
        scores = vectors.astype(np.float64) @ self.coef.T + self.intercept
        scores -= scores.max(axis=1, keepdims=True)
        raised = np.exp(scores)
        return log_odds(raised / raised.sum(axis=1, keepdims=True), 1e-4)


def log_odds(probabilities: Floats, least: float) -> Floats:
    """log p / (1 - p), with p kept within [`least`, .999]."""
    p = np.clip(probabilities, least, 0.999)
    return np.asarray(np.log(p / (1 - p)))


def together(evidence: Floats, sense: Floats) -> Floats:
    """Probability of each theme from the phrases' probability and the log-odds of the sense."""
    score = _PHRASE * log_odds(evidence, 0.05) + _SENSE * sense + _CONSTANT
    return np.asarray(1.0 / (1.0 + np.exp(-score)))


def learn_sense(codebook: Codebook, lexicon: Lexicon, encoder: Encoder) -> Sense:
    """Fit the directions on what `sentences` gives."""
    from sklearn.linear_model import LogisticRegression

    texts, owners, trust = sentences(codebook, lexicon)
    fitted = LogisticRegression(C=PENALTY, max_iter=500, class_weight="balanced").fit(
        encoder.encode(texts).astype(np.float64), owners, sample_weight=trust
    )
    return Sense(
        codebook.codes, fitted.coef_, fitted.intercept_, encoder.name, digest(codebook, lexicon)
    )


def sentences(codebook: Codebook, lexicon: Lexicon) -> tuple[list[str], list[int], list[float]]:
    """Texts, the number of the theme of each, and how far each is trusted."""
    texts: list[str] = []
    owners: list[int] = []
    trust: list[float] = []
    number = {code: place for place, code in enumerate(codebook.codes)}
    for phrase in lexicon.phrases:
        if phrase.theme is not None:
            for written in dict.fromkeys(_written(phrase.source, last) for last in (False, True)):
                texts.append(written)
                owners.append(number[phrase.theme])
                trust.append(_TRUST[phrase.weight])
    for theme in codebook:
        own = [theme.label, theme.definition, *theme.definition.rstrip(".").split(", ")]
        own += [example.strip("'") for example in theme.include]
        own += [sub.label for sub in theme.subthemes]
        texts += own
        owners += [number[theme.code]] * len(own)
        trust += [1.0] * len(own)
    return texts, owners, trust


def _written(source: str, last: bool) -> str:
    """A seed phrase as words: the first or the last of each choice, without the signs."""
    plain = source.replace("=", "").replace("*", "")
    return " ".join(
        word.split("|")[-1 if last else 0] for side in plain.split("~") for word in side.split()
    )


def digest(codebook: Codebook, lexicon: Lexicon) -> str:
    """What `sentences` gives, as a number that tells whether the stored file is up to date."""
    return hashlib.sha256(repr(sentences(codebook, lexicon)).encode()).hexdigest()[:16]


def write_sense(sense: Sense) -> bytes:
    """The file's bytes; numbers and text without pickle."""
    held = io.BytesIO()
    np.savez_compressed(
        held,
        codes=np.array(sense.codes),
        coef=sense.coef.astype(np.float16),
        intercept=sense.intercept.astype(np.float32),
        made=np.array([sense.encoder, sense.digest]),
    )
    return held.getvalue()


@lru_cache(maxsize=4)
def load_sense(version: int, encoder: str) -> Sense | None:
    """The stored directions for a codebook version; None where there are none for this `encoder`."""
    source = resources.files("analysis.themes").joinpath(f"sense_v{version}.npz")
    if not source.is_file():
        return None
    with np.load(io.BytesIO(source.read_bytes()), allow_pickle=False) as file:
        made = [str(one) for one in file["made"]]
        if made[0] != encoder:
            return None
        return Sense(
            tuple(str(code) for code in file["codes"]),
            file["coef"].astype(np.float64),
            file["intercept"].astype(np.float64),
            made[0],
            made[1],
        )


def sense_of(
    codes: Sequence[str], version: int, encoder: Encoder | None, vectors: Vectors | None
) -> Floats | None:
    """`Sense.log_odds` with one column for each of `codes` (0 where unknown); None without vectors."""
    sense = load_sense(version, encoder.name) if encoder is not None else None
    if sense is None or vectors is None:
        return None
    found = sense.log_odds(vectors)
    column = {code: place for place, code in enumerate(sense.codes)}
    result = np.zeros((len(vectors), len(codes)))
    for place, code in enumerate(codes):
        if code in column:
            result[:, place] = found[:, column[code]]
    return result
