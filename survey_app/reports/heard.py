"""What was heard at the year's community sessions: shares of comments, never of residents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analysis.themes.agreement import Standing, agreement, standing
from analysis.themes.codebook import NONE, UNCLEAR
from analysis.themes.corrected import MIN_CODES
from analysis.themes.public_rows import PublicComment, pooled_groups, public_shares

from ..community.counts import ThemeCount, coded_rows, sessions_held_with, theme_counts
from ..community.schedule.duties import HELD
from ..community.schedule.queries import list_schedule
from ..community.theme_work.collections import of_year
from ..community.theme_work.figures import settled_beginning
from ..community.theme_work.models import FINAL, READERS
from ..community.theme_work.queries import (
    codings_of,
    list_collected,
    list_drawn,
    list_draws,
    machine_codes,
)
from .snapshot import Count, DutyFigure, HeldSession, HeldWith, SessionFigures, ThemeFigure

#: a theme of fewer comments than this is not told: a handful of comments can point to who made them
FEWEST_COMMENTS = 5

Codings = Mapping[str, Mapping[str, frozenset[str]]]


@dataclass(frozen=True)
class Heard:
    """The comments of a year as they are published, and how far two readers agreed on each theme:
    Krippendorff's alpha by code, empty where nothing was read blind. `read` of them were drawn."""

    comments: tuple[PublicComment, ...]
    alphas: Mapping[str, float | None]
    read: int


def hear(session: Session, year: int) -> Heard:
    """By the newest blind draw of the year that was read far enough, else by the codes that count."""
    collection = of_year(year)
    for draw in list_draws(session):
        if draw.year != year or draw.wave_id is not None:
            continue
        codings = codings_of(session, draw.id)
        comments = list_collected(session, collection)
        place = {one.id: number for number, one in enumerate(comments)}
        settled = settled_beginning(list_drawn(session, draw.id), codings, place)
        if len(settled) < MIN_CODES:
            continue
        tags = machine_codes(session, collection)
        part = len(settled) / draw.size
        drawn = {one.comment_id: one.probability * part for one in settled}
        groups = pooled_groups(
            [one.language for one in comments], [place[one.comment_id] for one in settled]
        )
        rows = tuple(
            PublicComment(
                session=one.session_id or "",
                group=group,
                tag=frozenset(tags.get(one.id, ())),
                read=codings[one.id][FINAL] if one.id in drawn else None,
                probability=drawn.get(one.id),
            )
            for one, group in zip(comments, groups, strict=True)
        )
        return Heard(rows, _alphas(codings), len(settled))
    counted = tuple(PublicComment(row.session_id, row.codes) for row in coded_rows(session, year))
    return Heard(counted, {}, 0)


def _alphas(codings: Codings) -> dict[str, float | None]:
    read = {key: {one: by[one] for one in READERS if one in by} for key, by in codings.items()}
    codes = {code for by in read.values() for given in by.values() for code in given}
    return {code: agreement(code, read, repeats=1).alpha for code in sorted(codes)}


def gather_sessions(session: Session, year: int, heard: Heard) -> SessionFigures:
    """Themes of the finalised sessions of a year, the most raised first."""
    counts = theme_counts(session, year)
    return SessionFigures(
        codebook_version=counts.codebook_version,
        sessions=counts.sessions,
        comments=counts.comments,
        decided=counts.decided,
        attendance=counts.attendance,
        counted=counts.counted,
        kinds=tuple(Count(kind.kind, kind.sessions) for kind in counts.kinds),
        themes=_themes(counts.themes, heard),
        attributions=counts.attributions,
        demo=counts.demo,
        languages=counts.languages,
        read_blind=heard.read,
        held_with=tuple(
            HeldWith(
                group,
                tuple(HeldSession(one.id, one.kind, one.held_on.isoformat()) for one in meetings),
            )
            for group, meetings in sessions_held_with(session, year).items()
        ),
    )


def _themes(counted: Sequence[ThemeCount], heard: Heard) -> tuple[ThemeFigure, ...]:
    """A theme on which the readers agreed too little is left out, as are a handful of comments."""
    shares = {one.code: one for one in public_shares(heard.comments, [one.code for one in counted])}
    found = []
    for theme in counted:
        made = shares[theme.code]
        if theme.code in {NONE, UNCLEAR}:
            continue
        if made.share is None or made.low is None or made.high is None:
            continue
        comments = round(made.share * len(heard.comments)) if made.corrected else theme.comments
        verdict = Standing(True, False, "")
        if made.corrected:
            verdict = standing(heard.alphas.get(theme.code), heard.read, MIN_CODES)
        if comments < FEWEST_COMMENTS or not verdict.shown:
            continue
        found.append(
            ThemeFigure(
                code=theme.code,
                comments=comments,
                share=made.share,
                low=made.low,
                high=made.high,
                sessions=theme.sessions,
                machine_only=theme.machine_only and not made.corrected,
                corrected=made.corrected,
                tentative=verdict.tentative,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.share, one.code)))


def gather_duties(session: Session, year: int, *, as_of: date) -> tuple[DutyFigure, ...]:
    """What each series of sessions owed in a year until `as_of`, and what was held."""
    found = []
    for one in list_schedule(session, today=as_of):
        ended = [period for period in one.periods if period.last.year == year and period.last <= as_of]
        if ended:
            held = sum(period.state == HELD for period in ended)
            found.append(DutyFigure(one.series.kind, one.series.source, len(ended), held))
    return tuple(sorted(found, key=lambda duty: (duty.kind, duty.source, duty.owed, duty.held)))
