"""What an answer counts as, and the levels drawn for answers that have no population target."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.data import load_margin, margin_names
from analysis.data.raking import load_raking
from analysis.data.recode import Answer, RecodeColumn, group_columns, parse_columns
from analysis.errors import DataError
from analysis.plan import run_case
from questionnaires.areas import POLICE_DISTRICTS
from questionnaires.load import available, load_instrument
from tests.analysis.data.asked import raked_columns

CITY_ADULTS = 471_700


def column(columns: tuple[RecodeColumn, ...], name: str) -> RecodeColumn:
    return next(one for one in columns if one.id == name)


RACE = column(load_raking().columns, "rake_race")
SHOWN_RACE = column(group_columns(), "race")


@pytest.mark.parametrize(
    ("answer", "raking", "shown"),
    [
        ([1], "black", "black"),
        ([2], "white", "white"),
        ([3], "latino", "latino"),
        ([1, 3], "latino", "latino"),
        ([1, 2], None, "black"),
        ([2, 4], None, "other"),
        ([4], "another", "other"),
        ([8], None, "other"),
        ([6], None, "other"),
        ([-1], None, None),
        (-3, None, None),
        ([], None, None),
        (None, None, None),
    ],
)
def test_race_for_raking_and_for_figures(answer: Answer, raking: str | None, shown: str | None) -> None:
    assert RACE.level_of(answer) == raking
    assert SHOWN_RACE.level_of(answer) == shown


def test_named_levels_are_those_of_the_single_answers() -> None:
    assert RACE.named_levels([1, 2]) == ("black", "white")
    assert RACE.named_levels([1, 8]) == ("black",)
    assert RACE.named_levels([8]) == ()


def test_rules_speak_of_codes_the_questionnaires_have() -> None:
    for year in available():
        instrument = load_instrument(year)
        for one in (*load_raking().columns, *group_columns()):
            if one.question in ("stratum", "police_district"):
                named = {text for level in one.levels for text in level.values}
                assert named == set(POLICE_DISTRICTS.values())
                continue
            codes = set(instrument.question(one.question).codes)
            named_codes = {code for level in one.levels for code in level.any_of | level.only}
            assert named_codes <= codes, f"{year} {one.id}"
    groups = {one.id: one for one in group_columns()}
    assert set(range(1, 8)) == {c for level in groups["age4"].levels for c in level.only}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "at least one column"),
        ([{"id": "a", "question": "q", "levels": [{"id": "x", "any": [1]}]}], "two or more levels"),
        ([{"id": "a", "question": "q", "levels": [{"id": "x", "all": [1]}]}], "any, only, values"),
        ([{"id": "a", "question": "q", "levels": [{"id": "x"}]}], "any, only, values"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused(rows: list[dict[str, object]], says: str) -> None:
    with pytest.raises(DataError, match=says):
        parse_columns({"columns": rows}, "rules.toml")


def people(n: int = 400, seed: int = 7) -> tuple[list[dict[str, Answer]], np.ndarray, list[str]]:
    """Drawn people of two strata that differ in race, every tenth without a usable race."""
    draw = np.random.default_rng(seed)
    rows: list[dict[str, Answer]] = []
    for at in range(n):
        stratum = "Western" if at % 2 else "Northern"
        black = draw.random() < (0.9 if stratum == "Western" else 0.3)
        race: Answer = [1] if black else [2]
        if at % 10 == 0:
            race = [[8], [1, 2], -3, [-1]][at // 10 % 4]
        rows.append(
            {
                "stratum": stratum,
                "race_ethnicity": race,
                "age_group": int(draw.integers(1, 8)),
                "gender": int(draw.integers(1, 4)),
                "education": int(draw.integers(1, 7)),
                "tenure": int(draw.integers(1, 5)),
                "adults_in_household": [1, 2, 9, -3][at % 4],
            }
        )
    return rows, draw.uniform(100, 300, n), [f"key{at}" for at in range(n)]


def test_everybody_gets_a_level_and_given_levels_stay() -> None:
    rows, weights, keys = people()
    made = raked_columns(load_raking(), rows, weights, keys, seed="city-2030")
    for one in load_raking().columns:
        allowed = {level.id for level in one.levels}
        for row, level in zip(rows, made[one.id].tolist(), strict=True):
            assert level in allowed
            assert one.level_of(row[one.question]) in (None, level)
    factors = (made["design_weight"] / weights).round(9)
    assert factors[:4].tolist() == [1, 2, 4, 2]


def test_draws_depend_on_key_seed_and_replicate_and_not_on_the_order_of_rows() -> None:
    rows, weights, keys = people()
    version = load_raking()
    first = raked_columns(version, rows, weights, keys, seed="a")["rake_race"]
    order = np.random.default_rng(1).permutation(len(rows))
    mixed = raked_columns(
        version, [rows[i] for i in order], weights[order], [keys[i] for i in order], seed="a"
    )["rake_race"]
    assert mixed.tolist() == first[order].tolist()
    undecided = np.arange(0, len(rows), 10)
    for other in (
        raked_columns(version, rows, weights, keys, seed="b"),
        raked_columns(version, rows, weights, keys, seed="a", replicate=1),
    ):
        changed = np.flatnonzero(other["rake_race"] != first)
        assert len(changed)
        assert set(changed) <= set(undecided)


def test_levels_are_drawn_as_the_stratum_answers_and_among_the_named() -> None:
    rows, weights, keys = people(n=8_000)
    levels = raked_columns(load_raking(), rows, weights, keys, seed="a")["rake_race"]
    written_in = []
    for at, row in enumerate(rows):
        if row["race_ethnicity"] == [8]:
            written_in.append(levels[at] == "black")
        if row["race_ethnicity"] == [1, 2]:
            assert levels[at] in ("black", "white")
    # only even rows lack a race, and those are Northern: its own answers are 30% Black
    assert np.mean(written_in) == pytest.approx(0.3, abs=0.08)


def test_a_column_that_nobody_answered_is_refused() -> None:
    rows, weights, keys = people(n=20)
    for row in rows:
        row["gender"] = -1
    with pytest.raises(DataError, match="rake_gender"):
        raked_columns(load_raking(), rows, weights, keys, seed="a")


def test_unknown_versions_and_margins_are_told() -> None:
    with pytest.raises(DataError, match="raking_1850"):
        load_raking("raking_1850")
    with pytest.raises(DataError, match=r"district\.csv"):
        load_margin("nothing.csv")


@pytest.mark.parametrize("name", margin_names())
def test_every_margin_counts_the_same_adults(name: str) -> None:
    assert load_margin(name)["count"].sum() == CITY_ADULTS


def test_margins_and_levels_of_the_plan_are_the_same_sets() -> None:
    version = load_raking()
    levels = {one.id: {level.id for level in one.levels} for one in version.columns}
    for step in version.plan["weighting"]:
        for margin in step["margins"]:
            table = load_margin(margin["table"])
            for variable in margin["vars"]:
                assert set(table[variable].tolist()) == levels[variable]


def test_the_declared_plan_converges_on_a_sample_of_the_city() -> None:
    rows, weights, keys = people(n=1_500)
    districts = sorted(POLICE_DISTRICTS.values())
    for at, row in enumerate(rows):
        row["stratum"] = districts[at % 9]
        if at % 7 == 0:
            row["race_ethnicity"] = [[3], [4]][at % 2]
    version = load_raking()
    made = raked_columns(version, rows, weights, keys, seed="a")
    made["stratum"] = np.array([row["stratum"] for row in rows])
    tables = {name: load_margin(name) for name in margin_names()}
    case = {"id": "w", "kind": "weights", "data": "rows", **version.plan}
    done = run_case(case, {"rows": made, **tables})
    assert done.result["weights_sum"] == pytest.approx(CITY_ADULTS)
    assert done.weights is not None
    for name, variable in (("race.csv", "rake_race"), ("district.csv", "rake_district")):
        for level, count in zip(tables[name][variable], tables[name]["count"], strict=True):
            assert done.weights[made[variable] == level].sum() == pytest.approx(count, rel=1e-6)
