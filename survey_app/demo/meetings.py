"""The demonstration's community sessions, written up through the services that facilitators use."""

from __future__ import annotations

import csv
import tempfile
import tomllib
import zlib
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import StaffAccount
from ..accounts.permissions import FACILITATOR
from ..community import services
from ..community.agenda import Arrangements
from ..community.models import Comment, CommunitySession
from ..community.schedule.services import save_series
from ..community.sources import Mapping, read_page
from .own_words import own_words
from .settings import DATA

#: What a facilitator chooses, in turn, where the suggestion did not convince.
OTHERWISE = ("community_and_neighbors", "crime_and_disorder", "youth_and_schools", "government_trust")


def has_sessions(session: Session) -> bool:
    return session.scalars(select(CommunitySession.id).where(CommunitySession.demo)).first() is not None


def build_sessions(session: Session, actor: StaffAccount | None) -> int:
    """Create every session of sessions.toml with its comments; returns how many comments there are."""
    with (DATA / "sessions.toml").open("rb") as stream:
        content = tomllib.load(stream)
    series = {
        key: save_series(session, **row, demo=True, actor=actor).id
        for key, row in content["series"].items()
    }
    return sum(
        _build_session(session, content, {**row, "series_id": series.get(row.get("series", ""))}, actor)
        for row in content["sessions"]
    )


def arrangements_of(row: dict[str, Any]) -> Arrangements:
    return Arrangements(
        series_id=row["series_id"],
        hosts=row.get("hosts", ()),
        partners=row.get("partners", ()),
        interpreters=row.get("interpreters", ()),
        accessibility=row.get("accessibility", ()),
        held_with=row.get("held_with", ()),
    )


def _build_session(
    session: Session, content: dict[str, Any], row: dict[str, Any], actor: StaffAccount | None
) -> int:
    meeting = services.create_session(
        session,
        kind=row["kind"],
        held_on=row["held_on"],
        place=row["place"],
        districts=row["districts"],
        attendance=row["attendance"],
        languages=row["languages"],
        youth=row.get("youth", False),
        arrangements=arrangements_of(row),
        demo=True,
        actor=actor,
    )
    services.confirm_opening(session, meeting.id, guardians_agreed=row.get("youth", False), actor=actor)
    _type_comments(session, meeting.id, row["own_words"])
    if "comments" in row:
        _import_comments(session, meeting.id, row["comments"], content["attribution"], actor)
    comments = list(session.scalars(select(Comment).where(Comment.session_id == meeting.id)))
    for comment in comments:
        _code_comment(session, meeting.id, comment, content)
    if row["finalised"]:
        services.finalise(session, meeting.id, actor=actor)
    else:
        page = "\n\n".join(own_words()["en"].texts[-3:])
        services.stage_source(session, meeting.id, read_page(page))
    return len(comments)


def _type_comments(session: Session, meeting_id: str, chosen: dict[str, list[int]]) -> None:
    for language, (start, stop) in chosen.items():
        words = own_words()[language]
        for at in range(start, stop):
            services.add_comment(
                session,
                meeting_id,
                body=words.texts[at],
                language=language,
                english=words.english[at] if words.english else None,
            )


def _import_comments(
    session: Session, meeting_id: str, number: int, attribution: str, actor: StaffAccount | None
) -> None:
    """Bring in one session's part of session_comments.csv, as the command does with a file."""
    with (DATA / "session_comments.csv").open(encoding="utf-8", newline="") as stream:
        bodies = [row["comment"] for row in csv.DictReader(stream) if row["session"] == str(number)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"session_{number}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([["comment"], *([body] for body in bodies)])
        services.import_comments(
            session,
            meeting_id,
            path,
            mapping=Mapping(text="comment", language="en"),
            attribution=attribution,
            actor=actor,
        )


def _code_comment(session: Session, meeting_id: str, comment: Comment, content: dict[str, Any]) -> None:
    """What a person made of the suggestion: the same comment is coded the same way in every build."""
    number = zlib.crc32(comment.body.encode())
    point = number / 2**32
    if point >= content["coded"]:
        return
    codes = [one.code for one in comment.suggestions]
    if point < content["coded"] * content["changed"]:
        codes = [OTHERWISE[number % len(OTHERWISE)]]
    services.decide_themes(session, meeting_id, comment.id, codes, role=FACILITATOR)
