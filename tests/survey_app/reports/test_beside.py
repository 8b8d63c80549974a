"""The Baltimore Area Survey beside our own figures: a line where the question stayed, a break where
it was reworded, its own name and citation, and nothing of it called ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from analysis.charts import Trend
from questionnaires.foreign import FOLDER, load_mapping
from survey_app.reports import compose
from survey_app.reports.gather import gather
from survey_app.reports.pictures import trend_picture
from survey_app.reports.services.build import find_wave_to_report
from survey_app.reports.snapshot import Beside, Snapshot
from survey_app.reports.wording import Words, gather_wording
from survey_app.waves.importing import import_wave
from survey_app.waves.queries import load_instrument_of
from tests.shared import shared_path
from tests.survey_app.reports.city import make_city

Found = tuple[Snapshot, Words]


@pytest.fixture
def found(sqlite_app: Flask) -> Iterator[Found]:
    database = sqlite_app.extensions["database"]
    with sqlite_app.app_context(), force_locale("en"):
        with database.transaction() as session:
            make_city(session)
            for year in (2023, 2024):
                data = shared_path("data", "surveys", "bas", f"bas{year}.csv")
                import_wave(session, load_mapping(FOLDER / f"bas-{year}.toml"), data)
        with database.session(read_only=True) as session:
            wave = find_wave_to_report(session, 2025)
            instrument = load_instrument_of(wave)
            messages = gather_wording(session, wave, instrument)["en"]
            snapshot = gather(session, wave, progress=lambda *_: None).snapshot
            yield snapshot, Words("en", messages, instrument)


def beside(snapshot: Snapshot, measure: str, theirs: str) -> Beside:
    found = snapshot.measure(measure)
    assert found is not None
    return next(one for one in found.beside if one.measure == theirs)


def drawn(found: Found, measure: str) -> Trend:
    snapshot, words = found
    figures = snapshot.measure(measure)
    assert figures is not None
    picture = trend_picture(snapshot, figures, words, rtl=False)
    assert picture is not None
    assert isinstance(picture.drawing, Trend)
    return picture.drawing


def test_lines_breaks_names_and_digits(found: Found) -> None:
    snapshot, words = found
    better = beside(snapshot, "safety_change_5y_better", "safety_change_5y_better")
    worse = beside(snapshot, "safety_change_5y_worse", "safety_change_5y_worse")
    trust = beside(snapshot, "trust_city", "trust_local_government")
    said = {
        (name, point.year): (point.figure.estimate, point.figure.se)
        for name, one in (("better", better), ("worse", worse), ("trust", trust))
        for point in one.points
    }
    for key, percent, error in (
        (("better", 2023), 14.094, 1.799),
        (("better", 2024), 21.052, 2.488),
        (("worse", 2023), 35.829, 2.540),
        (("trust", 2023), 19.761, 1.983),
    ):
        estimate, se = said[key]
        assert estimate is not None
        assert se is not None
        assert 100 * estimate == pytest.approx(percent, abs=0.001), key
        assert 100 * se == pytest.approx(error, abs=0.001), key
    assert [point.link for point in better.points] == ["first", "identical"]
    assert better.points[1].change is not None
    assert [point.link for point in trust.points] == ["first", "reworded"]
    assert trust.points[1].change is None

    line = drawn(found, "safety_change_5y_better")
    theirs = next(series for series in line.series if not series.own)
    assert theirs.name == "Baltimore Area Survey"
    assert [point.joined for point in theirs.points] == [False, True]
    assert not [gap for gap in line.breaks if not gap.own]
    broken = drawn(found, "trust_city")
    theirs = next(series for series in broken.series if not series.own)
    assert [point.joined for point in theirs.points] == [False, False]
    assert [(gap.after, gap.before, gap.label) for gap in broken.breaks if not gap.own] == [
        (2023, 2024, "question reworded")
    ]
    assert "the City’s figures are made up" in line.mark

    assert {source.wave for source in snapshot.sources} == {"bas-2023", "bas-2024"}
    assert all("Johns Hopkins" in source.citation for source in snapshot.sources)
    citations = compose.cite(snapshot, {"bas"})
    assert [citation.title for citation in citations] == [
        "Baltimore Area Survey 2023",
        "Baltimore Area Survey 2024",
    ]
    assert words.title("trust_city")
