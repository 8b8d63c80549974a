"""Building: only from closed waves, the same bytes every time, and nothing withheld gets in."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from analysis.change import overlapping_change
from analysis.charts import Groups, Trend
from analysis.data import load_margin, margin_names
from analysis.estimates import Share
from analysis.factors import Factor
from analysis.plan import run_case
from survey_app.jobs import find_job, run_next
from survey_app.problems import BadInputProblem, ConflictProblem, NotFoundProblem
from survey_app.reports import queries
from survey_app.reports.changes import gaps_within
from survey_app.reports.codec import canonical, decode
from survey_app.reports.declare import DATA, drawn_responses, run_unprotected, run_wave
from survey_app.reports.drawn_before import DrawnBefore
from survey_app.reports.jobs import request_build
from survey_app.reports.pictures import (
    Picture,
    districts_picture,
    groups_picture,
    trend_picture,
)
from survey_app.reports.services.build import build_edition
from survey_app.reports.services.editions import approve_edition, publish_edition
from survey_app.reports.snapshot import Figure, Snapshot
from survey_app.reports.wording import words_of
from survey_app.waves.queries import find_wave
from tests.shared import ROOT
from tests.survey_app.conftest import make_app
from tests.survey_app.reports.city import DISTRICTS, FEW, make_wave
from tests.survey_app.reports.conftest import DRAWN_IN, City, computed


def test_an_open_wave_and_an_unknown_year_are_refused(city: City) -> None:
    with city.app.app_context():
        with city.database.transaction() as session:
            make_wave(session, 2026, close=False)
        with pytest.raises(ConflictProblem, match="not closed"):
            build_edition(city.database, year=2026, built_by=city.analyst)
        with pytest.raises(NotFoundProblem, match="1999"):
            build_edition(city.database, year=1999, built_by=city.analyst)
        with city.database.transaction() as session:
            session.execute(text("UPDATE responses SET source = 'open'"))
        with pytest.raises(ConflictProblem, match="no answers from the drawn sample"):
            build_edition(city.database, year=2025, built_by=city.analyst)


def test_the_job_builds_the_same_bytes_on_either_database_and_leaves_an_entry(city: City) -> None:
    """`computed` was made once, on whichever database came first."""
    with city.app.app_context():
        with city.database.transaction() as session:
            job = request_build(session, year=2025, correction="", actor=city.analyst)
            again = request_build(session, year=2025, correction="", actor=city.publisher)
            assert job.id == again.id
        assert run_next(city.database, "test"), "the build; printing waits behind it"
        with city.database.session(read_only=True) as session:
            done = find_job(session, job.id)
            assert done.state == "done", done.message
            assert done.steps > 6
            edition = queries.find_edition(session, done.result["edition"])  # type: ignore[index]
            assert (edition.state, edition.built_by) == ("draft", city.analyst.id)
            assert edition.sha256 == computed(city).sha256
            entry = session.execute(
                text("SELECT subject FROM audit_entries WHERE action = 'report.build'")
            )
            assert entry.scalars().all() == ["2025, edition 1"]


def test_a_correction_without_words_is_not_even_queued(city: City) -> None:
    edition = city.store()
    with city.app.app_context(), city.database.transaction() as session:
        approve_edition(session, edition, actor=city.publisher)
        publish_edition(session, edition, actor=city.publisher)
    with (
        city.app.app_context(),
        city.database.transaction() as session,
        pytest.raises(BadInputProblem, match="corrects"),
    ):
        request_build(session, year=2025, correction=" ", actor=city.analyst)


def test_another_process_zone_and_hash_seed_give_the_same_edition(
    sqlite_city: City, tmp_path: Path
) -> None:
    url = sqlite_city.app.extensions["config"].database_url
    program = (
        "from survey_app.app import create_app; from survey_app.config import Config;"
        "from survey_app.reports.services import build; from survey_app.i18n import languages\n"
        f"build.offered = lambda: {{code: languages()[code] for code in {DRAWN_IN}}}\n"
        "app = create_app(Config.from_environment()); database = app.extensions['database']\n"
        "with app.app_context(), database.session(read_only=True) as session:\n"
        "    wave = build.find_wave_to_report(session, 2025)\n"
        "    print(build.compute(session, wave, progress=lambda *_: None).sha256)\n"
    )
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "4711",
        "TZ": "Asia/Tokyo",
        "DATABASE_URL": url,
        "SURVEY_INSTANCE": str(tmp_path / "elsewhere"),
        "PYTHONPATH": str(ROOT),
    }
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == computed(sqlite_city).sha256


def figures_in(value: object) -> list[dict[str, object]]:
    """Every figure of a snapshot's JSON, wherever it stands."""
    if isinstance(value, list):
        return [found for item in value for found in figures_in(item)]
    if isinstance(value, dict):
        here = [value] if "withheld" in value else []
        return here + [found for item in value.values() for found in figures_in(item)]
    return []


