"""What must be in order before a wave opens: languages and why each is offered, help lines and when
each was checked. Before that it can be looked at: the words as they stand now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.load import load_instrument
from questionnaires.schema import HelpLine, Instrument
from questionnaires.wording import SOURCE_LANGUAGE

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..i18n import offered, translated
from ..jobs import now
from ..languages.models import INSTRUMENT
from ..languages.queries import Coverage, corrections
from ..languages.services import instrument_coverage
from ..problems import BadInputProblem, ConflictProblem
from .freeze import Frozen, find_wording_of, freeze
from .models import DRAFT, HelpLineCheck, LanguageWaiver, Wave

#: Letters of a reason: it is read by residents.
REASON = (20, 600)


@dataclass(frozen=True)
class LanguageState:
    """One language of a wave: what it lacks, who read it, why it is offered, and whether it is."""

    code: str
    own_name: str
    source: bool
    missing: int
    coverage: Coverage
    waiver: str
    waived_on: date | None
    offered: bool


def language_states(session: Session, wave: Wave) -> tuple[LanguageState, ...]:
    """Every offered language of the interface, and whether this wave would be offered in it."""
    instrument = load_instrument(wave.questionnaire)
    messages = tuple(instrument.messages())
    waivers = {one.language: one for one in list_waivers(session, wave)}
    found = []
    for code, item in offered().items():
        source = code == SOURCE_LANGUAGE
        wording = find_wording_of(code)
        missing = len(wording.missing(messages)) if wording is not None else len(messages)
        coverage = Coverage(0, 0) if source else instrument_coverage(session, code, instrument)
        waiver = waivers.get(code)
        spoken_for = source or wave.demo or coverage.complete or waiver is not None
        found.append(
            LanguageState(
                code=code,
                own_name=item.own_name,
                source=source,
                missing=missing,
                coverage=coverage,
                waiver=waiver.reason if waiver else "",
                waived_on=waiver.given_on if waiver else None,
                offered=missing == 0 and spoken_for,
            )
        )
    return tuple(found)


def list_waivers(session: Session, wave: Wave) -> list[LanguageWaiver]:
    query = select(LanguageWaiver).where(LanguageWaiver.wave_id == wave.id)
    return list(session.scalars(query.order_by(LanguageWaiver.language)))


def waive_review(
    session: Session,
    wave: Wave,
    language: str,
    reason: str,
    *,
    actor: StaffAccount | None = None,
) -> None:
    """Say in public why this wave is offered in a language that no native reader has reviewed.

    An empty reason takes it back. Raises ConflictProblem once the wave is open.
    """
    if wave.state != DRAFT or wave.kind != "own":
        raise ConflictProblem(_("Languages are fixed when a wave opens."))
    if language not in translated():
        raise BadInputProblem(_("There is no such language."))
    text = " ".join(reason.split())
    given = session.get(LanguageWaiver, (wave.id, language))
    if not text:
        if given is not None:
            session.delete(given)
    elif not REASON[0] <= len(text) <= REASON[1]:
        raise BadInputProblem(
            _("Give the reason in %(least)s to %(most)s letters.", least=REASON[0], most=REASON[1])
        )
    elif given is None:
        session.add(
            LanguageWaiver(wave_id=wave.id, language=language, reason=text, given_on=now().date())
        )
    else:
        given.reason, given.given_on = text, now().date()
    session.flush()
    record(
        session,
        actor=actor,
        action="wave.waive_review",
        subject=wave.slug,
        detail={"language": language, "letters": len(text)},
    )


def help_lines_of(session: Session, wave: Wave, instrument: Instrument) -> tuple[HelpLine, ...]:
    """The help lines, each with its last check: by the staff, or as the questionnaire's file has it."""
    query = select(HelpLineCheck).where(HelpLineCheck.wave_id == wave.id)
    checks = {one.line: one for one in session.scalars(query)}
    return tuple(
        replace(line, checked_on=found.checked_on, checked_how=found.checked_how)
        if (found := checks.get(line.id)) is not None and found.checked_on > line.checked_on
        else line
        for line in instrument.help_lines
    )


def check_help_line(
    session: Session,
    wave: Wave,
    line: str,
    *,
    day: date,
    how: str,
    actor: StaffAccount | None = None,
) -> None:
    """Write down that a help line was called and is right. Raises ConflictProblem once open."""
    if wave.state != DRAFT or wave.kind != "own":
        raise ConflictProblem(_("Help lines are fixed when a wave opens."))
    if line not in {one.id for one in load_instrument(wave.questionnaire).help_lines}:
        raise BadInputProblem(_("There is no such help line."))
    if day > now().date():
        raise BadInputProblem(_("The day is still to come."))
    if not how.strip():
        raise BadInputProblem(_("Say how it was checked."))
    found = session.get(HelpLineCheck, (wave.id, line))
    if found is None:
        found = HelpLineCheck(wave_id=wave.id, line=line)
        session.add(found)
    found.checked_on, found.checked_how = day, how.strip()[:300]
    session.flush()
    record(
        session,
        actor=actor,
        action="wave.check_help_line",
        subject=wave.slug,
        detail={"line": line, "on": day.isoformat()},
    )


def offered_now(session: Session, wave: Wave) -> tuple[Frozen, ...]:
    """What would be frozen if the wave opened now, a document a language it would be offered in."""
    ready = [one.code for one in language_states(session, wave) if one.offered]
    return words_now(session, wave, ready)


def words_now(session: Session, wave: Wave, codes: list[str]) -> tuple[Frozen, ...]:
    """The words as they stand now in these languages; those that lack one are left out."""
    instrument = load_instrument(wave.questionnaire)
    return freeze(
        instrument,
        corrected={code: corrections(session, code, INSTRUMENT) for code in codes},
        help_lines=help_lines_of(session, wave, instrument),
        only=codes,
    )
