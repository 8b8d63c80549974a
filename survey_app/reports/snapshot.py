"""What an edition says, as ids and numbers: no prose, and nothing that was withheld.

Shares and differences are fractions (0 to 1). A figure that may not be shown holds its reason and
nothing else: the number never gets this far. `codec.py` turns a snapshot into canonical JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

#: why a figure is not shown: people could be found out, or the figure says too little
PRIVACY: Final = "privacy"
UNCERTAIN: Final = "uncertain"
Withheld = Literal["privacy", "uncertain"]
Direction = Literal["up", "down", "none"]
#: how a year stands to the year before it in its series
Link = Literal["first", "new", "identical", "reworded", "broken"]


@dataclass(frozen=True)
class Figure:
    """One share. `low`, `high`: 95% interval (Korn-Graubard, effective size capped at n)."""

    withheld: Withheld | None
    n: int | None = None
    estimate: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    n_eff: float | None = None
    deff: float | None = None
    df: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def shown(self) -> bool:
        return self.withheld is None


@dataclass(frozen=True)
class Change:
    """Later minus earlier (or one group minus another) with its own interval. `p_adjusted`: within
    the declared family (Benjamini-Hochberg); None for a primary measure, which is not corrected.
    `smallest`: the difference that would have been found with a probability of 80%."""

    since: int
    difference: float
    se: float
    low: float
    high: float
    df: int
    p: float
    p_adjusted: float | None
    direction: Direction
    smallest: float


@dataclass(frozen=True)
class TrendPoint:
    """One wave's figure; `link` says how it stands to the point before it; `change` where allowed."""

    year: int
    wave: str
    figure: Figure
    link: Link
    change: Change | None


@dataclass(frozen=True)
class GroupFigure:
    """The share in one group of people, and its change since the wave before."""

    group: str
    level: str
    figure: Figure
    change: Change | None


@dataclass(frozen=True)
class OpenFigure:
    """The open link's count, beside the drawn sample's share: a gap, and no margin of error."""

    n: int | None
    share: float | None
    gap: float | None


@dataclass(frozen=True)
class Beside:
    """A measure of another survey that stands beside ours, never on one line with it."""

    series: str
    measure: str
    points: tuple[TrendPoint, ...]


@dataclass(frozen=True)
class MeasureFigures:
    """Everything about one published share. `trend` ends with this year. `gap`: Black minus White
    residents, None when either is not shown."""

    id: str
    question: str
    primary: bool
    core: bool
    direction: str
    result: str | None
    trend: tuple[TrendPoint, ...]
    groups: tuple[GroupFigure, ...]
    gap: Change | None
    open_link: OpenFigure
    beside: tuple[Beside, ...]

    @property
    def latest(self) -> TrendPoint:
        return self.trend[-1]


@dataclass(frozen=True)
class Count:
    """People in one class; `n` is None where there are too few to say."""

    key: str
    n: int | None


@dataclass(frozen=True)
class WeightFigures:
    """How a wave's weights came about: `gap` is the largest distance to a target after weighting,
    relative to the target; kish_deff: n sum(w^2) / sum(w)^2; `margins`: the variables of the targets,
    each once."""

    wave: str
    n: int
    iterations: int | None
    gap: float | None
    kish_deff: float
    smallest: float
    largest: float
    total: float
    design_df: int
    margins: tuple[str, ...]


@dataclass(frozen=True)
class ProtectionFigures:
    """What was done to the answers before anything was computed, and what it cost. `k`: rows that
    share every stated combination; `touched` of `rows` lost at least one value; `lost`: values by
    characteristic; `moved_city`, `moved_group`: the largest shift of a shown share of the city or of
    a group, as a fraction; `in_errors`: the largest shift in standard errors."""

    k: int
    rows: int
    touched: int
    lost: tuple[Count, ...]
    moved_city: float
    moved_group: float
    in_errors: float


@dataclass(frozen=True)
class ThemeFigure:
    """A theme of the sessions: comments on it and in how many sessions it was raised. The interval
    covers which comments carry which code, not who came. `corrected`: the share comes from machine
    tags on all comments, corrected by a blind draw that two people read, and `comments` is rounded
    from it; `tentative`: the two agreed only fairly, or that was not measured."""

    code: str
    comments: int
    share: float
    low: float
    high: float
    sessions: int
    machine_only: bool
    corrected: bool = False
    tentative: bool = False


