"""Records of the survey: what residents were shown, and counts. No answer is here."""

from __future__ import annotations

import json
from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..invitations.models import InvitationCase, InvitationSample
from ..invitations.queries import list_outcomes
from ..reports.codec import canonical
from ..series.models import SeriesReach
from ..waves.models import (
    ARCHIVED,
    CLOSED,
    HelpLineCheck,
    LanguageWaiver,
    OutreachCount,
    Wave,
    WaveWording,
)
from .gathered import Gathered, Period


def waves(session: Session, period: Period) -> Gathered:
    """Waves that were open in the period, with their frozen words."""
    found, shown = Gathered(), _waves(session, period)
    unopened = (
        select(func.count()).select_from(Wave).where(Wave.opened_on.is_(None), Wave.kind == "own")
    )
    found.kept_back["waves", "unopened"] = session.scalar(unopened) or 0
    slugs = {one.id: one.slug for one in shown}
    found.files["waves"] = [
        (
            one.slug,
            one.kind,
            one.series,
            one.year,
            one.quarter,
            one.questionnaire,
            one.title,
            one.state,
            one.opened_on,
            one.closed_on,
            one.publisher,
            one.citation,
            one.url,
            canonical(one.plan) if one.plan else "",
            canonical(one.mapping) if one.mapping else "",
            canonical(one.targets) if one.targets else "",
            one.demo,
        )
        for one in shown
    ]
    wordings = select(WaveWording).where(WaveWording.wave_id.in_(slugs))
    rows = []
    for text in session.scalars(wordings.order_by(WaveWording.wave_id, WaveWording.language)):
        name = f"{slugs[text.wave_id]}.{text.language}.json"
        found.documents[name] = json.dumps(
            text.wording, ensure_ascii=False, indent=1, sort_keys=True
        ).encode()
        rows.append((slugs[text.wave_id], text.language, text.sha256, name))
    found.files["wordings"] = rows
    waived = select(LanguageWaiver).where(LanguageWaiver.wave_id.in_(slugs))
    found.files["waivers"] = [
        (slugs[one.wave_id], one.language, one.reason, one.given_on)
        for one in session.scalars(waived.order_by(LanguageWaiver.wave_id, LanguageWaiver.language))
    ]
    checked = select(HelpLineCheck).where(HelpLineCheck.wave_id.in_(slugs))
    found.files["help_lines"] = [
        (slugs[one.wave_id], one.line, one.checked_on)
        for one in session.scalars(checked.order_by(HelpLineCheck.wave_id, HelpLineCheck.line))
    ]
    return found


def outcomes(session: Session, period: Period) -> Gathered:
    """Final dispositions as counts, of waves that are closed."""
    found, counted, samples = Gathered(), [], []
    for wave in _waves(session, period):
        sample = session.get(InvitationSample, wave.id)
        if sample is None:
            continue
        samples.append(
            (
                wave.slug,
                sample.addresses,
                sample.expected_percent,
                " ".join(sample.languages),
                sample.incentive,
                sample.imported_on,
            )
        )
        if wave.state not in {CLOSED, ARCHIVED}:
            cases = select(func.count()).where(InvitationCase.wave_id == wave.id)
            found.kept_back["invitation_cases", "open"] += session.scalar(cases) or 0
            continue
        told = Counter(one.disposition for one in list_outcomes(session, wave.id))
        counted += [(wave.slug, code, told[code]) for code in sorted(told)]
    found.files = {"outcomes": counted, "samples": samples}
    return found


def outreach(session: Session, period: Period) -> Gathered:
    """Counts in tens, by the day on which they were made."""
    found = Gathered()
    slugs = {one.id: one.slug for one in session.scalars(select(Wave))}
    query = select(OutreachCount).where(period.of_days(OutreachCount.counted_on))
    query = query.order_by(
        OutreachCount.counted_on, OutreachCount.wave_id, OutreachCount.dimension, OutreachCount.level
    )
    found.files["outreach"] = [
        (slugs[one.wave_id], one.dimension, one.level, one.counted_on, one.at_least)
        for one in session.scalars(query)
    ]
    shown = {one.id: one.slug for one in _waves(session, period)}
    reach = select(SeriesReach).where(SeriesReach.wave_id.in_(shown)).order_by(SeriesReach.wave_id)
    found.files["reach"] = [
        (shown[one.wave_id], one.events, one.people) for one in session.scalars(reach)
    ]
    return found


def _waves(session: Session, period: Period) -> list[Wave]:
    """Our own that were open on a day of the period, and foreign ones of its years."""
    query = select(Wave).order_by(Wave.year, Wave.slug)
    return [
        one
        for one in session.scalars(query)
        if (one.kind == "foreign" and period.first.year <= one.year <= period.last.year)
        or (
            one.opened_on is not None
            and one.opened_on <= period.last
            and (one.closed_on is None or one.closed_on >= period.first)
        )
    ]