def test_a_withheld_figure_holds_its_reason_and_nothing_else(sqlite_city: City) -> None:
    snapshot = computed(sqlite_city).snapshot
    assert canonical(decode(Snapshot, snapshot)) == snapshot
    withheld = [one for one in figures_in(json.loads(snapshot)) if one["withheld"]]
    assert {one["withheld"] for one in withheld} == {"privacy", "uncertain"}
    empty = json.loads(canonical(Figure("privacy")))
    for one in withheld:
        assert {**one, "withheld": "privacy"} == empty


def test_no_withheld_number_is_in_snapshot_table_or_picture(sqlite_city: City) -> None:
    """What was computed for hidden groups, digit by digit, stands nowhere in what is stored."""
    built = computed(sqlite_city)
    with sqlite_city.app.app_context(), sqlite_city.database.session(read_only=True) as session:
        wave = find_wave(session, "city-2025")
        run = run_wave(session, wave)
        inside = run_unprotected(wave, drawn_responses(session, wave)).shares
    hidden = {key for key, figure in run.figures.items() if not figure.shown}
    another = ("trust_police", "gender", "another")
    assert another in hidden
    assert 0 < inside[another].n <= FEW
    assert run.shares[another].n == 0
    table = built.files["figures.csv"][1].decode()
    searched = 0
    for key in hidden:
        share = inside[key]
        if not share.estimate or share.estimate == 1 or not share.se:
            continue  # nothing to tell apart from other zeros and ones
        searched += 1
        assert f":{round(share.estimate, 10)!r}," not in built.snapshot, key
        assert f",{round(100 * share.estimate, 4)},{round(100 * share.se, 4)}," not in table, key
    assert searched > 100
    snapshot = decode(Snapshot, built.snapshot)
    for measure in snapshot.measures:
        for group in measure.groups:
            assert group.figure.shown or group.change is None
    with sqlite_city.app.app_context():
        words = words_of(snapshot, built.wording, "en")
        for measure in snapshot.measures:
            drawn = bars(groups_picture(snapshot, measure, words, rtl=False))
            drawn |= bars(districts_picture(snapshot, measure, words, rtl=False))
            told = {g.level: g.figure.shown for g in measure.groups}
            assert drawn.get("Another gender") is None
            shown = [drawn.get(f"{district} District") is not None for district in DISTRICTS]
            assert shown == [told[district] for district in DISTRICTS]


def test_figures_from_cells_are_those_of_the_declared_requests_over_the_rows(
    sqlite_city: City,
) -> None:
    """What the edition tells to run is not what computed it: one request after another must agree."""
    with sqlite_city.app.app_context(), sqlite_city.database.session(read_only=True) as session:
        run = run_wave(session, find_wave(session, "city-2025"))
    columns = {
        name: values.labels if isinstance(values, Factor) else values
        for name, values in run.columns.items()
    }
    margins = {name: load_margin(name) for name in margin_names()}
    results = run_case(run.case, {**margins, DATA: columns}).result["results"]
    assert len(results) == len(run.shares) > 500
    for result in results:
        measure, group, level = [*result["name"].split("|"), "", ""][:3]
        got, wanted = run.shares[measure, group, level], Share.from_result(result)
        assert (got.n, got.df) == (wanted.n, wanted.df), result["name"]
        if wanted.n:
            assert got.estimate == pytest.approx(wanted.estimate, rel=1e-10, abs=1e-13)
            assert got.se == pytest.approx(wanted.se, rel=1e-9, abs=1e-12)
            assert got.interval == pytest.approx(wanted.interval, rel=1e-9, abs=1e-9)
    for measure, gap in gaps_within(run).items():
        masks = [run.sample.in_domain({"group_race": [level]}) for level in ("white", "black")]
        y = run.sample.table.numbers(f"measure_{measure}")
        wanted_gap = overlapping_change(run.sample, y, *masks)
        if gap is not None:
            assert wanted_gap is not None
            assert gap.se == pytest.approx(wanted_gap.se, rel=1e-9)
            assert (gap.difference, gap.df) == (pytest.approx(wanted_gap.difference), wanted_gap.df)


def test_a_line_only_where_the_question_stayed(sqlite_city: City) -> None:
    built = computed(sqlite_city)
    snapshot = decode(Snapshot, built.snapshot)
    with sqlite_city.app.app_context():
        words = words_of(snapshot, built.wording, "en")
        found = {}
        for measure in snapshot.measures:
            picture = trend_picture(snapshot, measure, words, rtl=False)
            assert picture is not None
            assert isinstance(picture.drawing, Trend)
            joined = [point.joined for point in picture.drawing.series[0].points]
            found[measure.id] = (joined, [gap.label for gap in picture.drawing.breaks])
    assert found["trust_police"] == ([False, True], [])
    assert found["trust_city"] == ([False, False], ["question reworded"])
    assert found["police_effective"] == ([False, False], ["question replaced"])
    assert found["neighbors_act"] == ([False], [])


