"""What became of the demonstration's sessions: planned ones, cards, summaries, commitments, a room."""

from __future__ import annotations

import secrets
import tomllib
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import StaffAccount
from ..community import services
from ..community.followup.models import Commitment
from ..community.followup.services import (
    approve_summary,
    make_commitment,
    tell_commitment,
    write_summary,
)
from ..community.models import CommunitySession
from ..community.room import services as room
from ..community.room.queries import list_waiting
from ..community.schedule.models import SessionSeries
from ..community.schedule.services import save_attendance
from ..jobs import now
from .meetings import arrangements_of
from .settings import DATA


def has_followup(session: Session) -> bool:
    return session.scalars(select(Commitment.id).where(Commitment.demo)).first() is not None


def build_followup(
    session: Session, *, writer: StaffAccount, approver: StaffAccount, today: date | None = None
) -> str:
    """Build all of followup.toml; says what was built. `approver` is the second person."""
    today = today or now().date()
    with (DATA / "followup.toml").open("rb") as stream:
        content = tomllib.load(stream)
    meetings = {
        one.held_on: one
        for one in session.scalars(select(CommunitySession).where(CommunitySession.demo))
    }
    for row in content["planned"]:
        _plan(session, row, today, writer)
    for row in content["cards"]:
        counts = {trait: row[trait] for trait in row if trait != "session"}
        save_attendance(session, meetings[row["session"]].id, counts, actor=writer)
    for row in content["summaries"]:
        meeting = meetings[row["session"]]
        write_summary(session, meeting.id, row["text"], actor=writer)
        if row["approved"]:
            approve_summary(session, meeting.id, actor=approver)
    for row in content["commitments"]:
        found = meetings.get(row.get("session"))
        _promise(session, row, found, today, writer)
    _fill_room(session, content["room"], meetings[content["room"]["session"]], writer)
    return (
        f"{len(content['planned'])} sessions planned, {len(content['summaries'])} summaries, "
        f"{len(content['commitments'])} commitments"
    )


def _plan(session: Session, row: dict[str, Any], today: date, actor: StaffAccount) -> None:
    series = session.scalars(
        select(SessionSeries.id).where(SessionSeries.demo, SessionSeries.kind == row["kind"])
    ).first()
    services.create_session(
        session,
        kind=row["kind"],
        held_on=today + timedelta(days=row["in_days"]),
        place=row["place"],
        districts=row["districts"],
        attendance=None,
        languages=row["languages"],
        youth=row.get("youth", False),
        arrangements=arrangements_of({**row, "series_id": series}),
        demo=True,
        actor=actor,
    )


def _promise(
    session: Session,
    row: dict[str, Any],
    meeting: CommunitySession | None,
    today: date,
    actor: StaffAccount,
) -> None:
    found = make_commitment(
        session,
        words=row["words"],
        owner=row["owner"],
        made_on=meeting.held_on if meeting else row["made_on"],
        due_on=today + timedelta(days=row["in_days"]) if "in_days" in row else row["due_on"],
        session_id=meeting.id if meeting else None,
        theme=row["theme"],
        demo=True,
        actor=actor,
    )
    for step in row["steps"]:
        if step["on"] <= today:
            tell_commitment(
                session,
                found.id,
                state=step["state"],
                note=step["note"],
                happened_on=step["on"],
                actor=actor,
            )


def _fill_room(
    session: Session, content: dict[str, Any], meeting: CommunitySession, actor: StaffAccount
) -> None:
    code = room.open_room(session, meeting.id, actor=actor).code
    rejected = {row["text"]: row["reason"] for row in content["rejected"]}
    decided = [*content["shown"], *rejected]
    for body in decided:
        _send(session, code, body)
    # Closed and opened again, so that nothing waits for others and all of it can be decided here.
    room.close_room(session, meeting.id, actor=actor)
    room.open_room(session, meeting.id, actor=actor)
    for one in list_waiting(session, meeting.id):
        reason = rejected.get(one.body)
        room.decide(
            session, meeting.id, [one.id], outcome="rejected" if reason else "shown", reason=reason
        )
    for body in content["waiting"]:
        _send(session, code, body)
    room.close_room(session, meeting.id, actor=actor)
    room.open_room(session, meeting.id, actor=actor)


def _send(session: Session, code: str, body: str) -> None:
    room.send_comment(session, code, form_id=secrets.token_hex(16), body=body, language="en")
