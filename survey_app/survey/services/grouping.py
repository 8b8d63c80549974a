"""Groups of the drawn sample at release: merged until each has enough; what is rare hidden.

A batch of answers with one stratum, one PSU group and one base weight hides each of its n answers
among n. What could split it again is what somebody knows of an address: in which small area it lies.
So a police district, a community statistical area or a mode stays only where enough of the batch
share it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from questionnaires.areas import POLICE_DISTRICTS

Item = TypeVar("Item", bound=Hashable)
Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a released answer from a drawn address carries of its address."""

    stratum: str
    psu_group: str | None
    base_weight: float


Group = tuple[list[Cell], int]


def merge_small(counts: Mapping[Cell, int], at_least: int) -> dict[Cell, Cell]:
    """Every cell with the one its answers are released in; each of those has `at_least` answers.

    The smallest cell that is too small joins the smallest other of its own PSU group, else of its
    stratum, else of the city. Names that were merged are told as the first of them and how many
    more; the base weight becomes the mean over the answers, so that their sum stays. With fewer than
    `at_least` answers in all, one cell holds them.
    """
    groups: list[Group] = [([cell], n) for cell, n in counts.items()]
    while len(groups) > 1:
        groups.sort(key=lambda group: (group[1], _order(group[0][0])))
        members, n = groups[0]
        if n >= at_least:
            break
        others = groups[1:]
        nearest = _nearest(members, others)
        members.extend(nearest[0])
        groups = [(members, n + nearest[1]), *(group for group in others if group is not nearest)]
    strata = _named([{cell.stratum for cell in members} for members, _n in groups], _name_strata)
    units = _named([_units(members) for members, _n in groups], _name_units)
    merged: dict[Cell, Cell] = {}
    for members, n in groups:
        first = members[0]
        weight = first.base_weight
        if any(cell.base_weight != weight for cell in members):
            weight = sum(cell.base_weight * counts[cell] for cell in members) / n
        into = Cell(strata[first.stratum], units[first.stratum, first.psu_group], weight)
        merged.update(dict.fromkeys(members, into))
    return merged


def _order(cell: Cell) -> tuple[str, str, float]:
    return cell.stratum, cell.psu_group or "", cell.base_weight


def _units(members: Iterable[Cell]) -> set[tuple[str, str | None]]:
    return {(cell.stratum, cell.psu_group) for cell in members}


def _same_unit(one: list[Cell], other: list[Cell]) -> bool:
    return not _units(one).isdisjoint(_units(other))


def _same_stratum(one: list[Cell], other: list[Cell]) -> bool:
    return not {cell.stratum for cell in one}.isdisjoint(cell.stratum for cell in other)


def _nearest(members: list[Cell], others: list[Group]) -> Group:
    """The smallest of the same PSU group, else of the same stratum, else of all."""
    for same in (_same_unit, _same_stratum):
        found = [group for group in others if same(members, group[0])]
        if found:
            return found[0]
    return others[0]


def _named(groups: Sequence[set[Item]], name: Callable[[set[Item]], Name]) -> dict[Item, Name]:
    """A name for every item: those that share a group, at once or by a chain, share a name."""
    together: list[set[Item]] = []
    for group in groups:
        touching = [found for found in together if not found.isdisjoint(group)]
        together = [found for found in together if found not in touching]
        together.append(group.union(*touching))
    return {item: name(group) for group in together for item in group}


def _name_strata(names: set[str]) -> str:
    first, *more = sorted(names)
    return f"{first} +{len(more)}" if more else first


def _name_units(units: set[tuple[str, str | None]]) -> str | None:
    """Numbers of PSU groups are unique in a sample, so the first of them names the whole."""
    names = sorted(group for _stratum, group in units if group is not None)
    if not names:
        return None
    return f"{names[0]} +{len(units) - 1}" if len(units) > 1 else names[0]


def hide_what_is_rare(bodies: Sequence[dict[str, Any]], at_least: int) -> None:
    """Leave out of the bodies of one released cell the places and modes that fewer than `at_least`
    share. (That a code came on paper is known to whoever watches the paper forms go.)

    Where the stratum is a police district, it is the district of every answer that has one: the
    frame knows where an address lies, and an answer that differs would stand out.
    """
    if len({body["mode"] for body in bodies}) > 1:
        _hide(bodies, "mode", at_least, hidden="other")
    for alike in _by(bodies, "mode").values():
        _hide_places(alike, at_least)


def _hide_places(bodies: Sequence[dict[str, Any]], at_least: int) -> None:
    strata = {body["stratum"] for body in bodies}
    if len(strata) == 1 and strata <= set(POLICE_DISTRICTS.values()):
        for body in bodies:
            if body["police_district"] is not None:
                body["police_district"] = body["stratum"]
    else:
        _hide(bodies, "police_district", at_least)
    for district, inside in _by(bodies, "police_district").items():
        if district is None:
            for body in inside:
                body["csa"] = None
        else:
            _hide(inside, "csa", at_least)


def _by(bodies: Sequence[dict[str, Any]], name: str) -> dict[str | None, list[dict[str, Any]]]:
    groups: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for body in bodies:
        groups[body[name]].append(body)
    return groups


def _hide(
    bodies: Sequence[dict[str, Any]], name: str, at_least: int, hidden: str | None = None
) -> None:
    """Where a value is hidden, at least `at_least` are without one: else the rarest goes too."""
    counts = Counter(body[name] for body in bodies if body[name] != hidden)
    shown = {place: n for place, n in counts.items() if n >= at_least}
    without = len(bodies) - sum(shown.values())
    while len(shown) < len(counts) and shown and without < at_least:
        without += shown.pop(min(shown, key=lambda place: (shown[place], place)))
    for body in bodies:
        if body[name] not in shown:
            body[name] = hidden
