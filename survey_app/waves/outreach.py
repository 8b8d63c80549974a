"""Who has been reached so far: once a day, rounded down to tens, one subject at a time.

What is counted are answers that were released, and in the total also those that wait sealed. No answer
is shown. The last count alone is kept: how a number grew from day to day is nobody's business. Targets
by district, race and age follow from the number of answers hoped for and the adults of the city.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from analysis.data.raking import RakingVersion, load_raking
from analysis.data.recode import FOLDER, Answer

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..jobs import JobContext, daily_job, now
from ..problems import BadInputProblem
from ..survey.models import Response, SealedAnswer
from ..survey.suspicion import FLAGS
from .counts import SENT, STEP, TOTAL
from .models import OPEN, PAUSED, OutreachCount, Wave

#: subject -> the column of the declared weighting whose levels are counted
WEIGHTED = {"district": "rake_district", "age": "rake_age", "race": "rake_race"}
#: subject -> the field of a response
FIELDS = {"language": "language", "source": "source", "mode": "mode"}
#: Why responses look unlike a person's: told here, never a ground to drop one.
FLAG = "flag"
SUBJECTS = (*WEIGHTED, *FIELDS, FLAG)
#: Answers that fit no level: skipped, rather not say, several races, no area told.
NO_LEVEL = "-"
#: The most a target may be.
MOST = 100_000


def count_outreach(session: Session, wave: Wave, *, day: date | None = None) -> None:
    """Count this wave's answers and put the count in the place of the last one."""
    counted_on = day or now().date()
    responses = list(session.scalars(select(Response).where(Response.wave_id == wave.id)))
    counts = {SENT: Counter({TOTAL: len(responses) + _sealed(session, wave)})}
    version = _version(wave)
    for subject, name in FIELDS.items():
        counts[subject] = Counter(str(getattr(row, name)) for row in responses)
    counts[FLAG] = Counter(dict.fromkeys(FLAGS, 0))
    counts[FLAG].update(flag for row in responses for flag in row.flags)
    if version is not None:
        for subject, name in WEIGHTED.items():
            column = next(one for one in version.columns if one.id == name)
            counts[subject] = Counter(
                column.level_of(_answer(row, subject, column.question)) or NO_LEVEL for row in responses
            )
    session.execute(delete(OutreachCount).where(OutreachCount.wave_id == wave.id))
    session.add_all(
        OutreachCount(
            wave_id=wave.id,
            dimension=subject,
            level=level,
            counted_on=counted_on,
            at_least=count // STEP * STEP,
        )
        for subject, levels in counts.items()
        for level, count in levels.items()
    )
    session.flush()


def _sealed(session: Session, wave: Wave) -> int:
    query = select(func.count()).select_from(SealedAnswer).where(SealedAnswer.wave_id == wave.id)
    return session.scalar(query) or 0


def _answer(row: Response, subject: str, question: str) -> Answer:
    answer: Answer = row.police_district if subject == "district" else row.answers.get(question)
    return answer


def _version(wave: Wave) -> RakingVersion | None:
    name = wave.plan.get("version")
    return load_raking(str(name)) if name is not None else None


@daily_job("waves.count", title=_l("Count answers, in tens"))
def count_all(context: JobContext) -> dict[str, Any]:
    """Count every wave that takes answers."""
    with context.database.transaction() as session:
        query = select(Wave).where(Wave.kind == "own", or_(Wave.state.in_((OPEN, PAUSED)), Wave.pilot))
        waves = list(session.scalars(query))
        for wave in waves:
            count_outreach(session, wave)
    return {"waves": len(waves)}


@dataclass(frozen=True)
class LevelCount:
    """One level: at least so many answered (0: fewer than ten), and how many are hoped for."""

    level: str
    at_least: int
    target: int | None

    @property
    def reached(self) -> int:
        """Percent of the target, at most 100, in the steps in which it is counted."""
        return min(100, self.at_least * 100 // self.target) if self.target else 0


@dataclass(frozen=True)
class Outreach:
    """The last count of a wave; `counted_on` is None before the first."""

    counted_on: date | None
    sent: LevelCount
    subjects: dict[str, tuple[LevelCount, ...]]


def find_outreach(session: Session, wave: Wave) -> Outreach:
    query = select(OutreachCount).where(OutreachCount.wave_id == wave.id)
    rows = {(row.dimension, row.level): row for row in session.scalars(query)}
    targets = targets_of(wave)
    subjects = {}
    for subject in SUBJECTS:
        counted = [level for dimension, level in rows if dimension == subject]
        hoped = targets.get(subject, {})
        levels = sorted({*counted, *hoped} - {NO_LEVEL}) + [NO_LEVEL] * (NO_LEVEL in counted)
        subjects[subject] = tuple(
            LevelCount(
                level,
                rows[subject, level].at_least if (subject, level) in rows else 0,
                hoped.get(level),
            )
            for level in levels
        )
    sent = rows.get((SENT, TOTAL))
    return Outreach(
        counted_on=sent.counted_on if sent is not None else None,
        sent=LevelCount(TOTAL, sent.at_least if sent is not None else 0, wave.targets.get(TOTAL)),
        subjects=subjects,
    )


def targets_of(wave: Wave) -> dict[str, dict[str, int]]:
    """Answers hoped for by subject and level: set by staff, or the total shared out as the city is."""
    found: dict[str, dict[str, int]] = {
        subject: {level: int(number) for level, number in wave.targets.get(subject, {}).items()}
        for subject in FIELDS
    }
    total, version = wave.targets.get(TOTAL), _version(wave)
    if total and version is not None:
        for subject, name in WEIGHTED.items():
            adults = _adults(version.id, name)
            everybody = sum(adults.values())
            found[subject] = {
                level: round(total * count / everybody) for level, count in adults.items()
            }
    return found


@cache
def _adults(version: str, column: str) -> Mapping[str, float]:
    """Adults of the city by the levels of a column, from the margin of the declared weighting."""
    for margin in load_raking(version).plan["weighting"][0]["margins"]:
        if column in margin["vars"]:
            with (FOLDER / "margins" / margin["table"]).open(encoding="utf-8", newline="") as file:
                counted: Counter[str] = Counter()
                for row in csv.DictReader(file):
                    counted[row[column]] += int(row["count"])
            return dict(counted)
    return {}


def set_targets(
    session: Session,
    wave: Wave,
    numbers: Mapping[str, Mapping[str, int | None]],
    *,
    total: int | None,
    actor: StaffAccount | None = None,
) -> None:
    """Set what is hoped for: in all, and by language, source and mode. None takes a number away."""
    targets: dict[str, Any] = {TOTAL: total} if total else {}
    for subject, levels in numbers.items():
        kept = {level: number for level, number in levels.items() if number}
        if kept:
            targets[subject] = kept
    every = [total or 0, *(n for levels in numbers.values() for n in levels.values() if n)]
    if any(not 0 <= number <= MOST for number in every):
        raise BadInputProblem(_("A target is a whole number up to %(most)s.", most=MOST))
    wave.targets = targets
    session.flush()
    record(session, actor=actor, action="wave.targets", subject=wave.slug, detail={"total": total})
