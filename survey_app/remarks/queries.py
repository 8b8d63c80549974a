"""Reads about drafts and the remarks on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.load import available, load_instrument

from ..accounts.models import StaffAccount
from ..i18n import catalogue, current_language
from ..problems import NotFoundProblem
from ..reports.models import PUBLISHED, Edition
from .models import Remark


@dataclass(frozen=True)
class DraftQuestion:
    """A question as a resident reads it, in the language of the page."""

    id: str
    text: str
    hint: str
    choices: tuple[str, ...]


def list_drafts(session: Session) -> dict[str, str]:
    """What can be read and remarked on: subject to its name. Questionnaires, newest first, then
    editions of reports that are not published."""
    found = {
        f"instrument-{name}": _("Questionnaire %(name)s", name=name)
        for name in sorted(available(), reverse=True)
    }
    query = select(Edition).where(Edition.state != PUBLISHED).order_by(Edition.year.desc(), Edition.id)
    for edition in session.scalars(query):
        found[f"report-{edition.id}"] = _(
            "Report of %(year)s, edition %(number)s", year=edition.year, number=edition.number
        )
    return found


def draft_questions(name: str) -> tuple[DraftQuestion, ...]:
    """Every question of a questionnaire in order; raises NotFoundProblem for an unknown one."""
    if name not in available():
        raise NotFoundProblem(_("This questionnaire is not here."))
    words = catalogue(current_language().code, "instrument")
    instrument = load_instrument(name)
    return tuple(
        DraftQuestion(
            one.id,
            str(words.pgettext(f"{one.id}.text", one.text)),
            str(words.pgettext(f"{one.id}.hint", one.hint)) if one.hint else "",
            tuple(
                str(words.pgettext(f"{one.id}.choice.{choice.code}", choice.text))
                for choice in one.choices
            ),
        )
        for one in instrument.questions
    )


def list_remarks(session: Session, *, subject: str | None = None) -> list[Remark]:
    """Unanswered ones first, then the newest."""
    query = select(Remark)
    if subject is not None:
        query = query.where(Remark.subject == subject)
    return list(
        session.scalars(
            query.order_by(Remark.answered_on.is_not(None), Remark.made_on.desc(), Remark.id)
        )
    )


def find_remark(session: Session, remark_id: str) -> Remark:
    found = session.get(Remark, remark_id)
    if found is None:
        raise NotFoundProblem(_("This remark is not here."))
    return found


def names_of(session: Session, remarks: Iterable[Remark]) -> dict[str, str]:
    """Account id to the name shown to colleagues, for all who wrote or answered."""
    ids = {one for remark in remarks for one in (remark.author_id, remark.answered_by) if one}
    query = select(StaffAccount.id, StaffAccount.display_name).where(StaffAccount.id.in_(ids))
    return {row.id: row.display_name for row in session.execute(query)}
