"""What the templates get about commitments, worded in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString, format_date
from flask_babel import lazy_gettext as _l

from ...i18n import current_language
from ..kinds import direction_of
from ..theme_labels import theme_label
from .models import DROPPED, KEPT, OPEN, UNDER_WAY, Commitment
from .queries import Kept, KeptRow, standing_of
from .standing import GIVEN_UP, IN_TIME, KEPT_LATE, LATE, RUNNING

STANDING_LABELS: dict[str, LazyString] = {
    IN_TIME: _l("Kept in time"),
    KEPT_LATE: _l("Kept late"),
    RUNNING: _l("Time is left"),
    LATE: _l("Late"),
    GIVEN_UP: _l("Given up"),
}
MARKS = {IN_TIME: "good", KEPT_LATE: "", RUNNING: "wait", LATE: "bad", GIVEN_UP: "bad"}
STATE_LABELS: dict[str, LazyString] = {
    OPEN: _l("Promised"),
    UNDER_WAY: _l("Under way"),
    KEPT: _l("Kept"),
    DROPPED: _l("Cannot be kept"),
}


@dataclass(frozen=True)
class CommitmentView:
    """A commitment in the language of the page, or in English where it was not put into it.

    `history`: day, what was said of it, note.
    """

    id: str
    text: str
    language: str
    direction: str
    owner: str
    theme: str
    session_id: str
    made_on: str
    due_on: str
    standing: str
    mark: str
    history: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class KeptView:
    """All commitments with how many stand where: label, mark and count."""

    rows: tuple[CommitmentView, ...]
    counts: tuple[tuple[str, str, int], ...]
    owners: tuple[tuple[str, tuple[int, ...]], ...]
    kept: int
    total: int


def view_kept(found: Kept) -> KeptView:
    return KeptView(
        rows=tuple(_view(one) for one in found.rows),
        counts=tuple(
            (str(STANDING_LABELS[name]), MARKS[name], count) for name, count in found.counts.items()
        ),
        owners=tuple((one.owner, tuple(one.counts.values())) for one in found.owners),
        kept=found.kept,
        total=len(found.rows),
    )


def view_commitment(found: Commitment, *, as_of: date) -> CommitmentView:
    row = KeptRow(
        found.id,
        found.session_id,
        found.theme,
        dict(found.words),
        found.owner,
        found.made_on,
        found.due_on,
        None,
        standing_of(found, as_of=as_of),
    )
    history = [
        (_day(one.happened_on), str(STATE_LABELS[one.state]), one.note) for one in found.steps[::-1]
    ]
    return _view(row, history)


def _view(row: KeptRow, history: Sequence[tuple[str, str, str]] = ()) -> CommitmentView:
    code = current_language().code
    language = code if code in row.words else "en"
    return CommitmentView(
        id=row.id,
        text=row.words[language],
        language=language,
        direction=direction_of(language),
        owner=row.owner,
        theme=theme_label(row.theme) if row.theme else "",
        session_id=row.session_id or "",
        made_on=_day(row.made_on),
        due_on=_day(row.due_on),
        standing=str(STANDING_LABELS[row.standing]),
        mark=MARKS[row.standing],
        history=tuple(history),
    )


def _day(day: date) -> str:
    return str(format_date(day, "long"))