@dataclass(frozen=True)
class HeldSession:
    """A finalised session that has a public page; `held_on`: ISO date."""

    id: str
    kind: str
    held_on: str


@dataclass(frozen=True)
class HeldWith:
    """People whom the survey does not reach, and the year's sessions that were held with them."""

    group: str
    sessions: tuple[HeldSession, ...]


@dataclass(frozen=True)
class SessionFigures:
    """What was heard at the year's finalised sessions. `held_with`: every group that the survey does
    not reach; None in editions that were built before sessions said so."""

    codebook_version: int
    sessions: int
    comments: int
    decided: int
    attendance: int
    counted: int
    kinds: tuple[Count, ...]
    themes: tuple[ThemeFigure, ...]
    attributions: tuple[str, ...]
    demo: bool
    languages: tuple[str, ...] = ()
    #: comments of a blind draw that two people read, 0 where nothing was drawn
    read_blind: int = 0
    held_with: tuple[HeldWith, ...] | None = None


@dataclass(frozen=True)
class DutyFigure:
    """Sessions that a series owed in the year, one a period: of the periods that ended in it and by
    the day of the count, in how many one was held. `source`: where the duty is written down."""

    kind: str
    source: str
    owed: int
    held: int


@dataclass(frozen=True)
class CommitmentFigure:
    """A commitment and where it stood; its words are in the edition's wording. Days are ISO dates."""

    id: str
    owner: str
    theme: str | None
    made_on: str
    due_on: str
    closed_on: str | None
    standing: str


@dataclass(frozen=True)
class CommitmentFigures:
    """Commitments made in the year or still running when it began, as they stood on `as_of`."""

    as_of: str
    rows: tuple[CommitmentFigure, ...]


@dataclass(frozen=True)
class CountedFigure:
    """A share of those who answered a smaller survey. `told`: exact, few, nearly_all or withheld
    (analysis/counted.py); what that does not allow is None. `low`, `high`: 95%, finite population."""

    id: str
    primary: bool
    told: str
    n: int | None = None
    counted: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class SmallerFigures:
    """The newest published result of the year of a smaller survey; `sha256` is that result's."""

    series: str
    wave: str
    year: int
    quarter: int | None
    answered: int
    asked: int | None
    sha256: str
    measures: tuple[CountedFigure, ...]


@dataclass(frozen=True)
class Rate:
    """An outcome rate by its number in AAPOR's Standard Definitions (10th edition, 2023), 0 to 1; None
    where nothing stands below the line. `weighted`: by base weights."""

    name: str
    value: float | None
    weighted: float | None


@dataclass(frozen=True)
class FieldworkFigures:
    """What became of the drawn addresses: `dispositions` by code (I, P, R, NC, O, UH, UO, NE) and the
    rates; `eligibility`: e, the share of unknown addresses taken to be eligible."""

    addresses: int
    dispositions: tuple[Count, ...]
    rates: tuple[Rate, ...]
    eligibility: float


@dataclass(frozen=True)
class Source:
    """Another survey whose figures are shown, by its own name."""

    wave: str
    series: str
    year: int
    title: str
    publisher: str
    citation: str
    url: str


@dataclass(frozen=True)
class Snapshot:
    """One year's report. `previous`: the year of the wave before it in the series. `input_sha256`: over
    the answers of every wave, the codes of the comments, and what is told of sessions and promises."""

    year: int
    wave: str
    questionnaire: str
    questionnaire_sha256: str
    demo: bool
    opened_on: str
    closed_on: str
    previous: int | None
    drawn: int
    open_link: int
    modes: tuple[Count, ...]
    languages: tuple[Count, ...]
    weights: tuple[WeightFigures, ...]
    protection: ProtectionFigures
    measures: tuple[MeasureFigures, ...]
    sessions: SessionFigures
    sources: tuple[Source, ...]
    input_sha256: str
    code_sha256: str
    fieldwork: FieldworkFigures | None = None
    sponsor: str = ""
    duties: tuple[DutyFigure, ...] = ()
    commitments: CommitmentFigures | None = None
    smaller: tuple[SmallerFigures, ...] = ()

    def measure(self, measure_id: str) -> MeasureFigures | None:
        return next((one for one in self.measures if one.id == measure_id), None)
