"""Reads about editions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from ..accounts.models import StaffAccount
from ..problems import NotFoundProblem
from ..waves.models import CITY_SERIES, Wave
from .models import PUBLISHED, EarlyReader, Edition, EditionFile, EditionPrint, ReleaseDate, SignOff
from .speech import gettext as _


@dataclass(frozen=True)
class DeskRow:
    """A wave of our own and its editions, newest first."""

    wave: Wave
    editions: tuple[Edition, ...]

    @property
    def may_build(self) -> bool:
        return self.wave.state in {"closed", "archived"}


def list_published_years(session: Session) -> list[int]:
    """Years with a published edition, newest first."""
    query = select(Edition.year).where(Edition.state == PUBLISHED).distinct()
    return list(session.scalars(query.order_by(Edition.year.desc())))


def find_published(session: Session, year: int) -> Edition:
    """The newest published edition of a year; raises NotFoundProblem."""
    edition = session.scalars(
        select(Edition)
        .where(Edition.year == year, Edition.state == PUBLISHED)
        .order_by(Edition.number.desc())
        .limit(1)
    ).first()
    if edition is None:
        raise NotFoundProblem(_("There are no published results for %(year)s.", year=str(year)))
    return edition


def find_edition(session: Session, edition_id: str) -> Edition:
    edition = session.get(Edition, edition_id)
    if edition is None:
        raise NotFoundProblem(_("This edition is not here. It may have been built again."))
    return edition


def find_newest(session: Session, year: int) -> Edition:
    """The newest edition of a year, published or not; raises NotFoundProblem."""
    query = select(Edition).where(Edition.year == year).order_by(Edition.number.desc()).limit(1)
    edition = session.scalars(query).first()
    if edition is None:
        raise NotFoundProblem(_("No report has been built for %(year)s.", year=str(year)))
    return edition


def find_file(session: Session, edition_id: str, name: str) -> EditionFile:
    found = session.get(EditionFile, (edition_id, name))
    if found is None:
        raise NotFoundProblem(_("This edition has no file of that name."))
    return found


def list_file_names(session: Session, edition_id: str) -> frozenset[str]:
    """Names of all files of an edition."""
    query = select(EditionFile.name).where(EditionFile.edition_id == edition_id)
    return frozenset(session.scalars(query))


def find_next_number(session: Session, year: int) -> tuple[int, Edition | None]:
    """The number a new edition gets, and the published edition it would correct."""
    newest = session.scalars(
        select(Edition)
        .where(Edition.year == year, Edition.state == PUBLISHED)
        .order_by(Edition.number.desc())
        .limit(1)
    ).first()
    return (newest.number + 1 if newest else 1), newest


def find_release(session: Session, wave_id: str) -> ReleaseDate | None:
    """The day that counts for a wave's report."""
    query = select(ReleaseDate).where(ReleaseDate.wave_id == wave_id)
    return session.scalars(query.order_by(ReleaseDate.number.desc()).limit(1)).first()


def list_releases(session: Session, wave_id: str) -> list[ReleaseDate]:
    """Every day that was announced for a wave's report, the first one first."""
    query = select(ReleaseDate).where(ReleaseDate.wave_id == wave_id)
    return list(session.scalars(query.order_by(ReleaseDate.number)))


def find_sign_off(session: Session, edition_id: str) -> SignOff | None:
    return session.get(SignOff, edition_id)


def list_readers(session: Session, edition_id: str) -> list[EarlyReader]:
    """Who read an edition before it was published."""
    query = select(EarlyReader).where(EarlyReader.edition_id == edition_id)
    return list(session.scalars(query.order_by(EarlyReader.organization, EarlyReader.name)))


@dataclass(frozen=True)
class Awaited:
    """A wave whose report is promised and not there yet."""

    wave: Wave
    release: ReleaseDate


def list_awaited(session: Session, *, series: str) -> list[Awaited]:
    """Reports that are promised and not published, the earliest first."""
    published = select(Edition.wave_id).where(Edition.state == PUBLISHED)
    waves = session.scalars(
        select(Wave).where(Wave.kind == "own", Wave.series == series, Wave.id.not_in(published))
    )
    found = [
        Awaited(wave, release)
        for wave in waves
        if (release := find_release(session, wave.id)) is not None
    ]
    return sorted(found, key=lambda one: one.release.release_on)


def list_prints(session: Session, edition_id: str) -> list[str]:
    """Names of the PDF files of an edition."""
    query = select(EditionPrint.name).where(EditionPrint.edition_id == edition_id)
    return list(session.scalars(query.order_by(EditionPrint.name)))


def find_print(session: Session, edition_id: str, name: str) -> EditionPrint:
    found = session.get(EditionPrint, (edition_id, name))
    if found is None:
        raise NotFoundProblem(_("This edition has no file of that name."))
    return found


def list_desk(session: Session) -> list[DeskRow]:
    """Waves of the city's survey, newest first, with their editions; snapshots stay unread."""
    ours = select(Wave).where(Wave.kind == "own", Wave.series == CITY_SERIES)
    waves = session.scalars(ours.order_by(Wave.year.desc()))
    light = load_only(
        Edition.id,
        Edition.wave_id,
        Edition.year,
        Edition.number,
        Edition.state,
        Edition.demo,
        Edition.sha256,
        Edition.built_by,
        Edition.built_on,
        Edition.approved_by,
        Edition.approved_on,
        Edition.published_on,
        Edition.correction,
    )
    editions = list(session.scalars(select(Edition).options(light).order_by(Edition.number.desc())))
    return [DeskRow(wave, tuple(one for one in editions if one.wave_id == wave.id)) for wave in waves]


def list_names(session: Session, account_ids: Sequence[str]) -> dict[str, str]:
    """Names of accounts as colleagues know them."""
    query = select(StaffAccount).where(StaffAccount.id.in_(account_ids))
    return {account.id: account.display_name for account in session.scalars(query)}


def find_account(session: Session, sign_in_name: str) -> StaffAccount:
    """An active account by its sign-in name, for commands; raises NotFoundProblem."""
    query = select(StaffAccount).where(
        StaffAccount.active, func.lower(StaffAccount.sign_in_name) == sign_in_name.strip().lower()
    )
    account = session.scalars(query).first()
    if account is None:
        raise NotFoundProblem(_("There is no active account called %(name)s.", name=sign_in_name))
    return account
