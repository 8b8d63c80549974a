"""Commitments and smaller surveys in an edition: as they stood on its day, and on its pages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from flask_babel import force_locale

from survey_app.community.followup.services import make_commitment, tell_commitment
from survey_app.reports.codec import canonical, decode
from survey_app.reports.counted_indicators import counts_of
from survey_app.reports.promised import day_of_count, gather_commitments
from survey_app.reports.promised_text import commitments_view, smaller_views
from survey_app.reports.services.build import store_edition
from survey_app.reports.services.editions import approve_edition, publish_edition
from survey_app.reports.snapshot import CountedFigure, SmallerFigures, Snapshot
from survey_app.reports.wording import merge_wording, words_of
from tests.html import problems
from tests.survey_app.reports.conftest import City, computed

WORDS = {
    "late": {"en": "Mend the lamps of the market.", "es": "Reparar las luces del mercado."},
    "kept": {"en": "Open the center until nine."},
}


def promise(city: City) -> None:
    """One commitment kept in time, one late on the last day of 2025 and kept afterwards."""
    with city.app.app_context(), city.database.transaction() as session:
        for name, words in WORDS.items():
            made = make_commitment(
                session,
                words=words,
                owner="Department of Transportation",
                made_on=date(2025, 3, 1),
                due_on=date(2025, 10, 1),
                session_id=None,
                theme="neighborhood_upkeep",
                demo=True,
                actor=city.analyst,
            )
            day = date(2025, 9, 1) if name == "kept" else date(2026, 2, 1)
            tell_commitment(
                session, made.id, state="kept", note="Done.", happened_on=day, actor=city.analyst
            )


def told(city: City) -> tuple[Snapshot, str]:
    """The computed report of 2025, with what was promised and a survey of partners in it."""
    built = computed(city)
    with city.app.app_context(), city.database.session(read_only=True) as session:
        found, wording = gather_commitments(session, 2025, as_of=date(2025, 12, 31))
    titles = {"en": {"partners.partner_trust.title": "Trust the others"}}
    partners = SmallerFigures(
        series="partners",
        wave="partners-2025",
        year=2025,
        quarter=None,
        answered=38,
        asked=46,
        sha256="0" * 64,
        measures=(CountedFigure("partner_trust", True, "exact", 38, 24, 0.6316, 0.56, 0.7, 0.52, 0.7),),
    )
    snapshot = replace(
        decode(Snapshot, built.snapshot), commitments=found, smaller=(partners,), duties=()
    )
    merged = merge_wording(json.loads(built.wording), wording, titles)
    return snapshot, canonical(merged)


def test_a_report_looks_at_commitments_when_its_year_ended(sqlite_city: City) -> None:
    assert day_of_count(2025, date(2026, 11, 1)) == date(2025, 12, 31)
    assert day_of_count(2026, date(2026, 11, 1)) == date(2026, 11, 1)
    promise(sqlite_city)
    snapshot, _wording = told(sqlite_city)
    assert snapshot.commitments is not None
    assert sorted(row.standing for row in snapshot.commitments.rows) == ["in_time", "late"]
    assert decode(Snapshot, canonical(snapshot)) == snapshot


def test_an_edition_from_before_has_no_commitments_and_says_nothing_of_them(sqlite_city: City) -> None:
    stored = json.loads(computed(sqlite_city).snapshot)
    for name in ("commitments", "duties", "smaller"):
        del stored[name]
    snapshot = decode(Snapshot, json.dumps(stored))
    with sqlite_city.app.app_context(), force_locale("en"):
        words = words_of(snapshot, computed(sqlite_city).wording, "en")
        assert commitments_view(snapshot, words) is None
        partners, pulse = smaller_views(snapshot, words)
    assert partners.note == pulse.note == "No result of 2025 was published."
    kept = next(one for one in counts_of(snapshot, {}) if one["id"] == "commitments/kept")
    assert kept["value"] is None
    assert "before commitments" in kept["absent"]


def test_indicators_count_what_was_kept_and_what_is_late(sqlite_city: City) -> None:
    promise(sqlite_city)
    snapshot, wording = told(sqlite_city)
    found = {one["id"]: one for one in counts_of(snapshot, json.loads(wording))}
    assert (found["commitments/kept"]["value"], found["commitments/kept"]["of"]) == (1, 2)
    assert found["commitments/late"]["value"] == 1
    assert found["languages/served"]["value"] >= len(found["languages/served"]["survey"]) > 1
    assert found["residents/engaged"]["value"] == sum(found["residents/engaged"]["parts"].values())
    assert found["sessions/duty"]["absent"]


@pytest.mark.parametrize(
    ("code", "late"), [("en", "Mend the lamps"), ("es", "Reparar las luces"), ("ar", "Mend the lamps")]
)
def test_the_page_shows_late_ones_first_with_the_agency_in_the_language_they_were_put_into(
    sqlite_city: City, code: str, late: str
) -> None:
    promise(sqlite_city)
    snapshot, wording = told(sqlite_city)
    city = sqlite_city
    with city.app.app_context(), city.database.transaction() as session:
        built = replace(computed(city), snapshot=canonical(snapshot), wording=wording)
        edition = store_edition(session, built, built_by=city.analyst).id
        approve_edition(session, edition, actor=city.publisher)
        publish_edition(session, edition, actor=city.publisher)
    html = city.app.test_client().get(f"/{code}/results/2025").get_data(as_text=True)
    assert problems(html, language=code, direction="rtl" if code == "ar" else "ltr") == []
    part = html.split('id="promises"')[1].split("</section>")[0]
    assert part.index(late) < part.index("Open the center")
    assert "Department of Transportation" in part
    assert ('lang="en" dir="ltr">Open the center' in part) == (code != "en")
    assert "24 " in html.split('id="smaller"')[1].split("</section>")[0]
