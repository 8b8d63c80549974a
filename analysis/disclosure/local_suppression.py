"""Local suppression until every combination of stated keys is held by at least k rows.

Sweeney 2002 (Int. J. Uncertainty, Fuzziness and Knowledge-Based Systems 10: 557-570) calls this
k-anonymity; here it holds for every subset of the keys up to a stated size, because an onlooker knows
some keys of a person and not others. A row with a suppressed key is not counted as one of the k for
combinations with that key: the rows that protect each other all show the same values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from analysis.factors import MISSING, Codes, Factor, factorize, group
from analysis.table import Columns

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """Every combination of at most `size` of these keys is held by at least `k` rows."""

    keys: tuple[str, ...]
    size: int
    k: int

    @property
    def subsets(self) -> tuple[tuple[str, ...], ...]:
        sizes = range(1, min(self.size, len(self.keys)) + 1)
        return tuple(chosen for size in sizes for chosen in combinations(self.keys, size))


@dataclass(frozen=True)
class Suppression:
    """Which values must go: column -> (n,) True where suppressed."""

    masks: Mapping[str, Mask]

    @property
    def values(self) -> int:
        """How many values go."""
        return int(sum(mask.sum() for mask in self.masks.values()))

    @property
    def rows(self) -> int:
        """How many rows lose at least one value."""
        return int(np.logical_or.reduce(list(self.masks.values())).sum()) if self.masks else 0


def suppress(
    columns: Columns,
    rules: Sequence[Rule],
    *,
    costs: Mapping[str, float],
    fixed: frozenset[str] = frozenset(),
    seed: int = 0,
) -> Suppression:
    """Choose values to suppress until every rule holds; the same rows give the same choice.

    columns: key -> (n,) values, '' or NaN where there is none; a row without a value of a key is not
    protected or counted for combinations with it. costs: key -> what one lost value costs (positive).
    Of the keys in rare combinations of a row one is drawn, in proportion to its rare combinations
    divided by its cost: always taking the same key would empty one question. fixed: keys that are
    never suppressed. Raises ValueError when a combination of fixed keys alone is rare.
    """
    codes = _codes(columns, rules)
    names = list(codes)
    dice = np.random.default_rng(seed)
    gone = {name: np.zeros(len(values), np.bool_) for name, values in codes.items()}
    while True:
        counts = _rare_counts(codes, rules)
        rare: Mask = np.any(counts, axis=0)
        if not rare.any():
            return Suppression(gone)
        worth = np.array([0.0 if name in fixed else 1 / costs[name] for name in names])
        rows = np.flatnonzero(rare)
        score = counts[:, rows] * worth[:, None]
        stuck = int((~np.any(score, axis=0)).sum())
        if stuck:
            raise ValueError(
                f"{stuck} rows have a rare combination of {', '.join(sorted(fixed))} alone;"
                " merge levels of these first."
            )
        reached = score.cumsum(axis=0)
        choice = (reached <= dice.random(len(rare))[rows] * reached[-1]).sum(axis=0)
        for at, name in enumerate(names):
            lost = rows[choice == at]
            gone[name][lost] = True
            codes[name][lost] = -1


def rare_rows(columns: Columns, rules: Sequence[Rule]) -> Mask:
    """(n,) True where a row holds a combination that fewer than k rows hold."""
    found: Mask = np.any(_rare_counts(_codes(columns, rules), rules), axis=0)
    return found


def _codes(columns: Columns, rules: Sequence[Rule]) -> dict[str, Codes]:
    """Each key as integers, -1 where there is no value."""
    codes: dict[str, Codes] = {}
    for name in dict.fromkeys(key for rule in rules for key in rule.keys):
        given = columns[name]
        factor = given if isinstance(given, Factor) else factorize(given, f"key '{name}'")
        place = np.arange(len(factor.levels), dtype=np.min_scalar_type(-len(factor.levels) - 1))
        place[[level == MISSING for level in factor.levels]] = -1
        codes[name] = place[factor.codes]
    return codes


def _rare_counts(codes: Mapping[str, Codes], rules: Sequence[Rule]) -> npt.NDArray[np.int16]:
    """(keys, n): in how many rare combinations a row's value of a key takes part."""
    names = list(codes)
    n = len(codes[names[0]])
    counts = np.zeros((len(names), n), np.int16)
    smallest: dict[tuple[str, ...], int] = {}
    for rule in rules:
        for subset in rule.subsets:
            smallest[subset] = max(rule.k, smallest.get(subset, 0))
    for subset, k in smallest.items():
        there = np.logical_and.reduce([codes[name] >= 0 for name in subset])
        held = [codes[name][there] for name in subset]
        cells = group(held, [int(codes[name].max(initial=0)) + 1 for name in subset])
        rare = np.zeros(n, np.bool_)
        rare[there] = (np.bincount(cells.cell, minlength=len(cells)) < k)[cells.cell]
        for name in subset:
            counts[names.index(name)] += rare
    return counts
