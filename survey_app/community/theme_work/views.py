"""What the templates of the work on themes get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_date, format_percent
from flask_babel import gettext as _

from analysis.themes.agreement import TENTATIVE_BELOW, WITHHELD_BELOW
from analysis.themes.codebook import SPECIAL, Codebook, Comparison, Theme, compare, load_codebook

from ..kinds import direction_of, spoken_languages
from ..models import Comment
from ..theme_labels import theme_label
from ..views import ThemeChip, view_choices
from .collections import Collection
from .figures import DrawFigures, ThemeResult
from .models import ThemeDraw, ThemeModel

#: The key of each theme, in the order of the codebook; a, n, u and s do something else.
KEYS = "1234567890qwertyiopdfghjklzxcvbm"


@dataclass(frozen=True)
class KeyedChip:
    """A theme to tick, the words that led the machine to it, and its key."""

    chip: ThemeChip
    key: str


@dataclass(frozen=True)
class ReadView:
    """A comment to be read, with its themes to tick; `machine`: its none or unclear."""

    id: str
    body: str
    english: str | None
    language: str
    language_name: str
    direction: str
    chips: tuple[KeyedChip, ...]
    suggested: bool
    machine: str


def view_reading(comment: Comment, *, blind: bool, chosen: Sequence[str] | None = None) -> ReadView:
    """`blind`: nothing of the machine's suggestion, and nothing ticked."""
    if blind and chosen is None:
        chosen = ()
    chips = []
    for number, chip in enumerate(view_choices(comment, chosen)):
        if blind:
            chip = ThemeChip(chip.code, chip.label, (), False, chip.chosen, chip.stands_alone)
        key = {"none": "n", "unclear": "u"}.get(chip.code) or KEYS[number : number + 1]
        chips.append(KeyedChip(chip, key))
    alone = [one.code for one in comment.suggestions if one.code in SPECIAL]
    return ReadView(
        id=comment.id,
        body=comment.words.current.body,
        english=comment.words.current.english,
        language=comment.language,
        language_name=spoken_languages().get(comment.language, comment.language),
        direction=direction_of(comment.language),
        chips=tuple(chips),
        suggested=any(one.chip.suggested for one in chips),
        machine="" if blind or not alone else alone[0],
    )


@dataclass(frozen=True)
class DrawView:
    """A draw in words; `title` is the year of sessions or the name of a wave."""

    id: str
    title: str
    of_survey: bool
    drawn_on: str
    size: int
    comments: int
    seed: int
    algorithm: str
    strata: int
    codebook_version: int


def view_draw(draw: ThemeDraw, collection: Collection) -> DrawView:
    return DrawView(
        draw.id,
        collection.title,
        collection.of_survey,
        format_date(draw.drawn_on, "long"),
        draw.size,
        draw.comments,
        draw.seed,
        draw.algorithm,
        len(draw.strata),
        draw.codebook_version,
    )


@dataclass(frozen=True)
class ResultRow:
    """A theme of a draw: texts ready to be shown."""

    label: str
    alpha: str
    alpha_range: str
    machine: str
    share: str
    interval: str
    sessions: int
    standing: str
    shown: bool


def view_results(figures: DrawFigures) -> tuple[ResultRow, ...]:
    """The themes that anybody found, the most frequent first."""
    return tuple(
        _row(one)
        for one in figures.themes
        if one.agreement.positive or one.sessions or (one.share and one.share.share > 0)
    )


def _row(one: ThemeResult) -> ResultRow:
    alpha, low, high = one.agreement.alpha, one.agreement.low, one.agreement.high
    share = one.share if one.share is not None and one.share.standing.shown else None
    return ResultRow(
        label=theme_label(one.code),
        alpha="" if alpha is None else f"{alpha:.2f}",
        alpha_range="" if low is None or high is None else f"{low:.2f} – {high:.2f}",
        machine=format_percent(one.share.machine, "#,##0.0%") if one.share else "",
        share=format_percent(share.share, "#,##0.0%") if share else "",
        interval=(
            f"{format_percent(share.low, '#,##0.0%')} – {format_percent(share.high, '#,##0.0%')}"
            if share
            else ""
        ),
        sessions=one.sessions,
        standing=_standing(one),
        shown=share is not None,
    )


