"""Files for partner universities: two people, one purpose, a last day, each opening logged."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey_app.jobs import now, work
from survey_app.operations.retention import purge_kind
from survey_app.problems import BadInputProblem, NotAllowedProblem
from survey_app.reports.restricted import services
from survey_app.reports.restricted.jobs import request_file
from survey_app.survey.models import Response
from survey_app.waves.queries import find_wave
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in, sign_in_as
from tests.survey_app.reports.conftest import City

DESK = "/en/staff/reports/agreements"
DOOR = "/en/research-file"
PURPOSE = "Trust among renters, for a thesis"


def agreed(city: City) -> tuple[str, str]:
    """An approved agreement with its file made: id and code."""
    with city.app.app_context():
        with city.database.transaction() as session:
            made = services.make_agreement(
                session,
                find_wave(session, "city-2025"),
                institution="Example University",
                purpose=PURPOSE,
                expires_on=now().date() + timedelta(days=30),
                actor=city.analyst,
            )
            agreement = made.id
        with city.database.transaction() as session:
            code = services.approve_agreement(session, agreement, actor=city.publisher)
            request_file(session, agreement, actor=city.publisher)
        work(city.database, once=True)
    return agreement, code


def entries(city: City) -> list[tuple[str, str]]:
    with city.database.session(read_only=True) as session:
        found = session.execute(
            text(
                "SELECT action, subject FROM audit_entries WHERE action LIKE 'restricted%' ORDER BY id"
            )
        )
        return [(action, subject) for action, subject in found]


def expire(city: City) -> None:
    with city.database.transaction() as session:
        session.execute(
            text("UPDATE data_agreements SET made_on = :made, expires_on = :day"),
            {"made": date(2020, 1, 1), "day": now().date() - timedelta(days=1)},
        )


def test_a_university_opens_its_file_until_the_last_day_and_every_time_is_logged(city: City) -> None:
    _agreement, code = agreed(city)
    client = city.app.test_client()
    assert problems(client.get(DOOR).get_data(as_text=True), language="en", direction="ltr") == []
    assert client.post(DOOR, data={"code": "0" * 32}).status_code == 404
    answer = client.post(DOOR, data={"code": f" {code.upper()} "})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert len(rows) == 700, "the drawn sample"
    assert set(rows[0]) > {"age_group", "trust_police", "mode", "language", "weight"}
    expire(city)
    refused = client.post(DOOR, data={"code": code})
    assert refused.status_code == 403
    assert "does not run" in refused.get_data(as_text=True)
    assert [action for action, _subject in entries(city)] == [
        "restricted.agreement",
        "restricted.approve",
        "restricted.open",
        "restricted.refused",
    ]
    assert {subject for _action, subject in entries(city)} == {"Example University"}
    with city.app.app_context(), city.database.transaction() as session:
        session.execute(text("UPDATE restricted_files SET expires_on = '2020-01-01'"))
        assert purge_kind(session, "restricted") == 1
        assert session.execute(text("SELECT count(*) FROM restricted_files")).scalar() == 0


def test_what_leads_to_a_person_is_not_in_it(sqlite_city: City) -> None:
    _agreement, code = agreed(sqlite_city)
    body = sqlite_city.app.test_client().post(DOOR, data={"code": code}).get_data(as_text=True)
    header = body.splitlines()[0].split(",")
    assert not set(header) & {"id", "csa", "area", "zip", "neighborhood", "base"}
    with sqlite_city.database.session(read_only=True) as session:
        stored = list(session.query(Response).where(Response.source == "drawn").order_by(Response.id))
        assert not [one.id for one in stored if one.id in body]
        ages = [str(one.answers["age_group"]) for one in stored if one.wave_id == stored[0].wave_id]
    told = [row["age_group"] for row in csv.DictReader(io.StringIO(body))]
    assert told != ages, "another order than that of the keys"


def test_a_second_person_approves_and_the_code_is_kept_as_a_digest(city: City) -> None:
    with city.app.app_context(), city.database.session() as session:
        wave = find_wave(session, "city-2025")
        terms = {"institution": "Example University", "purpose": PURPOSE, "actor": city.publisher}
        with pytest.raises(BadInputProblem, match="within the next two years"):
            services.make_agreement(session, wave, expires_on=date(2020, 1, 1), **terms)  # type: ignore[arg-type]
        soon = now().date() + timedelta(days=9)
        made = services.make_agreement(session, wave, expires_on=soon, **terms)  # type: ignore[arg-type]
        with pytest.raises(NotAllowedProblem, match="second person"):
            services.approve_agreement(session, made.id, actor=city.publisher)
        session.commit()
    with pytest.raises(DBAPIError), city.database.transaction() as session:
        session.execute(text("UPDATE data_agreements SET approved_by = made_by, approved_on = made_on"))
    _id, code = agreed(city)
    with city.database.session(read_only=True) as session:
        kept = session.execute(text("SELECT code_sha256 FROM data_agreements")).scalars().all()
    assert code not in kept


def test_staff_take_an_agreement_from_paper_to_its_end(sqlite_city: City) -> None:
    analyst, publisher = sign_in_as(sqlite_city.app, "analyst"), sign_in(sqlite_city.app, "publisher")
    with sqlite_city.database.session(read_only=True) as session:
        wave = find_wave(session, "city-2025").id
    filled = {"wave": wave, "institution": "Example University", "purpose": PURPOSE}
    late = post_form(analyst, DESK, filled | {"expires_on": "2020-01-01"}, page=DESK)
    assert late.status_code == 422
    assert PURPOSE in late.get_data(as_text=True)
    soon = (now().date() + timedelta(days=9)).isoformat()
    assert post_form(analyst, DESK, filled | {"expires_on": soon}, page=DESK).status_code == 303
    with sqlite_city.database.session(read_only=True) as session:
        one = session.execute(text("SELECT id FROM data_agreements")).scalar()
    assert post_form(analyst, f"{DESK}/{one}/approve", {}, page=DESK).status_code == 403
    approved = post_form(publisher, f"{DESK}/{one}/approve", {}, page=DESK)
    html = approved.get_data(as_text=True)
    assert "It is shown only now" in html
    assert problems(html, language="en", direction="ltr") == []
    assert "It is shown only now" not in publisher.get(DESK).get_data(as_text=True)
    with sqlite_city.app.app_context():
        work(sqlite_city.database, once=True)
    assert post_form(analyst, f"{DESK}/{one}/file", {}, page=DESK).content_type.startswith("text/csv")
    assert post_form(analyst, f"{DESK}/{one}/end", {}, page=DESK).status_code == 303
    assert post_form(analyst, f"{DESK}/{one}/file", {}, page=DESK).status_code == 409
