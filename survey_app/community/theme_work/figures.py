"""What a draw gives: agreement of the readers, corrected shares, and what more codes would give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.themes.agreement import Agreement, agreement
from analysis.themes.codebook import UNCLEAR, load_codebook
from analysis.themes.corrected import MIN_CODES, CorrectedShare, corrected_share
from analysis.themes.draw import Planned, plan
from analysis.themes.errors import DrawError

from .models import FINAL, READERS, DrawnComment, ThemeDraw
from .queries import codings_of, collection_of, list_collected, list_drawn, machine_codes

MORE = (100, 200, 400, 800)


@dataclass(frozen=True)
class ThemeResult:
    """One theme: agreement, the share (None before MIN_CODES are settled), in how many sessions the
    machine or a reader found it."""

    code: str
    agreement: Agreement
    share: CorrectedShare | None
    sessions: int


@dataclass(frozen=True)
class DrawFigures:
    """`settled` drawn comments, from the first on without a gap, carry the shares; `unclear` of them
    could not be decided and count as without a theme."""

    themes: tuple[ThemeResult, ...]
    settled: int
    unclear: int
    sessions: int
    comments: int
    planned: tuple[Planned, ...]


def draw_figures(session: Session, draw: ThemeDraw) -> DrawFigures:
    """Figures of a draw from what is read so far.

    Readers go through the draw in a random order, so the settled beginning of it is a smaller random
    draw: its inclusion probabilities are those of the draw times the part that was read.
    """
    collection = collection_of(session, draw)
    comments = list_collected(session, collection)
    place = {one.id: number for number, one in enumerate(comments)}
    codings = codings_of(session, draw.id)
    read = {
        key: {reader: by[reader] for reader in READERS if reader in by} for key, by in codings.items()
    }
    settled = settled_beginning(list_drawn(session, draw.id), codings, place)
    final = [codings[one.comment_id][FINAL] for one in settled]
    machine = machine_codes(session, collection)
    part = len(settled) / draw.size
    themes = []
    for code in load_codebook(draw.codebook_version).codes:
        agreed = agreement(code, read, repeats=400)
        share = None
        if len(settled) >= MIN_CODES:
            share = corrected_share(
                [code in machine.get(one.id, ()) for one in comments],
                [place[one.comment_id] for one in settled],
                [code in codes for codes in final],
                [one.probability * part for one in settled],
                alpha=agreed.alpha,
                groups=[one.language for one in comments],
            )
        raised = {one.session_id for one in comments if code in machine.get(one.id, ())}
        raised |= {
            comments[place[one.comment_id]].session_id
            for one, codes in zip(settled, final, strict=True)
            if code in codes
        }
        themes.append(ThemeResult(code, agreed, share, len(raised - {None})))
    return DrawFigures(
        themes=tuple(
            sorted(themes, key=lambda one: (-(one.share.share if one.share else 0), one.code))
        ),
        settled=len(settled),
        unclear=sum(UNCLEAR in codes for codes in final),
        sessions=len({one.session_id for one in comments} - {None}),
        comments=len(comments),
        planned=planned(len(comments), len(settled)),
    )


def planned(comments: int, there: int) -> tuple[Planned, ...]:
    """What some hundred more codes would give for a theme of every fifth comment."""
    sizes = [there + more for more in MORE if there + more <= comments]
    if there >= MIN_CODES:
        sizes = [there, *sizes]
    try:
        return plan(comments, sizes or [comments])
    except DrawError:
        return ()


def settled_beginning(
    drawn: list[DrawnComment],
    codings: Mapping[str, Mapping[str, frozenset[str]]],
    place: Mapping[str, int],
) -> list[DrawnComment]:
    """The drawn comments that are decided, from the first on without a gap; `place` has those that are
    still there."""
    kept = []
    for one in drawn:
        if FINAL not in codings.get(one.comment_id, {}):
            break
        if one.comment_id in place:
            kept.append(one)
    return kept
