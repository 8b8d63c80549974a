"""A questionnaire's TOML file into the frozen types of schema.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import cast

from questionnaires import plan_results
from questionnaires.check import check
from questionnaires.reading import Table, read_toml
from questionnaires.schema import (
    CITY,
    DIRECTIONS,
    EVERY,
    KINDS,
    AreaWording,
    Choice,
    Condition,
    Direction,
    Eligibility,
    End,
    Every,
    Front,
    FrontSection,
    HelpLine,
    Instrument,
    InstrumentError,
    Kind,
    Measure,
    Page,
    Question,
    SharedWording,
)

FOLDER = Path(__file__).parent


def available(series: str = CITY) -> tuple[str, ...]:
    """Ids of the questionnaires of a series that come with the program, oldest first."""
    return tuple(name for name in every_available() if series_of(name) == series)


def every_available() -> tuple[str, ...]:
    """Ids of all questionnaires that come with the program: those of the yearly survey first."""
    names = (path.stem for path in FOLDER.glob("*.toml") if path != plan_results.PLAN_FILE)
    return tuple(sorted(names))


def series_of(instrument_id: str) -> str:
    """The series a file's name says it is of: "2026" is the yearly survey's, "pulse-2" the pulse's."""
    return CITY if instrument_id.isdecimal() else instrument_id.partition("-")[0]


def load_instrument(source: str | Path) -> Instrument:
    """The questionnaire with this id (such as "2026") or in this file, read and checked whole.

    Raises InstrumentError naming file, question, key and what to do.
    """
    if isinstance(source, Path) or source.endswith(".toml"):
        return _load(Path(source))
    if source not in every_available():
        known = ", ".join(every_available())
        raise InstrumentError(f"There is no questionnaire {source!r}; there are {known}.")
    return _load_shipped(source)


@cache
def _load_shipped(instrument_id: str) -> Instrument:
    return _load(FOLDER / f"{instrument_id}.toml")


def _load(path: Path) -> Instrument:
    root = Table(read_toml(path), str(path))
    with root.table("scales") as table:
        scales = {name: _choices(table, name) for name in table.remaining_keys()}
    plan = plan_results.plan(root.text("plan"))
    pages = tuple(_page(row, scales) for row in root.tables("pages"))
    instrument = Instrument(
        id=root.text("id"),
        series=root.text("series", default=CITY),
        every=cast(Every, root.one_of("every", EVERY) if root.has("every") else "year"),
        year=root.integer("year"),
        title=root.text("title"),
        sponsor=root.text("sponsor"),
        plan=plan.id,
        shared=_shared(root),
        front=_front(root),
        pages=pages,
        area=_area(root),
        measures=tuple(_measure(row, pages, plan) for row in root.tables("measures")),
        help_lines=tuple(_help_line(row) for row in root.tables("help_lines")),
        end=_end(root),
    )
    root.finish()
    check(instrument, str(path))
    return instrument


def _choices(table: Table, key: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(code=row.integer("code"), text=row.text("text"))
        for row in table.tables(key, named_by="code")
    )


def _shared(root: Table) -> SharedWording:
    with root.table("shared") as table:
        return SharedWording(
            dont_know=table.text("dont_know"),
            prefer_not=table.text("prefer_not"),
            yes=table.text("yes"),
            no=table.text("no"),
        )


def _front(root: Table) -> Front:
    with root.table("front") as table:
        return Front(
            title=table.text("title"),
            lead=table.text("lead"),
            minutes=table.integer("minutes"),
            sections=tuple(
                FrontSection(row.text("id"), row.text("heading"), row.texts("paragraphs"))
                for row in table.tables("sections")
            ),
            eligibility=tuple(
                Eligibility(row.text("id"), row.text("text")) for row in table.tables("eligibility")
            ),
        )


def _area(root: Table) -> AreaWording | None:
    if not root.has("area"):
        return None
    with root.table("area") as table:
        return AreaWording(
            neighborhood_label=table.text("neighborhood_label"),
            zip_label=table.text("zip_label"),
            district_text=table.text("district_text"),
            district_hint=table.text("district_hint"),
            districts=_choices(table, "districts"),
        )


def _end(root: Table) -> End:
    with root.table("end") as table:
        return End(
            thanks_title=table.text("thanks_title"),
            thanks_text=table.text("thanks_text"),
            help_title=table.text("help_title"),
            not_eligible_title=table.text("not_eligible_title"),
            not_eligible_text=table.text("not_eligible_text"),
        )


def _page(table: Table, scales: Mapping[str, tuple[Choice, ...]]) -> Page:
    return Page(
        id=table.text("id"),
        title=table.text("title"),
        intro=table.text("intro", default=""),
        questions=tuple(_question(row, scales) for row in table.tables("questions")),
    )


def _question(table: Table, scales: Mapping[str, tuple[Choice, ...]]) -> Question:
    return Question(
        id=table.text("id"),
        kind=cast(Kind, table.one_of("kind", KINDS)),
        text=table.text("text"),
        first_year=table.integer("first_year"),
        inspired_by=table.text("inspired_by"),
        hint=table.text("hint", default=""),
        announce=table.text("announce", default=""),
        choices=_question_choices(table, scales),
        dont_know=table.flag("dont_know"),
        prefer_not=table.flag("prefer_not"),
        only_if=_condition(table),
        exclusive=table.integers("exclusive"),
        max_length=table.optional_integer("max_length"),
        minimum=table.optional_integer("minimum"),
        maximum=table.optional_integer("maximum"),
        tried_with_people=table.texts("tried_with_people"),
        replaces=table.text("replaces", default=""),
    )


def _question_choices(table: Table, scales: Mapping[str, tuple[Choice, ...]]) -> tuple[Choice, ...]:
    if not table.has("scale"):
        return _choices(table, "choices")
    if table.has("choices"):
        raise table.fail("choices", "stands beside `scale`; keep one of the two.")
    scale = table.text("scale")
    if scale not in scales:
        raise table.fail("scale", f"{scale!r} is not under [scales]; add it or correct the name.")
    return scales[scale]


def _condition(table: Table) -> Condition | None:
    if not table.has("only_if"):
        return None
    with table.table("only_if") as row:
        return Condition(question=row.text("question"), codes=row.integers("codes"))


def _measure(table: Table, pages: tuple[Page, ...], plan: plan_results.Plan) -> Measure:
    measure_id = table.text("id")
    question = table.text("question")
    return Measure(
        id=measure_id,
        question=question,
        codes=table.integers("codes"),
        base=table.integers("base") or _codes_of(question, pages),
        title=table.text("title"),
        direction=cast(Direction, table.one_of("direction", DIRECTIONS)),
        primary=table.flag("primary"),
        core=not table.flag("context_only"),
        result=plan.result_of(measure_id),
        stands_beside=table.texts("stands_beside"),
    )


def _codes_of(question_id: str, pages: tuple[Page, ...]) -> tuple[int, ...]:
    questions: Iterator[Question] = (q for page in pages for q in page.questions)
    return next((q.codes for q in questions if q.id == question_id), ())


def _help_line(table: Table) -> HelpLine:
    return HelpLine(
        id=table.text("id"),
        number=table.text("number"),
        name=table.text("name"),
        purpose=table.text("purpose"),
        checked_on=table.day("checked_on"),
        checked_how=table.text("checked_how"),
    )
