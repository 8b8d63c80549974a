"""From the answers of a closed wave to a published result: counted, small numbers left out, kept."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from analysis.counted import SMALLEST_CELL, count_share, finite_bounds, finite_interval
from questionnaires.schema import Measure

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..jobs import now
from ..problems import BadInputProblem, ConflictProblem
from ..waves.freeze import digest
from ..waves.models import ARCHIVED, CLOSED, Wave
from ..waves.queries import load_instrument_of
from .models import SeriesReach, SeriesResult
from .queries import COUNTED, count_asked, find_newest, find_reach, read_codes


def set_reach(session: Session, wave: Wave, *, events: int | None, people: int | None) -> None:
    """Write down how many events there were and how many people came, as far as somebody counted."""
    reach = session.get(SeriesReach, wave.id)
    if reach is None:
        reach = SeriesReach(wave_id=wave.id)
        session.add(reach)
    reach.events, reach.people = events, people
    session.flush()


def build_document(session: Session, wave: Wave) -> dict[str, Any]:
    """The result as it would be published: numbers and ids, no prose.

    Raises ConflictProblem while the wave still takes answers, or for a series that is weighted.
    """
    if wave.series not in COUNTED:
        raise ConflictProblem(_("This survey has a report of its own."))
    if wave.state not in {CLOSED, ARCHIVED}:
        raise ConflictProblem(
            _("%(title)s is not closed. Close the wave, then publish its result.", title=wave.title)
        )
    rows = read_codes(session, wave)
    asked = count_asked(session, wave)
    return {
        "wave": wave.slug,
        "series": wave.series,
        "year": wave.year,
        "quarter": wave.quarter,
        "demo": wave.demo,
        "answered": len(rows),
        "asked": asked,
        "events": find_reach(session, wave).events,
        "measures": [
            _figure(wave, measure, rows, asked) for measure in load_instrument_of(wave).measures
        ],
    }


def _figure(
    wave: Wave, measure: Measure, rows: list[dict[str, int]], asked: int | None
) -> dict[str, Any]:
    share = count_share((row[measure.question] for row in rows), measure.codes, measure.base)
    figure: dict[str, Any] = {
        "id": measure.id,
        "primary": measure.primary,
        "better": measure.direction,
        "told": share.told,
    }
    if share.told == "withheld":
        return figure
    figure["n"] = share.n
    if share.told == "few":
        return figure | {"high": (SMALLEST_CELL - 1) / share.n}
    if share.told == "nearly_all":
        return figure | {"low": (share.n - SMALLEST_CELL + 1) / share.n}
    figure |= {"counted": share.counted, "value": share.share}
    if wave.series == "partners" and asked is not None and asked >= share.n:
        low, high = finite_interval(share.counted, share.n, asked)
        least, most = finite_bounds(share.counted, share.n, asked)
        figure |= {"low": low, "high": high, "least": least, "most": most}
    return figure


def publish_result(
    session: Session, wave: Wave, *, actor: StaffAccount | None, correction: str = ""
) -> SeriesResult:
    """Publish the result of a closed wave for good; once more only as a correction that says what."""
    document = build_document(session, wave)
    before = find_newest(session, wave)
    if before is not None and not correction.strip():
        raise BadInputProblem(_("Say in a sentence what this correction corrects."))
    result = SeriesResult(
        wave_id=wave.id,
        number=before.number + 1 if before else 1,
        document=document,
        sha256=digest(document),
        published_by=actor.id if actor else None,
        published_on=now().date(),
        correction=correction.strip() if before else "",
    )
    session.add(result)
    session.flush()
    record(
        session,
        actor=actor,
        action="series.publish",
        subject=wave.slug,
        detail={"number": result.number, "sha256": result.sha256},
    )
    return result
