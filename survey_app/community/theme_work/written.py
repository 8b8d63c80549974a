"""Bringing the survey's own words into the work on themes: masked where they lie, then read.

Nobody stands beside whoever wrote it to say that a finding is harmless, so everything that looks
personal is masked, in the survey's table itself: there is no second copy of the words.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from analysis.themes.tagger import Tagger

from ...survey.models import OpenAnswer
from ..models import SURVEY, Comment, ThemeSuggestion
from ..note_words import Wording
from ..pii import mask_personal
from ..services.themes import suggestion_rows

#: Longest text of an own-words answer.
_LONGEST = 4000


def bring_in_some(
    session: Session, wave_id: str, *, reader: Tagger, model_id: str | None, most: int = 200
) -> int:
    """Mask, take in and read up to `most` answers of a wave that are not in yet; how many."""
    waiting = session.execute(
        select(OpenAnswer.id, OpenAnswer.language, OpenAnswer.body)
        .outerjoin(Comment, Comment.open_answer_id == OpenAnswer.id)
        .where(OpenAnswer.wave_id == wave_id, Comment.id.is_(None))
        .order_by(OpenAnswer.id)
        .limit(most)
    ).all()
    if not waiting:
        return 0
    taken: list[tuple[dict[str, Any], Wording]] = []
    for answer_id, language, body in waiting:
        safe = mask_personal(body, language)[:_LONGEST]
        if safe != body:
            session.execute(update(OpenAnswer).where(OpenAnswer.id == answer_id).values(body=safe))
        row = {
            "id": secrets.token_hex(16),
            "open_answer_id": answer_id,
            "source": SURVEY,
            "language": language,
            "read_with_version": reader.codebook.version,
        }
        taken.append((row, Wording(safe, language)))
    session.execute(insert(Comment), [row for row, _wording in taken])
    read = suggestion_rows(
        [(row["id"], wording) for row, wording in taken],
        sealed=False,
        using=reader,
        model_id=model_id,
    )
    session.execute(insert(ThemeSuggestion), read)
    return len(taken)
