"""Choose quotes for the report: approved, without personal detail, typical, spread, never from youth.

The picker proposes; a person decides. It refuses to look at comments that may not be quoted, whatever
their text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.preprocessing import normalize

from analysis.themes.errors import DrawError
from analysis.themes.features import new_vectorizer
from analysis.themes.segment import terms

SHORTEST, LONGEST = 6, 60
"""Words (or characters / 2 in Chinese and Korean) between which a comment can be quoted."""


@dataclass(frozen=True)
class Candidate:
    """A comment with what decides whether it may be quoted.

    approved: a moderator released this comment for quoting. clean: the check for personal detail found
    nothing that is not masked. youth: it comes from a youth session. `translation` into the language
    of the report, None when the original is in it or none was made.
    """

    id: str
    text: str
    language: str
    district: str | None
    session: str
    codes: frozenset[str]
    approved: bool
    clean: bool
    youth: bool
    translation: str | None = None


@dataclass(frozen=True)
class Quote:
    """A chosen comment: original beside translation, and how typical it is (mean cosine, 0 to 1)."""

    id: str
    text: str
    translation: str | None
    language: str
    district: str | None
    typical: float


def pick(
    candidates: Sequence[Candidate], code: str, count: int = 3, report_language: str = "en"
) -> tuple[Quote, ...]:
    """Up to `count` quotes on a theme, spread over districts, languages and sessions.

    A comment in another language than the report's needs a translation. Each next quote is the most
    typical one after a penalty for every district, language and session that was used already.
    DrawError: `count` below 1.
    """
    if count < 1:
        raise DrawError("Ask for at least one quote.")
    allowed = sorted(
        (one for one in candidates if _may(one, code, report_language)), key=lambda one: one.id
    )
    if not allowed:
        return ()
    typical = _typical(allowed)
    used: Counter[tuple[str, str | None]] = Counter()
    chosen: list[Quote] = []
    rest = list(range(len(allowed)))
    while rest and len(chosen) < count:
        best = max(rest, key=lambda place: (typical[place] - _used(allowed[place], used), -place))
        rest.remove(best)
        one = allowed[best]
        used.update(_marks(one))
        chosen.append(
            Quote(one.id, one.text, one.translation, one.language, one.district, typical[best])
        )
    return tuple(chosen)


def _may(one: Candidate, code: str, report_language: str) -> bool:
    if not (one.approved and one.clean) or one.youth or code not in one.codes:
        return False
    if one.language != report_language and not (one.translation or "").strip():
        return False
    return SHORTEST <= _length(one) <= LONGEST


def _length(one: Candidate) -> int:
    if one.language in ("zh", "ko"):
        return len("".join(one.text.split())) // 2
    return len(terms(one.text, one.language))


def _typical(allowed: Sequence[Candidate]) -> list[float]:
    """Mean cosine of each comment to all others of its language, on terms."""
    scores = [0.0] * len(allowed)
    for language in {one.language for one in allowed}:
        places = [place for place, one in enumerate(allowed) if one.language == language]
        if len(places) < 2:
            continue
        columns = normalize(
            new_vectorizer(1).fit_transform([(allowed[place].text, language) for place in places])
        )
        total = np.asarray(columns.sum(axis=0)).ravel()
        mean = (np.asarray(columns @ total) - 1.0) / (len(places) - 1)
        for place, score in zip(places, mean, strict=True):
            scores[place] = float(np.clip(score, 0.0, 1.0))
    return scores


def _marks(one: Candidate) -> list[tuple[str, str | None]]:
    return [("district", one.district), ("language", one.language), ("session", one.session)]


def _used(one: Candidate, used: Counter[tuple[str, str | None]]) -> float:
    return 0.5 * sum(used[mark] for mark in _marks(one))
