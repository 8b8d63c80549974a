"""A session's life: created, described, opened with the statement. Its end: finalising.py."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...jobs import now
from ...problems import BadInputProblem, ConflictProblem, NotFoundProblem
from ..agenda import ACCESSIBILITY, UNREACHED, Arrangements, agenda_codes
from ..kinds import SESSION_KINDS, police_districts, spoken_languages
from ..models import DRAFT, CommunitySession
from ..schedule.models import SessionSeries

_FIRST_DAY = date(2000, 1, 1)
_AHEAD = timedelta(days=366)
_MOST_PEOPLE = 100_000
_MOST_ORGANIZATIONS = 12


def lock_session(session: Session, session_id: str) -> CommunitySession:
    """The session, held until the transaction ends, so that notes and finalising do not cross."""
    query = select(CommunitySession).where(CommunitySession.id == session_id).with_for_update()
    meeting = session.scalars(query).first()
    if meeting is None:
        raise NotFoundProblem(_("This session is not here."))
    return meeting


def lock_open_session(session: Session, session_id: str) -> CommunitySession:
    """As lock_session; raises ConflictProblem when the session is finalised."""
    meeting = lock_session(session, session_id)
    if not meeting.is_open:
        raise ConflictProblem(_("This session is finalised. Its comments can no longer be changed."))
    return meeting


def create_session(
    session: Session,
    *,
    kind: str,
    held_on: date,
    place: str,
    districts: Sequence[str],
    attendance: int | None,
    languages: Sequence[str],
    youth: bool = False,
    arrangements: Arrangements | None = None,
    demo: bool = False,
    actor: StaffAccount | None = None,
) -> CommunitySession:
    """A new session in draft. `districts` are codes of police districts, `languages` of languages,
    the main one first. Raises BadInputProblem with what to do."""
    meeting = CommunitySession(id=secrets.token_hex(8), state=DRAFT, demo=demo)
    _describe(
        meeting,
        kind=kind,
        held_on=held_on,
        place=place,
        districts=districts,
        attendance=attendance,
        languages=languages,
        youth=youth,
    )
    _arrange(session, meeting, arrangements or Arrangements())
    session.add(meeting)
    session.flush()
    record(session, actor=actor, action="session.create", subject=meeting.id, detail={"kind": kind})
    return meeting


def change_session(
    session: Session,
    session_id: str,
    *,
    kind: str,
    held_on: date,
    place: str,
    districts: Sequence[str],
    attendance: int | None,
    languages: Sequence[str],
    youth: bool,
    arrangements: Arrangements | None = None,
    actor: StaffAccount | None = None,
) -> CommunitySession:
    """Change what is known of a session that is not finalised; raises as create_session does.
    Without `arrangements` those stay as they are."""
    meeting = lock_open_session(session, session_id)
    if youth and meeting.opening_read_on is not None and not meeting.guardians_agreed:
        raise BadInputProblem(_("Its notes have begun: it cannot become a session of the young now."))
    if arrangements is not None:
        _arrange(session, meeting, arrangements)
    _describe(
        meeting,
        kind=kind,
        held_on=held_on,
        place=place,
        districts=districts,
        attendance=attendance,
        languages=languages,
        youth=youth,
    )
    record(session, actor=actor, action="session.change", subject=meeting.id)
    return meeting


def _describe(
    meeting: CommunitySession,
    *,
    kind: str,
    held_on: date,
    place: str,
    districts: Sequence[str],
    attendance: int | None,
    languages: Sequence[str],
    youth: bool,
) -> None:
    place = " ".join(place.split())
    if kind not in SESSION_KINDS:
        raise BadInputProblem(_("Choose what kind of session it is."))
    if not _FIRST_DAY <= held_on <= now().date() + _AHEAD:
        raise BadInputProblem(_("Check the date: the session is held within a year from now."))
    if not place or len(place) > 200:
        raise BadInputProblem(_("Give the place, in at most 200 characters."))
    if set(districts) - set(police_districts()):
        raise BadInputProblem(_("Choose the police districts from the list."))
    if not languages or set(languages) - set(spoken_languages()):
        raise BadInputProblem(_("Choose at least one language from the list."))
    if attendance is not None and not 0 <= attendance <= _MOST_PEOPLE:
        raise BadInputProblem(_("Give the number of people as a whole number, or leave it empty."))
    meeting.kind, meeting.held_on, meeting.place = kind, held_on, place
    meeting.districts = sorted(set(districts))
    meeting.attendance, meeting.youth = attendance, youth
    meeting.languages = list(dict.fromkeys(languages))


def _arrange(session: Session, meeting: CommunitySession, given: Arrangements) -> None:
    hosts, partners = _organizations(given.hosts), _organizations(given.partners)
    if set(given.interpreters) - set(spoken_languages()):
        raise BadInputProblem(_("Choose the languages from the list."))
    if set(given.accessibility) - set(ACCESSIBILITY):
        raise BadInputProblem(_("Choose what is offered from the list."))
    if set(given.held_with) - set(UNREACHED):
        raise BadInputProblem(_("Choose the people the session is held with from the list."))
    if given.series_id and session.get(SessionSeries, given.series_id) is None:
        raise BadInputProblem(_("Choose the series from the list."))
    meeting.series_id = given.series_id or None
    meeting.hosts, meeting.partners = hosts, partners
    meeting.interpreters = list(dict.fromkeys(given.interpreters))
    meeting.accessibility = [code for code in ACCESSIBILITY if code in given.accessibility]
    meeting.agenda = agenda_codes(given.agenda)
    meeting.held_with = [code for code in UNREACHED if code in given.held_with]


def _organizations(names: Sequence[str]) -> list[str]:
    cleaned = [name for name in (" ".join(one.split()) for one in names) if name]
    if len(cleaned) > _MOST_ORGANIZATIONS or any(len(one) > 120 for one in cleaned):
        raise BadInputProblem(
            _("Name at most %(count)s organizations, one a line.", count=_MOST_ORGANIZATIONS)
        )
    return list(dict.fromkeys(cleaned))


def confirm_opening(
    session: Session,
    session_id: str,
    *,
    guardians_agreed: bool = False,
    actor: StaffAccount | None = None,
) -> CommunitySession:
    """That the opening statement was read out to the room. Saying so twice changes nothing.

    A session of the young also needs `guardians_agreed`: a parent or guardian agreed for everybody
    who speaks. Raises BadInputProblem without.
    """
    meeting = lock_open_session(session, session_id)
    if meeting.youth and not (guardians_agreed or meeting.guardians_agreed):
        raise BadInputProblem(
            _("Confirm first that a parent or guardian agreed for everybody under 18 who speaks.")
        )
    if meeting.opening_read_on is None:
        meeting.guardians_agreed = meeting.youth
        meeting.opening_read_on = now().date()
        record(session, actor=actor, action="session.opening_read", subject=meeting.id)
    return meeting
