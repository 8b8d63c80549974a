"""The attacker: has the database before and after every step, its log of writes, the server's log and
backups, the map of the sample, this source code; everything but the release key. Who answered what?

The map is cruel on purpose: a stratum whose PSUs lie in different police districts, a base weight of
its own for every address, a PSU with one reply, a stratum with three. `Truth` is what only we know; the
attacks never look at it, it only scores them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scipy import stats

from survey_app.survey.services.grouping import Cell, merge_small
from survey_app.survey.services.release import BATCH
from survey_app.survey.weight_classes import weight_class
from tests.journeys.attacked import (
    PLACES,
    Attack,
    Spoils,
    Truth,
    person_of,
)


@dataclass(frozen=True)
class Batch:
    """What a release showed: codes whose sealed answers went, in the order in which they were spent,
    and the rows that came."""

    numbers: tuple[int, ...]
    anonymous: int
    responses: tuple[dict[str, Any], ...]
    texts: tuple[dict[str, Any], ...]


def batches(spoils: Spoils) -> list[Batch]:
    """From states alone: which sealed answer came with which code, and which went in which release."""
    code_of_sealed: dict[str, int | None] = {}
    order: list[str] = []
    found: list[Batch] = []
    for before, after in zip(spoils.states, spoils.states[1:], strict=False):
        for sealed in after.sealed - before.sealed:
            spent = after.used - before.used
            code_of_sealed[sealed] = next(iter(spent), None)
            order.append(sealed)
        gone = before.sealed - after.sealed
        if gone:
            known = {row["id"] for row in before.responses}
            told = {row["id"] for row in before.texts}
            numbers = [code_of_sealed[one] for one in order if one in gone]
            found.append(
                Batch(
                    tuple(number for number in numbers if number is not None),
                    numbers.count(None),
                    tuple(row for row in after.responses if row["id"] not in known),
                    tuple(row for row in after.texts if row["id"] not in told),
                )
            )
    return found


def cells_of(spoils: Spoils, batch: Batch) -> dict[int, Cell]:
    """The attacker knows the rule of merging, and does it again with what the batch shows."""
    merged = merge_small(Counter(spoils.cell_of[number] for number in batch.numbers), BATCH)
    return {number: merged[spoils.cell_of[number]] for number in batch.numbers}


def _cell_of_row(row: dict[str, Any]) -> Cell:
    return Cell(row["stratum"], row["psu"], row["base_weight"])


def match(spoils: Spoils, truth: Truth, *, by_place: bool) -> Attack:
    """Follow each used code to the batch its answer left in; keep the rows that carry its design, and
    with `by_place` those that may lie where its PSU lies; guess one of them."""
    person_with = {number: person for person, number in enumerate(truth.numbers) if number}
    tries, right, worst = 0, 0.0, 0.0
    for batch in batches(spoils):
        cells = cells_of(spoils, batch)
        for number in batch.numbers:
            rows = [
                row
                for row in batch.responses
                if row["source"] == "drawn" and _cell_of_row(row) == cells[number]
            ]
            if by_place:
                mode = truth.mode(person_with[number])
                rows = [row for row in rows if row["mode"] in (mode, "other")]
                rows = _where(rows, PLACES[spoils.psu_of[number]])
            people_of_rows = [person_of(_answers(row)) for row in rows]
            chance = 1 / len(rows) if person_with[number] in people_of_rows else 0.0
            tries, right, worst = tries + 1, right + chance, max(worst, chance)
    name = (
        "codes to batches, rows by design, place and mode"
        if by_place
        else "codes to batches, rows by design"
    )
    return Attack(name, tries, right, worst)


def _where(rows: list[dict[str, Any]], place: tuple[str, str, str]) -> list[dict[str, Any]]:
    """The rows that say this area; else those that do not contradict it."""
    _neighborhood, district, csa = place
    same = [row for row in rows if row["csa"] == csa]
    if same:
        return same
    return [row for row in rows if row["csa"] is None and row["police_district"] in (None, district)]


def _answers(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row["answers"])
    return found


def by_order(
    spoils: Spoils, truth: Truth, name: str, key: Callable[[int, dict[str, Any]], Any]
) -> Attack:
    """In every batch and cell, the codes as they were spent beside the rows in some order."""
    person_with = {number: person for person, number in enumerate(truth.numbers) if number}
    tries, right = 0, 0
    for batch in batches(spoils):
        cells = cells_of(spoils, batch)
        for cell in set(cells.values()):
            numbers = [number for number in batch.numbers if cells[number] == cell]
            rows = [row for row in batch.responses if _cell_of_row(row) == cell]
            rows = [row for _at, row in sorted(enumerate(rows), key=lambda pair: key(*pair))]
            for number, row in zip(numbers, rows, strict=True):
                tries += 1
                right += person_with[number] == person_of(_answers(row))
    return Attack(name, tries, right)


def by_words(spoils: Spoils, truth: Truth) -> Attack:
    """Each text: one of the codes of its batch whose address lies in the district that it shows, and
    whose weight is of its class; without one, where others show theirs, one of the open link."""
    tries, right, worst = 0, 0.0, 0.0
    mean = sum(cell.base_weight for cell in spoils.cell_of.values()) / len(spoils.cell_of)
    for batch in batches(spoils):
        cells = cells_of(spoils, batch)
        shown = {row["police_district"] for row in batch.texts if row["weight_class"]}
        for text in batch.texts:
            district = text["police_district"]
            near = [
                number
                for number in batch.numbers
                if district is None or PLACES[spoils.psu_of[number]][1] == district
            ]
            writer = truth.numbers[int(text["body"][-3:])]
            anonymous = batch.anonymous
            if text["weight_class"]:
                anonymous = 0
                near = [
                    number
                    for number in near
                    if weight_class(cells[number].base_weight, mean) == text["weight_class"]
                ]
            elif district in shown:
                near = []
            suspects = len(near) + anonymous
            fits = writer in near if writer else anonymous > 0
            chance = 1 / suspects if fits else 0.0
            tries, right, worst = tries + 1, right + chance, max(worst, chance)
    return Attack("own words to codes, by district and weight", tries, right, worst)


def by_keys(spoils: Spoils) -> Attack:
    """Is a row's key any usual function of a sealed answer's, or of the number of a letter?"""
    sealed = {one for state in spoils.states for one in state.sealed}
    last = spoils.states[-1]
    keys = {row["id"] for row in (*last.responses, *last.texts)}
    functions = ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s", "sha3_256")
    made: set[str] = set(sealed)
    for text in (*sealed, *map(str, spoils.cell_of)):
        forms = [text.encode()] + ([bytes.fromhex(text)] if len(text) == 32 else [])
        for form in forms:
            for function in functions:
                digest = hashlib.new(function, form).hexdigest()
                made |= {digest[:32], digest[-32:]}
    return Attack("keys of rows from keys of sealed answers", len(keys), len(keys & made))


def all_attacks(spoils: Spoils, truth: Truth) -> list[Attack]:
    raw = spoils.last_bytes
    return [
        match(spoils, truth, by_place=False),
        match(spoils, truth, by_place=True),
        by_words(spoils, truth),
        by_order(spoils, truth, "order of rows as stored", lambda at, _row: at),
        by_order(spoils, truth, "order of rows, backwards", lambda at, _row: -at),
        by_order(spoils, truth, "order of keys", lambda _at, row: row["id"]),
        by_order(
            spoils, truth, "order of bytes in the file", lambda _at, row: raw.find(row["id"].encode())
        ),
        by_keys(spoils),
        Attack("codes and sealed answers in raw bytes", spoils.searches, len(spoils.found)),
    ]


def more_than_chance(attack: Attack, share: float = 0.1) -> float:
    """Probability of at least this many right guesses when each is right with `share`."""
    return float(stats.binom.sf(int(attack.right) - 1, attack.tries, share))
