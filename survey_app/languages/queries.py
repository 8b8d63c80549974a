"""Reads about reviews: the last one of each catalogue, and what it covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import LanguageReview


def count_reviews(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(LanguageReview)) or 0


def find_last_review(session: Session, language: str, domain: str) -> LanguageReview | None:
    query = (
        select(LanguageReview)
        .where(LanguageReview.language == language, LanguageReview.domain == domain)
        .order_by(LanguageReview.number.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def list_reviews(session: Session) -> list[LanguageReview]:
    """Every review, the newest first."""
    return list(session.scalars(select(LanguageReview).order_by(LanguageReview.number.desc())))


def corrections(session: Session, language: str, domain: str) -> dict[str, Any]:
    """The words of the last review by key; empty when there was none."""
    found = find_last_review(session, language, domain)
    return dict(found.messages) if found is not None else {}


@dataclass(frozen=True)
class Coverage:
    """How many of a catalogue's sentences a native reader has read, in the words now shown."""

    texts: int
    read: int
    by: str = ""
    on: str = ""

    @property
    def complete(self) -> bool:
        return self.texts > 0 and self.read == self.texts
