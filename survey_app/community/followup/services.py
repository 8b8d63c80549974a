"""Writes about commitments and summaries."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.themes.codebook import load_codebook

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...jobs import now
from ...problems import BadInputProblem, ConflictProblem, NotAllowedProblem
from ..kinds import spoken_languages
from ..models import Comment, CommunitySession
from ..pii import KEPT_BECAUSE, find_personal
from ..services.meetings import lock_session
from ..text import clean_text
from .models import (
    DROPPED,
    KEPT,
    LONGEST_PROMISE,
    LONGEST_SUMMARY,
    OPEN,
    UNDER_WAY,
    Commitment,
    CommitmentStep,
    SessionSummary,
)
from .queries import find_commitment, list_summaries

#: So many words of a comment in a row are a quotation.
_QUOTATION = 6


def make_commitment(
    session: Session,
    *,
    words: Mapping[str, str],
    owner: str,
    due_on: date,
    made_on: date | None = None,
    session_id: str | None = None,
    theme: str | None = None,
    demo: bool = False,
    actor: StaffAccount | None = None,
) -> Commitment:
    """Write down what an agency promised. Raises BadInputProblem with what to do."""
    made_on = made_on or now().date()
    owner = " ".join(owner.split())
    if not session_id and not theme:
        raise BadInputProblem(_("Choose the session or the theme that it answers."))
    if theme and theme not in load_codebook().codes:
        raise BadInputProblem(_("Choose the themes from the list."))
    if session_id and session.get(CommunitySession, session_id) is None:
        raise BadInputProblem(_("This session is not here."))
    if not owner or len(owner) > 120:
        raise BadInputProblem(_("Name the agency that answers for it."))
    if due_on < made_on:
        raise BadInputProblem(_("The day until which it is done comes after the day it was made."))
    found = Commitment(
        id=secrets.token_hex(8),
        session_id=session_id or None,
        theme=theme or None,
        words=_promise(words),
        owner=owner,
        made_on=made_on,
        due_on=due_on,
        demo=demo,
    )
    session.add(found)
    session.flush()
    _add_step(session, found, OPEN, "", made_on, actor)
    record(session, actor=actor, action="commitment.make", subject=found.id)
    return found


def _promise(words: Mapping[str, str]) -> dict[str, str]:
    kept = {code: " ".join(text.split()) for code, text in words.items() if text.strip()}
    if "en" not in kept:
        raise BadInputProblem(_("Write the commitment in English as well."))
    if set(kept) - set(spoken_languages()) or any(len(one) > LONGEST_PROMISE for one in kept.values()):
        raise BadInputProblem(_("Shorten it to %(count)s characters.", count=LONGEST_PROMISE))
    _refuse_personal(kept, None)
    return kept


def tell_commitment(
    session: Session,
    commitment_id: str,
    *,
    state: str,
    note: str = "",
    happened_on: date | None = None,
    actor: StaffAccount | None = None,
) -> Commitment:
    """Add to the public history what became of it. A kept or dropped commitment says no more.

    Raises BadInputProblem or ConflictProblem.
    """
    found = find_commitment(session, commitment_id)
    note = " ".join(note.split())
    day = happened_on or now().date()
    last = found.steps[-1]
    if last.state in {KEPT, DROPPED}:
        raise ConflictProblem(_("This commitment is closed. Make a new one."))
    if state not in {OPEN, UNDER_WAY, KEPT, DROPPED}:
        raise BadInputProblem(_("Choose what became of it."))
    if state == DROPPED and not note:
        raise BadInputProblem(_("Say why it cannot be kept."))
    if not last.happened_on <= day <= now().date():
        raise BadInputProblem(_("The day lies between the last entry and today."))
    if len(note) > LONGEST_PROMISE:
        raise BadInputProblem(_("Shorten it to %(count)s characters.", count=LONGEST_PROMISE))
    _refuse_personal({"en": note}, None)
    _add_step(session, found, state, note, day, actor)
    record(session, actor=actor, action="commitment.tell", subject=found.id, detail={"state": state})
    return found


def _add_step(
    session: Session,
    found: Commitment,
    state: str,
    note: str,
    day: date,
    actor: StaffAccount | None,
) -> None:
    found.steps.append(
        CommitmentStep(
            id=secrets.token_hex(8),
            number=len(found.steps) + 1,
            happened_on=day,
            state=state,
            note=note,
            role=actor.role if actor else "command",
        )
    )
    session.flush()


def write_summary(
    session: Session,
    session_id: str,
    bodies: Mapping[str, str],
    *,
    kept_because: str | None = None,
    actor: StaffAccount,
) -> None:
    """The summary of a session by language; a changed one waits for approval again, all of it.

    Raises BadInputProblem where it may lead to a person or, of a session of the young, quotes one.
    """
    meeting = lock_session(session, session_id)
    kept = {code: text for code, body in bodies.items() if (text := clean_text(body))}
    if set(kept) - set(meeting.languages):
        raise BadInputProblem(_("Write it in the languages in which the session was held."))
    if any(len(text) > LONGEST_SUMMARY for text in kept.values()):
        raise BadInputProblem(_("Shorten it to %(count)s characters.", count=LONGEST_SUMMARY))
    personal = _refuse_personal(kept, kept_because)
    if meeting.youth:
        _refuse_quotations(session, session_id, kept)
    known = list_summaries(session, session_id)
    if {code: one.body for code, one in known.items()} == kept:
        return
    for code, one in known.items():
        one.approved_by = one.approved_on = None
        if code not in kept:
            session.delete(one)
    session.flush()
    for code, text in kept.items():
        row = known.get(code) or SessionSummary(session_id=session_id, language=code, body=text)
        if code not in known or row.body != text:
            row.body, row.written_by = text, actor.id
        row.kept_because = kept_because if personal else None
        session.add(row)
    session.flush()
    record(session, actor=actor, action="summary.write", subject=session_id)


def _refuse_personal(texts: Mapping[str, str], kept_because: str | None) -> bool:
    """Whether something looks personal and was justified; raises BadInputProblem naming it if not."""
    found = {
        text[one.start : one.end] for code, text in texts.items() for one in find_personal(text, code)
    }
    if found and kept_because not in KEPT_BECAUSE:
        raise BadInputProblem(
            _(
                "This may lead to a person: %(what)s. Take it out, or say why it can stay.",
                what=", ".join(sorted(found)),
            )
        )
    return bool(found)


def _refuse_quotations(session: Session, session_id: str, texts: Mapping[str, str]) -> None:
    """Nothing that the young said is quoted: no six words of a comment in a row."""
    said: set[tuple[str, ...]] = set()
    for comment in session.scalars(select(Comment).where(Comment.session_id == session_id)):
        for text in (comment.body, comment.english or ""):
            said |= _runs(text)
    if any(_runs(text) & said for text in texts.values()):
        raise BadInputProblem(
            _("This repeats what somebody under 18 said, word for word. Say it in your own words.")
        )


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    if len(words) < _QUOTATION and re.search(r"[\u3400-\u9fff\uac00-\ud7af]", text):
        words = list(re.sub(r"\W", "", text))  # written without blanks, or nearly so
    return {tuple(words[at : at + _QUOTATION]) for at in range(len(words) - _QUOTATION + 1)}


def approve_summary(session: Session, session_id: str, *, actor: StaffAccount) -> None:
    """Publish the summary. Raises ConflictProblem before the session is finalised or while a language
    is missing, NotAllowedProblem for who wrote any of it."""
    meeting = lock_session(session, session_id)
    known = list_summaries(session, session_id)
    if meeting.is_open:
        raise ConflictProblem(_("Finalise the session first: then nobody can be named any more."))
    if set(meeting.languages) - set(known):
        raise ConflictProblem(_("Write the summary in every language of the session first."))
    if any(one.written_by == actor.id for one in known.values()):
        raise NotAllowedProblem(_("You wrote it: a second person approves it."))
    for one in known.values():
        one.approved_by, one.approved_on = actor.id, now().date()
    session.flush()
    record(session, actor=actor, action="summary.approve", subject=session_id)
