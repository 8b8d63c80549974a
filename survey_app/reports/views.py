"""What the pages of results show, ready to print: a template decides nothing about figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Image:
    """A picture in its two variants, with the finding as its text alternative."""

    light: str
    dark: str
    alt: str
    height: int
    png: str
    csv: str


@dataclass(frozen=True)
class Row:
    """One line of a table. `why` says why a figure is not shown."""

    name: str
    share: str
    interval: str
    n: str
    change: str
    why: str


@dataclass(frozen=True)
class Table:
    """Figures under a caption; `heading` is what the first column holds."""

    caption: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Citation:
    """Another survey, as its makers ask to be cited."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class BesideView:
    """Another survey's figures for something similar."""

    survey: str
    title: str
    table: Table
    sentence: str


@dataclass(frozen=True)
class MeasureView:
    """One measure on the page of a year, and on its own page."""

    id: str
    title: str
    url: str
    share: str
    words: str
    interval: str
    n: str
    why: str
    verdict: str
    verdict_word: str
    change: str
    change_interval: str
    gap: str
    image: Image | None
    trend: Table
    beside: tuple[BesideView, ...]


@dataclass(frozen=True)
class ThemeView:
    """A theme heard at sessions: always a share of comments."""

    name: str
    sentence: str
    note: str


@dataclass(frozen=True)
class CommentaryView:
    """What the analyst says, in `language`; `note` says when that is a draft or not the reader's."""

    paragraphs: tuple[str, ...]
    language: str
    direction: str
    note: str


@dataclass(frozen=True)
class CommentaryText:
    """A language's text on the staff's page: the language, how it stands, the text."""

    code: str
    name: str
    direction: str
    standing: str
    reviewed: bool
    text: str


@dataclass(frozen=True)
class WordsPage:
    """The staff's page of an edition's commentary; `open`: the edition is a draft."""

    edition_id: str
    year: int
    number: int
    open: bool
    english: str
    chosen: CommentaryText
    texts: tuple[CommentaryText, ...]


@dataclass(frozen=True)
class PromiseView:
    """A commitment: its words in `language`, the agency that answers for it, where it stood."""

    id: str
    text: str
    language: str
    direction: str
    owner: str
    theme: str
    due_on: str
    standing: str
    mark: str


@dataclass(frozen=True)
class PromisesView:
    """Commitments as they stood; `counts`: label, style of the mark, how many."""

    lead: str
    counts: tuple[tuple[str, str, int], ...]
    rows: tuple[PromiseView, ...]


@dataclass(frozen=True)
class SmallerFigure:
    """A share of those who answered, its title in `language`, who stands behind it, its range."""

    title: str
    language: str
    direction: str
    primary: bool
    share: str
    people: str
    range: str


@dataclass(frozen=True)
class SmallerView:
    """A smaller survey of the year; without rows `note` says that there is none."""

    series: str
    title: str
    period: str
    note: str
    rows: tuple[SmallerFigure, ...]


@dataclass(frozen=True)
class EditionView:
    """Which edition this is. `preview`: staff look at it before it is published."""

    year: int
    number: int
    published_on: str
    digest: str
    correction: str
    demo: bool
    preview: bool
    words_language: str
    home: str
    csv: str
    plan: str
    package: str
    data: str
    open_link: str


@dataclass(frozen=True)
class Fact:
    """An item of how the survey was done."""

    name: str
    text: str
    brief: bool


@dataclass(frozen=True)
class UnreachedGroup:
    """Sessions held with one group of people: how many, and the name and address of each."""

    text: str
    sessions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class UnreachedView:
    """Who is missing from the survey, and the sessions held with them; `held` is empty where the
    edition does not know."""

    who: str
    held: str
    groups: tuple[UnreachedGroup, ...]


@dataclass(frozen=True)
class YearView:
    """The page of a year."""

    edition: EditionView
    lead: str
    commentary: CommentaryView | None
    primary: tuple[MeasureView, ...]
    worse: tuple[MeasureView, ...]
    better: tuple[MeasureView, ...]
    others: tuple[MeasureView, ...]
    heard: tuple[str, ...]
    themes: tuple[ThemeView, ...]
    attributions: tuple[str, ...]
    unreached: UnreachedView
    promises: PromisesView | None
    smaller: tuple[SmallerView, ...]
    method: tuple[str, ...]
    facts: tuple[Fact, ...]
    citations: tuple[Citation, ...]
    years: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class MeasureText:
    """What was asked, in the words residents were shown."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class MeasurePage:
    """One measure by itself: over the years, by group, by police district."""

    edition: EditionView
    measure: MeasureView
    asked: MeasureText
    groups_image: Image | None
    groups: tuple[Table, ...]
    map_image: Image | None
    districts_image: Image | None
    districts: Table | None
    open_sentence: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class OpenPage:
    """The open link by itself."""

    edition: EditionView
    lead: str
    table: Table


@dataclass(frozen=True)
class Download:
    """A file to take away."""

    name: str
    url: str
    format: str


@dataclass(frozen=True)
class ColumnView:
    """A column of the public file; `levels`: what is stored, what it means, how many rows."""

    name: str
    label: str
    question: str
    filled: str
    levels: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class DataPage:
    """The files for other programs, and the codebook."""

    edition: EditionView
    tables: tuple[Download, ...]
    programs: tuple[Download, ...]
    protection: str
    columns: tuple[ColumnView, ...]


@dataclass(frozen=True)
class ReleaseDay:
    """A day that was promised for a report."""

    release_on: str
    announced_on: str
    reason: str


@dataclass(frozen=True)
class SignOffView:
    """What a methodologist from outside says of an edition."""

    name: str
    affiliation: str
    statement: str
    signed_on: str


@dataclass(frozen=True)
class ReaderView:
    """Somebody who read an edition before it was published."""

    name: str
    organization: str
    given_on: str


@dataclass(frozen=True)
class ReleasePage:
    """What comes before the release of an edition; `stale`: it was built again since the sign-off.
    `missing`: packages of the system without which nothing is printed."""

    edition_id: str
    year: int
    number: int
    published: bool
    wave_id: str
    days: tuple[ReleaseDay, ...]
    signed: SignOffView | None
    stale: bool
    readers: tuple[ReaderView, ...]
    prints: tuple[str, ...]
    missing: str


@dataclass(frozen=True)
class AwaitedView:
    """A report that is promised and not there yet."""

    year: int
    release_on: str
    overdue: bool


@dataclass(frozen=True)
class Checks:
    """What the public is told of how an edition came to be released."""

    days: tuple[ReleaseDay, ...]
    signed: SignOffView | None
    readers: tuple[ReaderView, ...]


@dataclass(frozen=True)
class EditionRow:
    """An edition on the staff's desk."""

    id: str
    number: int
    state: str
    built: str
    approved: str
    published_on: str
    correction: str
    digest: str
    may_approve: bool
    may_publish: bool
    second_person: bool


@dataclass(frozen=True)
class DeskYear:
    """A wave on the staff's desk."""

    wave_id: str
    year: int
    title: str
    demo: bool
    may_build: bool
    corrects: bool
    editions: tuple[EditionRow, ...]
