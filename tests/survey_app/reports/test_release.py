"""Between an approved edition and the public: a promised day, an outside sign-off, early readers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey_app.jobs import now
from survey_app.problems import BadInputProblem, ConflictProblem
from survey_app.reports import queries
from survey_app.reports.models import Edition
from survey_app.reports.services import release
from survey_app.reports.services.editions import approve_edition, publish_edition
from survey_app.waves.models import Wave
from tests.survey_app.conftest import post_form, sign_in
from tests.survey_app.reports.conftest import City


def approved(city: City) -> str:
    edition = city.store()
    with city.app.app_context(), city.database.transaction() as session:
        approve_edition(session, edition, actor=city.publisher)
    return edition


def publish(city: City, edition: str) -> None:
    with city.app.app_context(), city.database.transaction() as session:
        publish_edition(session, edition, actor=city.publisher)


def promise(city: City, edition: str, day: date, reason: str = "") -> None:
    with city.app.app_context(), city.database.transaction() as session:
        wave = session.get_one(Wave, session.get_one(Edition, edition).wave_id)
        release.announce_release(session, wave, release_on=day, reason=reason, actor=city.publisher)


def sign(city: City, edition: str) -> None:
    with city.app.app_context(), city.database.transaction() as session:
        release.sign_off(
            session,
            edition,
            name="R. Fisher",
            affiliation="University",
            statement="Sound.",
            actor=city.publisher,
        )


def make_real(city: City) -> None:
    """As if residents had answered: an edition that is no demonstration needs everything."""
    with city.database.transaction() as session:
        session.execute(text("DROP TRIGGER editions_stay" + _on(city)))
        session.execute(text("UPDATE editions SET demo = FALSE"))


def _on(city: City) -> str:
    return " ON editions" if city.database.engine.dialect.name == "postgresql" else ""


def test_nothing_is_published_before_its_day(city: City) -> None:
    edition = approved(city)
    promise(city, edition, now().date() + timedelta(days=1))
    with pytest.raises(ConflictProblem, match="promised for"):
        publish(city, edition)
    promise(city, edition, now().date(), reason="The holiday was moved.")
    publish(city, edition)


def test_a_real_report_needs_a_promised_day_and_an_outside_sign_off_of_just_this_edition(
    city: City,
) -> None:
    edition = approved(city)
    make_real(city)
    with pytest.raises(ConflictProblem, match="Announce the day"):
        publish(city, edition)
    promise(city, edition, now().date())
    with pytest.raises(ConflictProblem, match="has not signed"):
        publish(city, edition)
    sign(city, edition)
    with city.database.transaction() as session:
        session.execute(text("UPDATE edition_sign_offs SET sha256 = 'of another edition'"))
    with pytest.raises(ConflictProblem, match="has not signed"):
        publish(city, edition)
    sign(city, edition)
    publish(city, edition)


def test_a_promised_day_moves_only_with_a_reason_and_stays_told(city: City) -> None:
    edition = approved(city)
    first = now().date() + timedelta(days=30)
    promise(city, edition, first)
    with pytest.raises(BadInputProblem, match="why the day"):
        promise(city, edition, first + timedelta(days=7))
    with pytest.raises(BadInputProblem, match="has not passed"):
        promise(city, edition, now().date() - timedelta(days=1), reason="late")
    promise(city, edition, first + timedelta(days=7), reason="Translation takes longer.")
    for statement in ("DELETE FROM release_dates", "UPDATE release_dates SET reason = 'x'"):
        with pytest.raises(DBAPIError), city.database.transaction() as session:
            session.execute(text(statement))
    with city.database.session(read_only=True) as session:
        wave = session.get_one(Edition, edition).wave_id
        assert [one.number for one in queries.list_releases(session, wave)] == [1, 2]


def test_what_was_said_of_a_published_edition_stays(city: City) -> None:
    edition = approved(city)
    sign(city, edition)
    with city.app.app_context(), city.database.transaction() as session:
        for _twice in range(2):
            release.add_reader(
                session, edition, name="A. Mayor", organization="City", actor=city.publisher
            )
    publish(city, edition)
    with pytest.raises(ConflictProblem, match="stays as it is"):
        sign(city, edition)
    for table in ("edition_sign_offs", "edition_readers"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET name = 'X'"):  # noqa: S608
            with pytest.raises(DBAPIError), city.database.transaction() as session:
                session.execute(text(statement))
    page = city.app.test_client().get("/en/results/2025").get_data(as_text=True)
    for told in ("R. Fisher", "Sound.", "A. Mayor"):
        assert told in page


def test_building_again_takes_the_sign_off_away(city: City) -> None:
    edition = city.store()
    sign(city, edition)
    again = city.store()
    with city.database.session(read_only=True) as session:
        assert queries.find_sign_off(session, again) is None


def test_the_public_is_told_what_is_promised_and_what_is_overdue(sqlite_city: City) -> None:
    city = sqlite_city
    edition = city.store()
    with city.app.app_context(), city.database.transaction() as session:
        wave = session.get_one(Wave, session.get_one(Edition, edition).wave_id)
        release.announce_release(
            session, wave, release_on=date(2026, 4, 14), actor=None, today=date(2025, 3, 1)
        )
    page = city.app.test_client().get("/en/results").get_data(as_text=True)
    assert "The report of 2025 is overdue. It was promised for April 14, 2026." in page


def test_a_publisher_fills_the_pages_without_scripts(sqlite_city: City) -> None:
    city = sqlite_city
    edition = city.store()
    client = sign_in(city.app, "publisher")
    address = f"/en/staff/reports/{edition}/release"
    answer = post_form(client, f"{address}/sign-off", {"name": "", "affiliation": ""}, page=address)
    assert answer.status_code == 422
    assert "Enter a name" in answer.get_data(as_text=True)
    filled = {"name": "R. Fisher", "affiliation": "University", "statement": "Sound."}
    assert post_form(client, f"{address}/sign-off", filled, page=address).status_code == 303
    reader = {"reader_name": "A. Mayor", "organization": "City"}
    assert post_form(client, f"{address}/readers", reader, page=address).status_code == 303
    page = client.get(address).get_data(as_text=True)
    assert "R. Fisher" in page
    assert "A. Mayor" in page
