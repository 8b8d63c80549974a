"""Results of the smaller surveys: counted, small numbers left out, published once and for all."""

from __future__ import annotations

import secrets
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from questionnaires.load import load_instrument
from survey_app.db import Database
from survey_app.invitations.models import InvitationSample
from survey_app.problems import BadInputProblem, ConflictProblem
from survey_app.series import services
from survey_app.series.indicators import series_indicators
from survey_app.series.models import SeriesResult
from survey_app.survey.models import Response
from survey_app.waves.models import Wave
from survey_app.waves.services import close_wave, create_wave, open_wave
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in


def answered(
    session: Session, questionnaire: str, day: date, codes: list[int], source: str = "open"
) -> Wave:
    """A closed wave in which everybody gave one code to every question."""
    wave = create_wave(session, questionnaire=questionnaire, demo=True, day=day)
    open_wave(session, wave, production=False, today=day)
    names = [question.id for question in load_instrument(questionnaire).questions]
    session.add_all(
        Response(
            id=secrets.token_hex(16),
            wave_id=wave.id,
            language="en",
            source=source,
            mode="web",
            answers=dict.fromkeys(names, code),
            domains={},
        )
        for code in codes
    )
    close_wave(session, wave, release=lambda _s, _w: None, today=day)
    session.flush()
    return wave


def figures(document: dict[str, object]) -> dict[str, dict[str, object]]:
    return {one["id"]: one for one in document["measures"]}  # type: ignore[attr-defined]


def test_a_pulse_is_counted_among_those_who_answered(app: Flask, database: Database) -> None:
    with app.app_context(), database.session() as session:
        wave = answered(session, "pulse", date(2026, 8, 1), [1] * 30 + [3] * 20 + [-2] * 7)
        services.set_reach(session, wave, events=6, people=210)
        document = services.build_document(session, wave)
        high = figures(document)["engagement_trust_high"]
        assert (high["counted"], high["n"], high["value"]) == (30, 50, 0.6)
        assert "low" not in high, "no margin of error: nobody was drawn"
        assert (document["answered"], document["asked"], document["events"]) == (57, 210, 6)


def test_partners_are_told_with_what_the_others_may_think(app: Flask, database: Database) -> None:
    with app.app_context(), database.session() as session:
        wave = answered(session, "partners", date(2026, 8, 1), [1] * 24 + [3] * 12, source="drawn")
        sample = InvitationSample(
            wave_id=wave.id, addresses=40, expected_percent=80, languages=["en"],
            imported_on=date(2026, 8, 1),
        )  # fmt: skip
        session.add(sample)
        trust = figures(services.build_document(session, wave))["partner_trust"]
        assert (trust["least"], trust["most"]) == (24 / 40, 28 / 40)
        assert 24 / 40 <= trust["low"] < 24 / 36 < trust["high"] <= 28 / 40  # type: ignore[operator]


@pytest.mark.parametrize(
    ("codes", "told"), [([1] * 9, "withheld"), ([1] * 30, "nearly_all"), ([3] * 27 + [1] * 4, "few")]
)
def test_small_numbers_stay_out_of_what_is_stored(
    app: Flask, database: Database, codes: list[int], told: str
) -> None:
    with app.app_context(), database.session() as session:
        wave = answered(session, "partners", date(2026, 8, 1), codes, source="drawn")
        trust = figures(services.build_document(session, wave))["partner_trust"]
        assert trust["told"] == told
        assert "counted" not in trust


def test_answers_without_an_invitation_are_not_counted(app: Flask, database: Database) -> None:
    with app.app_context(), database.session() as session:
        wave = answered(session, "partners", date(2026, 8, 1), [1] * 30)
        assert services.build_document(session, wave)["answered"] == 0


def test_what_is_published_stays_and_is_corrected_by_another(app: Flask, database: Database) -> None:
    with app.app_context(), database.session() as session:
        wave = answered(session, "pulse", date(2026, 8, 1), [1] * 30 + [3] * 20)
        first = services.publish_result(session, wave, actor=None)
        with pytest.raises(BadInputProblem, match="corrects"):
            services.publish_result(session, wave, actor=None)
        services.set_reach(session, wave, events=3, people=90)
        second = services.publish_result(session, wave, actor=None, correction="People were counted.")
        assert (first.number, second.number) == (1, 2)
        assert first.sha256 != second.sha256
        session.commit()
        with pytest.raises(DBAPIError, match="stays as it was"):
            session.execute(update(SeriesResult).values(sha256="0" * 64))


def test_nothing_is_built_while_answers_come_in(app: Flask, database: Database) -> None:
    with app.app_context(), database.session() as session:
        wave = create_wave(session, questionnaire="pulse", demo=True, day=date(2026, 8, 1))
        open_wave(session, wave, production=False)
        with pytest.raises(ConflictProblem, match="not closed"):
            services.build_document(session, wave)


def test_pages_and_indicators_show_the_baseline_and_the_counts(sqlite_app: Flask) -> None:
    database: Database = sqlite_app.extensions["database"]
    with sqlite_app.app_context(), database.transaction() as session:
        before = answered(session, "pulse", date(2026, 5, 1), [1] * 20 + [3] * 20)
        after = answered(session, "pulse", date(2026, 8, 1), [1] * 30 + [3] * 20)
        services.publish_result(session, before, actor=None)
        services.publish_result(session, after, actor=None)
    client = sqlite_app.test_client()
    for language, direction in (("en", "ltr"), ("ar", "rtl")):
        for series in ("pulse", "partners"):
            page = client.get(f"/{language}/results/{series}").get_data(as_text=True)
            assert not problems(page, language=language, direction=direction)
    page = client.get("/en/results/pulse").get_data(as_text=True)
    assert "30 of 50 people" in page
    assert "+10 points" in page
    assert "no margin of error" in page
    with sqlite_app.app_context(), database.session() as session:
        found = {one["id"]: one for one in series_indicators(session, demo=True)}
        index = found["2021-2026/672/engagement_trust_high"]
        assert (index["value"], index["n"], index["baseline"]["value"]) == (0.6, 50, 0.5)
        assert index["period"] == "pulse-2026-q3"
        assert list(series_indicators(session, demo=False)) == []


def test_staff_write_down_who_was_asked_and_a_publisher_publishes(sqlite_app: Flask) -> None:
    database: Database = sqlite_app.extensions["database"]
    with sqlite_app.app_context(), database.transaction() as session:
        answered(session, "pulse", date(2026, 8, 1), [1] * 30 + [3] * 20)
    desk = "/en/staff/series/pulse-2026-q3"
    analyst, publisher = sign_in(sqlite_app, "analyst"), sign_in(sqlite_app, "publisher")
    assert (
        post_form(analyst, f"{desk}/reach", {"events": "4", "people": "x"}, page=desk).status_code
        == 422
    )
    assert (
        post_form(analyst, f"{desk}/reach", {"events": "4", "people": "120"}, page=desk).status_code
        == 303
    )
    assert post_form(analyst, f"{desk}/publish", {}, page=desk).status_code == 403
    assert post_form(publisher, f"{desk}/publish", {}, page=desk).status_code == 303
    page = publisher.get(desk).get_data(as_text=True)
    assert not problems(page, language="en", direction="ltr")
    assert "Publish a correction" in page
    assert not problems(publisher.get("/en/staff/series").get_data(as_text=True), language="en")
