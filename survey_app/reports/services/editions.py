"""Approve by a second person, then publish; both check that the edition is still what was built."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...jobs import now
from ...problems import ConflictProblem, NotAllowedProblem
from ..codec import digest
from ..commentary import authors_of
from ..models import APPROVED, DRAFT, PUBLISHED, Edition, EditionFile
from ..queries import find_edition
from ..speech import gettext as _
from .build import edition_digest, find_wave_to_report
from .release import check_release


def approve_edition(session: Session, edition_id: str, *, actor: StaffAccount) -> Edition:
    """Approve a draft. Raises NotAllowedProblem for the person who built it or wrote words of it,
    ConflictProblem when it is no draft or was tampered with."""
    edition = _lock(session, edition_id)
    if edition.state != DRAFT:
        raise ConflictProblem(_("Only a draft can be approved. Look at its state again."))
    if edition.built_by == actor.id:
        raise NotAllowedProblem(
            _("You built this edition. A second person must look at it and approve it.")
        )
    if actor.id in authors_of(edition.wording):
        raise NotAllowedProblem(
            _("You wrote words of this edition. A second person must look at it and approve it.")
        )
    check_untouched(session, edition)
    edition.state, edition.approved_by, edition.approved_on = APPROVED, actor.id, now().date()
    session.flush()
    _tell(session, edition, actor, "report.approve")
    return edition


def publish_edition(session: Session, edition_id: str, *, actor: StaffAccount) -> Edition:
    """Publish an approved edition for good. Raises ConflictProblem when it is not approved, was
    tampered with, under embargo or not signed off, or its wave is open again."""
    edition = _lock(session, edition_id)
    if edition.state != APPROVED:
        raise ConflictProblem(_("Only an approved edition can be published. Have it approved first."))
    find_wave_to_report(session, edition.year)
    check_untouched(session, edition)
    check_release(session, edition)
    edition.state, edition.published_by = PUBLISHED, actor.id
    edition.published_on = now().date()
    session.flush()
    _tell(session, edition, actor, "report.publish")
    return edition


def check_untouched(session: Session, edition: Edition) -> None:
    """Take every digest again from what is stored; raises ConflictProblem when one differs."""
    files = {
        one.name: digest(one.body)
        for one in session.scalars(select(EditionFile).where(EditionFile.edition_id == edition.id))
    }
    if edition_digest(edition.snapshot, edition.wording, files) != edition.sha256:
        raise ConflictProblem(
            _("This edition was changed after it was built. Build it again and look at the audit log.")
        )


def _lock(session: Session, edition_id: str) -> Edition:
    """The edition, held until the end of the transaction."""
    edition = session.get(Edition, edition_id, with_for_update=True)
    return edition if edition is not None else find_edition(session, edition_id)


def _tell(session: Session, edition: Edition, actor: StaffAccount, action: str) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"{edition.year}, edition {edition.number}",
        detail={"sha256": edition.sha256},
    )