def _standing(one: ThemeResult) -> str:
    alpha = one.agreement.alpha
    if one.share is None:
        return str(_("Too few comments are settled"))
    if alpha is None:
        return str(_("Agreement could not be measured"))
    if alpha < WITHHELD_BELOW:
        return str(_("Withheld: the readers agree too little"))
    if alpha < TENTATIVE_BELOW:
        return str(_("Tentative"))
    return str(_("May be shown"))


@dataclass(frozen=True)
class Disagreement:
    """Two readings of one comment; labels of what both, only A and only B gave."""

    id: str
    body: str
    english: str | None
    language: str
    direction: str
    both: tuple[str, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    final: tuple[str, ...]


def view_disagreement(comment: Comment, by: dict[str, frozenset[str]]) -> Disagreement:
    a, b = by["A"], by["B"]
    return Disagreement(
        comment.id,
        comment.words.current.body,
        comment.words.current.english,
        comment.language,
        direction_of(comment.language),
        _labels(a & b),
        _labels(a - b),
        _labels(b - a),
        _labels(by.get("final", frozenset())),
    )


def _labels(codes: frozenset[str]) -> tuple[str, ...]:
    order = (*load_codebook().codes, *SPECIAL)
    return tuple(
        theme_label(code)
        for code in sorted(codes, key=lambda one: order.index(one) if one in order else 99)
    )


@dataclass(frozen=True)
class ModelView:
    """A trained model in words."""

    id: str
    made_on: str
    comments: int
    themes: int
    embedding: str
    codebook_version: int
    in_use: bool


def view_model(model: ThemeModel) -> ModelView:
    return ModelView(
        model.id,
        format_date(model.made_on, "long"),
        model.comments,
        len(model.themes),
        model.embedding or "",
        model.codebook_version,
        model.in_use,
    )


@dataclass(frozen=True)
class ThemeEntry:
    """A theme of a version, what became of it since the version before, codes given by it."""

    theme: Theme
    label: str
    change: str
    decided: int


@dataclass(frozen=True)
class VersionView:
    """A version of the codebook; `adopted` is empty while it is only proposed."""

    version: int
    adopted: str
    entries: tuple[ThemeEntry, ...]


def view_codebook(
    versions: Sequence[Codebook], decided: dict[tuple[int, str], int]
) -> list[VersionView]:
    """The versions, the newest first; `change` says what it does to earlier codes."""
    found = []
    before: Codebook | None = None
    for book in versions:
        verdicts = compare(before, book) if before else {}
        earlier = {
            code: sum(
                n for (version, one), n in decided.items() if one == code and version < book.version
            )
            for code in verdicts
        }
        found.append(
            VersionView(
                book.version,
                format_date(book.adopted, "long") if book.adopted else "",
                tuple(
                    ThemeEntry(
                        theme,
                        theme_label(theme.code)
                        if theme.code != theme_label(theme.code)
                        else theme.label,
                        _change(verdicts.get(theme.code), earlier.get(theme.code, 0)),
                        decided.get((book.version, theme.code), 0),
                    )
                    for theme in book
                ),
            )
        )
        before = book
    return found[::-1]


def _change(verdict: Comparison | None, earlier: int) -> str:
    words = ""
    if verdict is Comparison.CLARIFIED:
        words = _("Other words, same meaning: earlier codes count (%(count)s).", count=earlier)
    elif verdict is Comparison.BROKEN:
        words = _(
            "Another meaning: %(count)s earlier codes must be read again; shares are not compared.",
            count=earlier,
        )
    elif verdict is Comparison.ADDED:
        words = _("New: nothing was coded by it before.")
    return str(words)
