"""People whom the survey does not reach: the report says which sessions were held with them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from survey_app.community import services
from survey_app.community.agenda import UNREACHED, Arrangements
from survey_app.i18n import languages, offered
from survey_app.problems import BadInputProblem
from survey_app.reports.codec import canonical, decode
from survey_app.reports.counted_indicators import counts_of
from survey_app.reports.gather import inputs_digest
from survey_app.reports.heard import gather_sessions, hear
from survey_app.reports.printed import sheets_of
from survey_app.reports.services.build import store_edition
from survey_app.reports.services.editions import approve_edition, publish_edition
from survey_app.reports.snapshot import HeldWith, Snapshot
from survey_app.reports.transparency import facts
from survey_app.reports.wording import words_of
from tests.html import problems
from tests.survey_app.community.conftest import make_session
from tests.survey_app.reports.conftest import City, computed


def hold(session: Session, day: date, *groups: str, finalised: bool = True) -> str:
    meeting = make_session(session, held_on=day, arrangements=Arrangements(held_with=groups))
    if finalised:
        services.finalise(session, meeting.id)
    return meeting.id


def held(session: Session, year: int) -> tuple[HeldWith, ...]:
    found = gather_sessions(session, year, hear(session, year)).held_with
    assert found is not None
    return found


def test_finalised_sessions_of_the_year_count_for_every_group_they_were_held_with(
    app: Flask, session: Session
) -> None:
    with app.app_context():
        both = hold(session, date(2025, 5, 2), "in_jail", "no_home")
        early = hold(session, date(2025, 3, 1), "no_home")
        hold(session, date(2025, 6, 1))
        hold(session, date(2024, 6, 1), "group_quarters")
        hold(session, date(2025, 7, 1), "group_quarters", finalised=False)
        found = {one.group: [meeting.id for meeting in one.sessions] for one in held(session, 2025)}
    assert found == {"no_home": [early, both], "in_jail": [both], "group_quarters": []}


def test_only_groups_of_the_list_are_taken_and_none_is_usual(app: Flask, session: Session) -> None:
    with app.app_context():
        assert make_session(session).held_with == []
        with pytest.raises(BadInputProblem, match="from the list"):
            make_session(session, arrangements=Arrangements(held_with=["tourists"]))


def test_what_the_sessions_say_is_under_the_input_hash(app: Flask, session: Session) -> None:
    with app.app_context():
        before = inputs_digest([], b"", held(session, 2025))
        hold(session, date(2025, 3, 1), "no_home")
        assert inputs_digest([], b"", held(session, 2025)) != before
    assert inputs_digest([], b"other codes", ()) != inputs_digest([], b"", ())


def snapshot_with(city: City, *groups: tuple[date, str]) -> Snapshot:
    """The computed report of 2025 with sessions held with these groups."""
    with city.app.app_context(), city.database.transaction() as session:
        for day, group in groups:
            hold(session, day, group)
        found = held(session, 2025)
    snapshot = decode(Snapshot, computed(city).snapshot)
    return replace(snapshot, sessions=replace(snapshot.sessions, held_with=found))


TWICE = ((date(2025, 3, 1), "no_home"), (date(2025, 9, 5), "no_home"), (date(2025, 4, 9), "in_jail"))


@pytest.fixture
def published(sqlite_city: City) -> City:
    snapshot = snapshot_with(sqlite_city, *TWICE)
    with sqlite_city.app.app_context(), sqlite_city.database.transaction() as session:
        built = replace(computed(sqlite_city), snapshot=canonical(snapshot))
        edition = store_edition(session, built, built_by=sqlite_city.analyst).id
        approve_edition(session, edition, actor=sqlite_city.publisher)
        publish_edition(session, edition, actor=sqlite_city.publisher)
    return sqlite_city


def test_the_page_counts_them_by_group_and_leads_to_each_in_every_language(published: City) -> None:
    client = published.app.test_client()
    for code, language in offered().items():
        html = client.get(f"/{code}/results/2025").get_data(as_text=True)
        assert problems(html, language=code, direction=language.direction) == []
        part = html.split('id="unreached"')[1].split("</section>")[0]
        with published.app.test_request_context(f"/{code}/results"), force_locale(code):
            homeless, jailed, grouped = (str(label) for label in UNREACHED.values())
        assert part.index(homeless) < part.index(jailed) < part.index(grouped)
        addresses = re.findall(rf'href="(/{code}/sessions/[0-9a-f]+)"', part)
        assert len(set(addresses)) == len(TWICE)
        for address, reached in zip(addresses, (homeless, homeless, jailed), strict=True):
            assert reached in client.get(address).get_data(as_text=True)


def test_the_page_says_how_many_and_that_there_was_none(published: City) -> None:
    html = published.app.test_client().get("/en/results/2025").get_data(as_text=True)
    for said in (
        "3 community sessions were held with them in 2025.",
        "People without a home: 2 sessions.",
        "People in jail or detention: 1 session.",
        "People in dormitories or other group quarters: no session.",
    ):
        assert said in html.split('id="unreached"')[1].split("</section>")[0]


def test_that_none_was_held_is_said_plainly_and_an_old_edition_says_nothing(sqlite_city: City) -> None:
    none = snapshot_with(sqlite_city)
    stored = json.loads(canonical(none))
    del stored["sessions"]["held_with"]
    old = decode(Snapshot, json.dumps(stored))
    said = []
    with sqlite_city.app.test_request_context("/en/results"), force_locale("en"):
        for one in (none, old):
            words = words_of(one, computed(sqlite_city).wording, "en")
            said.append(next(fact.text for fact in facts(one, words) if fact.name == "Who is missing"))
    assert said[0] == f"{said[1]} No session was held with them in 2025."
    found = [
        next(one for one in counts_of(each, {}) if one["id"] == "sessions/held_with_unreached")
        for each in (none, old)
    ]
    assert (found[0]["value"], set(found[0]["by_group"])) == (0, set(UNREACHED))
    assert found[1]["value"] is None
    assert "before sessions" in found[1]["absent"]


@pytest.mark.parametrize("site", [None, "https://safety.example.org"])
def test_the_printed_pages_name_the_sessions_and_lead_to_them_where_the_site_is_known(
    sqlite_city: City, site: str | None
) -> None:
    snapshot = snapshot_with(sqlite_city, *TWICE)
    app = sqlite_city.app
    app.extensions["config"] = replace(app.extensions["config"], public_url=site)
    with app.test_request_context("/es/results"), force_locale("es"):
        wording = computed(sqlite_city).wording
        pages = sheets_of(snapshot, wording, languages()["es"], number=1).pages
    for html in pages.values():
        assert "En 2025 se celebraron 3 encuentros comunitarios con estas personas." in html
        assert "9 de abril de 2025" in html
        assert html.count("https://safety.example.org/es/sessions/") == (len(TWICE) if site else 0)
