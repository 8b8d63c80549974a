"""Records of community sessions: as their public pages tell them, with the masked words of adults."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from analysis.suppression import PRIVACY_FLOOR

from ..community.followup.models import Commitment, CommitmentStep, SessionSummary
from ..community.followup.queries import is_public
from ..community.models import (
    FINALISED,
    SURVEY,
    Comment,
    CommentImport,
    CommunitySession,
    ThemeDecision,
)
from ..community.schedule.models import SessionSeries
from .gathered import Gathered, Period

#: The group of speakers whose words are given nowhere, whoever the session was for.
YOUNG = "young_person"


def sessions(session: Session, period: Period) -> Gathered:
    """Finalised sessions, and summaries that are public."""
    found = Gathered()
    meetings = _meetings(session, period)
    series = {one.id: one.name for one in session.scalars(select(SessionSeries))}
    done = [one for one in meetings if one.state == FINALISED]
    found.kept_back["community_sessions", "unfinished"] = len(meetings) - len(done)
    rows, summaries = [], []
    for one in done:
        few = _is_small(one)
        found.kept_back["community_sessions", "few"] += few
        rows.append(
            (
                one.id,
                one.kind,
                one.held_on,
                one.place,
                " ".join(one.districts),
                " ".join(one.languages),
                one.youth,
                None if few else one.attendance,
                "; ".join(one.hosts),
                "; ".join(one.partners),
                " ".join(one.interpreters),
                " ".join(one.accessibility),
                " ".join(one.agenda),
                " ".join(one.held_with),
                one.opening_read_on,
                one.finalised_on,
                series.get(one.series_id or "", ""),
                one.demo,
            )
        )
        known = {
            text.language: text
            for text in session.scalars(
                select(SessionSummary)
                .where(SessionSummary.session_id == one.id)
                .order_by(SessionSummary.language)
            )
        }
        if is_public(one, known):
            summaries += [
                (one.id, text.language, text.body, text.approved_on)
                for text in known.values()
                if text.approved_on is not None
            ]
    held = [one.id for one in meetings]
    written = select(func.count()).select_from(SessionSummary)
    every = session.scalar(written.where(SessionSummary.session_id.in_(held))) or 0
    found.kept_back["session_summaries", "unapproved"] = every - len(summaries)
    found.files = {"sessions": rows, "summaries": summaries}
    return found


def comments(session: Session, period: Period) -> Gathered:
    """Masked words of finalised sessions, without those of young people and of small meetings."""
    found, rows = Gathered(), []
    attributions = {one.id: one.attribution for one in session.scalars(select(CommentImport))}
    for meeting in _meetings(session, period):
        query = (
            select(Comment)
            .where(Comment.session_id == meeting.id, Comment.source != SURVEY)
            .options(selectinload(Comment.decision).selectinload(ThemeDecision.themes))
            .order_by(Comment.id)
        )
        for one in session.scalars(query):
            if (rule := _why_not(meeting, one)) is not None:
                found.kept_back["comments", rule] += 1
                continue
            found.kept_back["comments", "masked"] += "[" in (one.plain_body or "")
            themes = sorted(theme.code for theme in one.decision.themes) if one.decision else []
            rows.append(
                (
                    meeting.id,
                    one.language,
                    one.plain_body,
                    one.plain_english,
                    one.prompt,
                    " ".join(themes),
                    attributions.get(one.import_id or "", ""),
                )
            )
    found.files["comments"] = rows
    return found


def _why_not(meeting: CommunitySession, comment: Comment) -> str | None:
    """The rule that keeps a comment back; None when it is given."""
    if meeting.state != FINALISED or comment.sealed is not None or comment.to_check:
        return "unfinished"
    if meeting.youth or comment.speaker_group == YOUNG:
        return "youth"
    return "few" if _is_small(meeting) else None


def _is_small(meeting: CommunitySession) -> bool:
    return meeting.attendance is not None and 0 < meeting.attendance < PRIVACY_FLOOR


def commitments(session: Session, period: Period) -> Gathered:
    """Promises made in the period or with a step in it, each with its whole history."""
    moved = select(CommitmentStep.commitment_id).where(period.of_days(CommitmentStep.happened_on))
    query = (
        select(Commitment)
        .where(period.of_days(Commitment.made_on) | Commitment.id.in_(moved))
        .options(selectinload(Commitment.steps))
        .order_by(Commitment.made_on, Commitment.id)
    )
    promises = list(session.scalars(query))
    found = Gathered()
    found.files["commitments"] = [
        (
            one.id,
            one.session_id,
            one.theme,
            one.owner,
            one.words.get("en", ""),
            " ".join(sorted(one.words)),
            one.made_on,
            one.due_on,
            one.demo,
        )
        for one in promises
    ]
    found.files["steps"] = [
        (one.id, step.number, step.happened_on, step.state, step.note, step.role)
        for one in promises
        for step in one.steps
    ]
    return found


def _meetings(session: Session, period: Period) -> list[CommunitySession]:
    query = select(CommunitySession).where(period.of_days(CommunitySession.held_on))
    return list(session.scalars(query.order_by(CommunitySession.held_on, CommunitySession.id)))
