"""Five rounds of the General Social Survey, with its strata and PSUs: the errors are R's."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from analysis.change import independent_change
from analysis.design import DesignSpec
from analysis.estimates import Share, share
from analysis.plan.sources import read_csv
from analysis.table import Table
from analysis.weighting.steps import Sample, weigh
from tests.shared import ROOT, shared_path

#: Made by tools/gss_reference.R; figures only.
GOLDEN = ROOT / "tests" / "golden" / "gss.csv"
ITEMS = ("fear", "trust", "confed")


@pytest.fixture(scope="module")
def waves() -> dict[str, Sample]:
    """One sample a year, as the survey drew it."""
    table = read_csv(shared_path("data", "surveys", "gss", "gss_safety_trust_2006_2018.csv"))
    years = table.raw("year")
    spec = DesignSpec("wtssall", "vstrat", psu=("vpsu",), lonely_psu="adjust")
    wanted = ("wtssall", "vstrat", "vpsu", "sex", "race", *ITEMS)
    return {
        year: weigh(Table({name: table.raw(name)[years == year] for name in wanted}), spec)
        for year in np.unique(years).tolist()
    }


def share_of(sample: Sample, item: str, group: str = "all", level: str = "") -> Share:
    codes = sample.table.numbers(item)
    y = np.where(np.isnan(codes), np.nan, (codes == 1).astype(float))
    return share(sample, y, None if group == "all" else sample.in_domain({group: [level]}))


def test_every_share_and_error_is_that_of_r(waves: dict[str, Sample]) -> None:
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 90
    for row in rows:
        found = share_of(waves[row["year"]], row["item"], row["group"], row["level"])
        assert found.n == int(row["n"])
        assert found.df == int(row["df"]), row
        assert found.estimate == pytest.approx(float(row["estimate"]), rel=1e-10)
        assert found.se == pytest.approx(float(row["se"]), rel=1e-8), row


def test_the_trend_of_five_rounds(waves: dict[str, Sample]) -> None:
    """Confidence in the executive branch rose from 2008 to 2010; fear from 2006 to 2018 did not clearly
    move."""
    years = sorted(waves)
    assert years == ["2006", "2008", "2010", "2016", "2018"]
    lines = {item: [share_of(waves[year], item) for year in years] for item in ITEMS}
    for points in lines.values():
        assert all(point.interval is not None and point.se is not None for point in points)
    fear = independent_change(lines["fear"][0], lines["fear"][4])
    confidence = independent_change(lines["confed"][1], lines["confed"][2])
    assert fear is not None
    assert confidence is not None
    assert (fear.direction(), confidence.direction()) == ("none", "up")
    assert fear.se == pytest.approx(np.hypot(0.0184059447, 0.0192844358), rel=1e-8)
    assert fear.df == 71 + 78
    assert [round(100 * (point.estimate or 0)) for point in lines["trust"]] == [32, 32, 32, 31, 32]
