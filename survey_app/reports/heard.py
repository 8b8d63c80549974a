"""What was heard at the year's community sessions: shares of comments, never of residents."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from analysis.themes.codebook import NONE, UNCLEAR
from analysis.themes.shares import CodedComment, human_shares

from ..community.counts import coded_rows, theme_counts
from ..community.schedule.duties import HELD
from ..community.schedule.queries import list_schedule
from .snapshot import Count, DutyFigure, SessionFigures, ThemeFigure

#: a theme of fewer comments than this is not told: a handful of comments can point to who made them
FEWEST_COMMENTS = 5


def comments_csv(session: Session, year: int) -> bytes:
    """A line a comment that was counted: the number of its session and its codes; no words, no key.

    Sessions are numbered and lines sorted by what they hold, so that no order of writing is left.
    """
    rows = [(row.session_id, ";".join(sorted(row.codes))) for row in coded_rows(session, year)]
    held: dict[str, list[str]] = {}
    for session_id, codes in rows:
        held.setdefault(session_id, []).append(codes)
    lines = ["session,codes"]
    for number, codes_of_one in enumerate(sorted(sorted(codes) for codes in held.values()), start=1):
        lines += [f"{number},{codes}" for codes in codes_of_one]
    return ("\n".join(lines) + "\n").encode()


def gather_sessions(session: Session, year: int) -> SessionFigures:
    """Themes of the finalised sessions of a year, the most raised first."""
    counts = theme_counts(session, year)
    rows = coded_rows(session, year)
    shares = {
        one.code: one
        for one in human_shares(
            [CodedComment(row.session_id, row.codes) for row in rows],
            [theme.code for theme in counts.themes],
        )
    }
    themes = []
    for theme in counts.themes:
        share = shares[theme.code]
        if theme.code in {NONE, UNCLEAR} or theme.comments < FEWEST_COMMENTS:
            continue
        if share.share is None or share.low is None or share.high is None:
            continue
        themes.append(
            ThemeFigure(
                code=theme.code,
                comments=theme.comments,
                share=share.share,
                low=share.low,
                high=share.high,
                sessions=theme.sessions,
                machine_only=theme.machine_only,
            )
        )
    return SessionFigures(
        codebook_version=counts.codebook_version,
        sessions=counts.sessions,
        comments=counts.comments,
        decided=counts.decided,
        attendance=counts.attendance,
        counted=counts.counted,
        kinds=tuple(Count(kind.kind, kind.sessions) for kind in counts.kinds),
        themes=tuple(themes),
        attributions=counts.attributions,
        demo=counts.demo,
        languages=counts.languages,
    )


def gather_duties(session: Session, year: int, *, as_of: date) -> tuple[DutyFigure, ...]:
    """What each series of sessions owed in a year until `as_of`, and what was held."""
    found = []
    for one in list_schedule(session, today=as_of):
        ended = [period for period in one.periods if period.last.year == year and period.last <= as_of]
        if ended:
            held = sum(period.state == HELD for period in ended)
            found.append(DutyFigure(one.series.kind, one.series.source, len(ended), held))
    return tuple(sorted(found, key=lambda duty: (duty.kind, duty.source, duty.owed, duty.held)))
