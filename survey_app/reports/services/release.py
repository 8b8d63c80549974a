"""What stands between an approved edition and the public: a promised day, an outside sign-off, and a
list of everybody who read it before."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...jobs import now
from ...problems import BadInputProblem, ConflictProblem
from ...waves.models import Wave
from ..models import PUBLISHED, EarlyReader, Edition, ReleaseDate, SignOff
from ..queries import find_edition, find_release, find_sign_off
from ..speech import gettext as _


def announce_release(
    session: Session,
    wave: Wave,
    *,
    release_on: date,
    reason: str = "",
    actor: StaffAccount | None,
    today: date | None = None,
) -> ReleaseDate:
    """Promise a day for a wave's report, or move it. Raises BadInputProblem for a day that has passed,
    and for another day without a reason."""
    today = today or now().date()
    standing = find_release(session, wave.id)
    if release_on < today:
        raise BadInputProblem(_("Choose a day that has not passed."))
    if standing is not None and not reason.strip():
        raise BadInputProblem(_("Say in public why the day is another."))
    found = ReleaseDate(
        wave_id=wave.id,
        number=standing.number + 1 if standing else 1,
        release_on=release_on,
        announced_on=today,
        reason=reason.strip() if standing else "",
    )
    session.add(found)
    session.flush()
    record(
        session,
        actor=actor,
        action="report.announce",
        subject=wave.slug,
        detail={"release_on": release_on.isoformat()},
    )
    return found


def sign_off(
    session: Session,
    edition_id: str,
    *,
    name: str,
    affiliation: str,
    statement: str,
    actor: StaffAccount,
) -> SignOff:
    """Keep what a methodologist from outside says of this edition; another says it instead of them."""
    edition = _unpublished(session, edition_id)
    for standing in session.scalars(select(SignOff).where(SignOff.edition_id == edition.id)):
        session.delete(standing)
    session.flush()
    found = SignOff(
        edition_id=edition.id,
        name=name.strip(),
        affiliation=affiliation.strip(),
        statement=statement.strip(),
        signed_on=now().date(),
        sha256=edition.sha256,
    )
    session.add(found)
    session.flush()
    _tell(session, edition, actor, "report.sign_off", {"sha256": edition.sha256})
    return found


def add_reader(
    session: Session, edition_id: str, *, name: str, organization: str, actor: StaffAccount
) -> EarlyReader:
    """Somebody gets to read the edition before it is published. Adding them twice changes nothing."""
    edition = _unpublished(session, edition_id)
    key = (edition.id, name.strip(), organization.strip())
    standing = session.get(EarlyReader, key)
    if standing is not None:
        return standing
    found = EarlyReader(edition_id=key[0], name=key[1], organization=key[2], given_on=now().date())
    session.add(found)
    session.flush()
    _tell(session, edition, actor, "report.early_reader", {})
    return found


def check_release(session: Session, edition: Edition) -> None:
    """Whether an edition may be published today. Raises ConflictProblem under embargo, and for a real
    report without a promised day or an outside sign-off of just this edition."""
    release = find_release(session, edition.wave_id)
    if release is not None and now().date() < release.release_on:
        raise ConflictProblem(
            _(
                "This report is promised for %(day)s. It cannot be published before.",
                day=release.release_on.isoformat(),
            )
        )
    if edition.demo:
        return
    if release is None:
        raise ConflictProblem(_("Announce the day of this report first."))
    signed = find_sign_off(session, edition.id)
    if signed is None or signed.sha256 != edition.sha256:
        raise ConflictProblem(
            _("A methodologist from outside the City has not signed this edition off yet.")
        )


def _unpublished(session: Session, edition_id: str) -> Edition:
    edition = find_edition(session, edition_id)
    if edition.state == PUBLISHED:
        raise ConflictProblem(_("This edition is published. It stays as it is."))
    return edition


def _tell(
    session: Session, edition: Edition, actor: StaffAccount, action: str, detail: dict[str, str]
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"{edition.year}, edition {edition.number}",
        detail=detail,
    )