def test_only_a_picture_that_changed_is_drawn_again(sqlite_city: City, tmp_path: Path) -> None:
    built = computed(sqlite_city)
    snapshot = decode(Snapshot, built.snapshot)
    with sqlite_city.app.app_context():
        words = words_of(snapshot, built.wording, "en")
        picture = trend_picture(snapshot, snapshot.measures[0], words, rtl=False)
        mirrored = trend_picture(snapshot, snapshot.measures[0], words, rtl=True)
    assert picture is not None
    assert mirrored is not None
    kept = tmp_path / "drawn"
    kept.mkdir()
    first, second = DrawnBefore(kept), DrawnBefore(kept)
    (drawn,), (again,) = list(first.svgs([picture])), list(second.svgs([picture]))
    assert drawn == again == picture.draw()
    assert (first.drawn, second.drawn) == (1, 0)
    one, two, three = second.svgs([mirrored, picture, mirrored])
    assert two == drawn
    assert one == three != drawn
    assert second.drawn == 1
    second.forget()
    assert len(list(kept.iterdir())) == 2, "what was just asked for stays"


def bars(picture: Picture | None) -> dict[str, object]:
    if picture is None:
        return {}
    assert isinstance(picture.drawing, Groups)
    return {bar.name: bar.figure for block in picture.drawing.blocks for bar in block.bars}


def test_the_table_marks_a_demonstration_and_leaves_withheld_cells_empty(sqlite_city: City) -> None:
    body = computed(sqlite_city).files["figures.csv"][1].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert {row["demo"] for row in rows} == {"yes"}
    hidden = [row for row in rows if row["withheld"]]
    assert hidden
    for row in hidden:
        assert not any(row[name] for name in ("n", "percent", "se", "low", "high", "change_points"))
    shown = next(r for r in rows if r["kind"] == "city" and r["measure"] == "trust_police")
    assert float(shown["low"]) < float(shown["percent"]) < float(shown["high"])


def test_changes_gaps_and_the_open_link_are_what_the_city_was_made_of(sqlite_city: City) -> None:
    snapshot = decode(Snapshot, computed(sqlite_city).snapshot)
    police, respect = snapshot.measure("trust_police"), snapshot.measure("police_respect")
    assert police is not None
    assert police.latest.change is not None
    assert respect is not None
    assert respect.latest.change is not None
    assert police.latest.change.direction == "up"
    assert police.latest.change.p_adjusted is None, "a primary measure is not corrected"
    assert respect.latest.change.direction == "down"
    assert respect.latest.change.p_adjusted is not None
    assert respect.latest.change.p_adjusted >= respect.latest.change.p
    assert police.open_link.gap is not None
    assert police.open_link.gap < -0.05
    assert all(m.gap is not None for m in snapshot.measures if m.primary)
    links = {m.id: m.latest.link for m in snapshot.measures}
    assert links["trust_city"] == "reworded"
    assert links["neighbors_act"] == "broken"
    assert links["safety_change_1y_better"] == "new"
    assert all(m.latest.change is None for m in snapshot.measures if m.latest.link != "identical")


def test_shown_figures_lie_inside_their_intervals_and_weights_met_their_targets(
    sqlite_city: City,
) -> None:
    snapshot = decode(Snapshot, computed(sqlite_city).snapshot)
    for one in figures_in(json.loads(canonical(snapshot))):
        if not one["withheld"]:
            assert 0 <= one["low"] <= one["estimate"] <= one["high"] <= 1  # type: ignore[operator]
            assert one["n"] >= 30  # type: ignore[operator]
    for weights in snapshot.weights:
        assert weights.gap is not None
        assert weights.gap < 1e-6
        assert weights.kish_deff >= 1


@pytest.mark.usefixtures("built_before")
def test_commands_build_approve_and_publish(sqlite_city: City, tmp_path: Path) -> None:
    app = make_app(sqlite_city.app.extensions["config"].database_url, tmp_path)
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["report", "build", "--year", "2025", "--publish"])
    assert "second person" in refused.output
    same = ["report", "build", "--year", "2025", "--as", "analyst", "--approve-as", "analyst"]
    assert "no publisher" in runner.invoke(args=same).output
    same[-1] = "publisher"
    done = runner.invoke(args=[*same, "--publish"])
    assert done.exit_code == 0, done.output
    assert "Published 2025, edition 1." in done.output
    again = runner.invoke(args=["report", "publish", "--year", "2025", "--as", "publisher"])
    assert "no edition in the state approved" in again.output
