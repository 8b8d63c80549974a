"""Records of what the City did: audit log, requests, remarks, reports, agreements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import AuditEntry
from ..remarks.models import Remark
from ..reports.codec import canonical
from ..reports.models import (
    PUBLISHED,
    EarlyReader,
    Edition,
    EditionFile,
    EditionPrint,
    ReleaseDate,
    SignOff,
)
from ..reports.restricted.models import DataAgreement
from ..series.models import SeriesResult
from ..waves.models import Wave
from .gathered import Gathered, Period
from .models import RecordsRequest
from .people import People

_OF_A_REPORT = "report-"


def audit(session: Session, period: Period) -> Gathered:
    """What staff did, oldest first."""
    people, found = People(session), Gathered()
    entries = session.scalars(
        select(AuditEntry).where(period.of_moments(AuditEntry.at)).order_by(AuditEntry.id)
    )
    rows: list[tuple[Any, ...]] = []
    for one in entries:
        found.kept_back["audit_entries", "not_employees"] += people.is_outsider(one.account_id)
        at = one.at.isoformat(sep=" ", timespec="seconds")
        detail = canonical(one.detail) if one.detail else ""
        rows.append(
            (at, people.name(one.account_id), one.role, one.action, people.subject(one), detail)
        )
    found.files["audit_log"] = rows
    requests = session.scalars(
        select(RecordsRequest)
        .where(period.of_days(RecordsRequest.received_on))
        .order_by(RecordsRequest.received_on, RecordsRequest.number)
    )
    found.files["requests"] = [
        (one.number, one.received_on, one.from_on, one.to_on, " ".join(one.kinds), one.recorded_on)
        for one in requests
    ]
    return found


def remarks(session: Session, period: Period) -> Gathered:
    """Remarks on questionnaires and on published reports."""
    people, found, rows = People(session), Gathered(), []
    reports = {f"{_OF_A_REPORT}{one.id}": one for one in session.scalars(select(Edition))}
    query = select(Remark).where(period.of_days(Remark.made_on)).order_by(Remark.made_on, Remark.id)
    for one in session.scalars(query):
        report = reports.get(one.subject)
        is_public = report is not None and report.state == PUBLISHED
        if one.subject.startswith(_OF_A_REPORT) and not is_public:
            found.kept_back["remarks", "unpublished"] += 1
            continue
        found.kept_back["remarks", "not_employees"] += people.is_outsider(one.author_id)
        rows.append(
            (
                one.id,
                report_name(report) if report is not None else one.subject,
                one.place,
                one.body,
                people.name_or_role(one.author_id),
                one.made_on,
                one.answer,
                people.name_or_role(one.answered_by),
                one.answered_on,
            )
        )
    found.files["remarks"] = rows
    return found


def report_name(edition: Edition) -> str:
    return f"report {edition.year}, edition {edition.number}"


def editions(session: Session, period: Period) -> Gathered:
    """Published reports and all that is told of them."""
    people, found = People(session), Gathered()
    slugs = {one.id: one.slug for one in session.scalars(select(Wave))}
    every = list(session.scalars(select(Edition).order_by(Edition.year, Edition.number)))
    found.kept_back["editions", "unpublished"] = sum(one.state != PUBLISHED for one in every)
    out = {one.id: one for one in every if one.state == PUBLISHED and period.holds(one.published_on)}
    found.files["editions"] = [
        (
            report_name(one),
            slugs[one.wave_id],
            one.sha256,
            one.built_on,
            people.name(one.built_by),
            one.approved_on,
            people.name(one.approved_by),
            one.published_on,
            people.name(one.published_by),
            one.correction,
            one.demo,
        )
        for one in out.values()
    ]
    found.files["files"] = [
        (report_name(out[edition_id]), name, sha256)
        for table in (EditionFile, EditionPrint)
        for edition_id, name, sha256 in session.execute(
            select(table.edition_id, table.name, table.sha256)
            .where(table.edition_id.in_(out))
            .order_by(table.edition_id, table.name)
        )
    ]
    found.files["readers"] = _readers(session, out)
    days = select(ReleaseDate).where(period.of_days(ReleaseDate.announced_on))
    found.files["release_days"] = [
        (slugs[one.wave_id], one.number, one.release_on, one.announced_on, one.reason)
        for one in session.scalars(days.order_by(ReleaseDate.wave_id, ReleaseDate.number))
    ]
    results = select(SeriesResult).where(period.of_days(SeriesResult.published_on))
    found.files["series_results"] = [
        (
            slugs[one.wave_id],
            one.number,
            one.sha256,
            one.published_on,
            people.name(one.published_by),
            one.correction,
        )
        for one in session.scalars(results.order_by(SeriesResult.wave_id, SeriesResult.number))
    ]
    agreed = select(DataAgreement).where(period.of_days(DataAgreement.made_on))
    found.files["agreements"] = [
        (
            one.institution,
            slugs[one.wave_id],
            one.purpose,
            one.made_on,
            one.approved_on,
            one.expires_on,
            one.ended_on,
        )
        for one in session.scalars(agreed.order_by(DataAgreement.made_on, DataAgreement.id))
    ]
    return found


def _readers(session: Session, out: dict[str, Edition]) -> list[tuple[Any, ...]]:
    early = session.scalars(
        select(EarlyReader)
        .where(EarlyReader.edition_id.in_(out))
        .order_by(EarlyReader.given_on, EarlyReader.name)
    )
    rows: list[tuple[Any, ...]] = [
        (
            report_name(out[one.edition_id]),
            "early reader",
            one.name,
            one.organization,
            one.given_on,
            "",
        )
        for one in early
    ]
    signed = session.scalars(
        select(SignOff).where(SignOff.edition_id.in_(out)).order_by(SignOff.edition_id)
    )
    return rows + [
        (
            report_name(out[one.edition_id]),
            "signed off",
            one.name,
            one.affiliation,
            one.signed_on,
            one.statement,
        )
        for one in signed
    ]
