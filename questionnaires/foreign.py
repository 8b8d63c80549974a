"""Read the mapping of a foreign wave (questionnaires/foreign/*.toml) into foreign_schema types."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from questionnaires.foreign_schema import (
    Columns,
    Domain,
    Filter,
    ForeignItem,
    ForeignWave,
    Level,
)
from questionnaires.reading import Table, read_toml
from questionnaires.schema import (
    DIRECTIONS,
    MISSING_CODES,
    Choice,
    Direction,
    InstrumentError,
    Measure,
)

FOLDER = Path(__file__).parent / "foreign"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def available_mappings() -> tuple[Path, ...]:
    """The mapping files that come with the program, in the order of their names."""
    return tuple(sorted(FOLDER.glob("*.toml")))


def load_mapping(path: Path) -> ForeignWave:
    """The foreign wave this mapping file describes, checked whole.

    Raises InstrumentError naming file, place, key and what to do.
    """
    root = Table(read_toml(path), str(path))
    with root.table("wave") as table:
        slug, year = table.text("slug"), table.integer("year")
        title, publisher = table.text("title"), table.text("publisher")
        citation, url = table.text("citation"), table.text("url")
        population, licence_note = table.text("population"), table.text("licence_note")
        notes = table.texts("notes")
    with root.table("columns") as table:
        columns = Columns(table.text("weight"), _optional(table, "strata"), _optional(table, "psu"))
    with root.table("answers") as table:
        codebook = table.text("codebook")
        empty = table.texts("empty")
        missing = tuple(_missing(row) for row in table.tables("missing", named_by="value"))
    items = tuple(_item(row) for row in root.tables("items"))
    wave = ForeignWave(
        slug=slug,
        year=year,
        title=title,
        publisher=publisher,
        citation=citation,
        url=url,
        population=population,
        licence_note=licence_note,
        notes=notes,
        columns=columns,
        filters=tuple(
            Filter(row.text("column"), row.texts("values"))
            for row in root.tables("filters", named_by="column")
        ),
        domains=tuple(_domain(row) for row in root.tables("domains")),
        items=items,
        measures=tuple(_measure(row, items) for row in root.tables("measures")),
        missing=missing,
        empty=empty,
        codebook=codebook,
    )
    root.finish()
    _check(wave, root)
    return wave


def _optional(table: Table, key: str) -> str | None:
    return table.text(key) if table.has(key) else None


def _missing(row: Table) -> tuple[int, int]:
    value, code = row.integer("value"), row.integer("code")
    if code not in MISSING_CODES:
        raise row.fail("code", f"{code} is no missing code; use one of {MISSING_CODES}.")
    return value, code


def _domain(row: Table) -> Domain:
    domain = Domain(
        id=row.text("id"),
        column=row.text("column"),
        levels=tuple(_level(level) for level in row.tables("levels")),
        optional=row.flag("optional"),
    )
    if not domain.levels:
        raise row.fail("levels", "is missing; list the groups.")
    return domain


def _level(row: Table) -> Level:
    level = Level(
        id=row.text("id"),
        label=row.text("label"),
        value=_optional(row, "value"),
        lowest=row.optional_integer("lowest"),
        highest=row.optional_integer("highest"),
    )
    given = [bound for bound in (level.lowest, level.highest) if bound is not None]
    if len(given) != (2 if level.value is None else 0):
        raise row.fail("value", "give either 'value', or both 'lowest' and 'highest'.")
    return level


def _item(row: Table) -> ForeignItem:
    choices, values = [], []
    for choice in row.tables("choices", named_by="value"):
        code = choice.integer("code")
        choices.append(Choice(code, choice.text("text")))
        values.append((choice.integer("value"), code))
        if code < 1:
            raise choice.fail("code", "must be 1 or more; negative codes are for missing answers.")
    item = ForeignItem(
        id=row.text("id"),
        column=row.text("column"),
        title=row.text("title"),
        choices=tuple(choices),
        values=tuple(values),
        wording_sha256=row.text("wording_sha256"),
        labels_sha256=row.text("labels_sha256"),
    )
    for key in ("wording_sha256", "labels_sha256"):
        if not _DIGEST.fullmatch(getattr(item, key)):
            raise row.fail(key, "must be 64 hexadecimal digits; see foreign_wording.py.")
    for what, given in (("code", item.codes), ("value", tuple(v for v, _ in item.values))):
        if len(set(given)) != len(given) or len(given) < 2:
            raise row.fail("choices", f"needs at least two, each {what} once.")
    return item


def _measure(row: Table, items: tuple[ForeignItem, ...]) -> Measure:
    question = row.text("question")
    codes_asked = next((item.codes for item in items if item.id == question), None)
    if codes_asked is None:
        raise row.fail("question", f"{question!r} is not an item of this file; correct the id.")
    codes = row.integers("codes")
    base = row.integers("base") or codes_asked
    if not codes or not set(codes) < set(base) or not set(base) <= set(codes_asked):
        raise row.fail("codes", "must be some, not all, of the base, and the base codes of the item.")
    return Measure(
        id=row.text("id"),
        question=question,
        codes=codes,
        base=base,
        title=row.text("title"),
        direction=cast(Direction, row.one_of("direction", DIRECTIONS)),
        primary=False,
        core=False,
        result=None,
        stands_beside=(),
    )


def _check(wave: ForeignWave, root: Table) -> None:
    groups: dict[str, list[str] | list[int]] = {
        "domains": [domain.id for domain in wave.domains],
        "items": [item.id for item in wave.items],
        "measures": [measure.id for measure in wave.measures],
        "missing": [value for value, _ in wave.missing],
    }
    for key, ids in groups.items():
        if len(set(ids)) != len(ids):
            raise root.fail(key, f"{ids} has something twice; keep one.")
    if not wave.items or not wave.measures:
        raise root.fail("items", "list at least one item and one measure.")
    missing = {value for value, _ in wave.missing}
    for item in wave.items:
        both = missing & {value for value, _ in item.values}
        if both:
            raise InstrumentError(
                f"{root.place}, items {item.id!r}, key 'choices': {sorted(both)} are both answers "
                "and missing values; keep one meaning."
            )
