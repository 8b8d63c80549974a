"""Before a wave opens: languages and why each is offered, help lines, targets, previews, a trial."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from questionnaires.load import load_instrument
from survey_app.db import Database
from survey_app.i18n import offered
from survey_app.jobs import now
from survey_app.languages.models import LanguageReview
from survey_app.problems import BadInputProblem, ConflictProblem
from survey_app.survey.models import Draft, Response, SealedAnswer
from survey_app.waves import opening, pilot, queries, services
from survey_app.waves.models import LanguageWaiver, Wave
from survey_app.waves.outreach import count_outreach, find_outreach, set_targets
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in
from tests.survey_app.survey.resident import Resident

PAGE = "/en/staff/waves/city-2026"
REASON = "The community office asked for it; two native speakers read it aloud."


def draft(session: Session, *, demo: bool = False) -> Wave:
    return services.create_wave(session, questionnaire="2026", demo=demo)


def check_all(session: Session, wave: Wave) -> None:
    for line in load_instrument("2026").help_lines:
        opening.check_help_line(session, wave, line.id, day=now().date(), how="called and asked")


def review(session: Session, language: str, *, without: int = 0) -> None:
    """A review of the instrument that covers all but the last texts."""
    wave = Wave(questionnaire="2026", id="none")
    texts = opening.words_now(session, wave, [language])[0].document["messages"]
    keys = {m.context: f"{m.context}\x04{m.text}" for m in load_instrument("2026").messages()}
    read = {keys[context]: words for context, words in texts.items()}
    session.add(
        LanguageReview(
            id=secrets.token_hex(16),
            number=(session.scalar(select(func.max(LanguageReview.number))) or 0) + 1,
            language=language,
            domain="instrument",
            reviewed_by="Amal Haddad, Community Office",
            reviewed_on=date(2026, 11, 1),
            recorded_on=date(2026, 11, 2),
            sha256="0" * 64,
            messages=dict(list(read.items())[: len(read) - without]),
            changes=[],
        )
    )
    session.flush()


def test_a_real_wave_is_offered_only_in_languages_that_were_read_or_waived(session: Session) -> None:
    wave = draft(session)
    check_all(session, wave)
    review(session, "es")
    review(session, "fr", without=1)
    opening.waive_review(session, wave, "ar", REASON)
    rows = services.open_wave(session, wave, production=True)
    assert {row.language for row in rows} == {"en", "es", "ar"}
    with pytest.raises(ConflictProblem):
        opening.waive_review(session, wave, "ru", REASON)


def test_a_demonstration_is_offered_in_every_complete_language(session: Session) -> None:
    rows = services.open_wave(session, draft(session, demo=True), production=False)
    assert {row.language for row in rows} == set(offered())


def test_what_a_reviewer_corrected_is_what_is_frozen(session: Session) -> None:
    wave = draft(session, demo=True)
    review(session, "es")
    last = session.scalars(select(LanguageReview)).one()
    key = next(key for key in last.messages if key.startswith("front.title\x04"))
    session.expunge(last)
    session.add(
        LanguageReview(
            id=secrets.token_hex(16),
            number=2,
            language="es",
            domain="instrument",
            reviewed_by="R",
            reviewed_on=date(2026, 11, 3),
            recorded_on=date(2026, 11, 3),
            sha256="1" * 64,
            messages={**last.messages, key: "¿Vive usted con tranquilidad?"},
            changes=[],
        )
    )
    session.flush()
    services.open_wave(session, wave, production=False)
    spanish = queries.find_wording(session, wave, "es")
    assert spanish is not None
    assert spanish.wording["messages"]["front.title"] == "¿Vive usted con tranquilidad?"


def test_a_reason_must_say_something_and_is_kept_by_the_database(session: Session) -> None:
    wave = draft(session)
    with pytest.raises(BadInputProblem):
        opening.waive_review(session, wave, "ar", "because")
    with pytest.raises(BadInputProblem):
        opening.waive_review(session, wave, "en", REASON)
    opening.waive_review(session, wave, "ar", REASON)
    opening.waive_review(session, wave, "ar", "")
    assert opening.list_waivers(session, wave) == []
    session.add(LanguageWaiver(wave_id=wave.id, language="ar", reason="no", given_on=date(2026, 1, 1)))
    with pytest.raises(IntegrityError):
        session.flush()


def test_help_lines_checked_by_staff_let_a_real_wave_open(session: Session) -> None:
    wave = draft(session)
    later = now().date() + timedelta(days=400)
    with pytest.raises(BadInputProblem):
        opening.check_help_line(session, wave, "crisis_988", day=later, how="called")
    with pytest.raises(BadInputProblem):
        opening.check_help_line(session, wave, "nobody", day=now().date(), how="called")
    check_all(session, wave)
    services.open_wave(session, wave, production=True)
    english = queries.find_wording(session, wave, "en")
    assert english is not None
    lines = english.wording["help_lines"]
    assert {line["checked_on"] for line in lines} == {now().date().isoformat()}
    assert {line["checked_how"] for line in lines} == {"called and asked"}


def test_a_resident_reads_why_an_unread_translation_is_offered(sqlite_app: Flask) -> None:
    database: Database = sqlite_app.extensions["database"]
    with sqlite_app.app_context(), database.transaction() as session:
        wave = draft(session)
        check_all(session, wave)
        opening.waive_review(session, wave, "ar", REASON)
        review(session, "es")
        services.open_wave(session, wave, production=True)
    client = sqlite_app.test_client()
    arabic = client.get("/ar/about-translation").get_data(as_text=True)
    assert problems(arabic, language="ar", direction="rtl") == []
    assert "two native speakers" in arabic
    assert "Amal Haddad" in client.get("/es/about-translation").get_data(as_text=True)
    assert "/ar/about-translation" in client.get("/ar/survey").get_data(as_text=True)
    # Not offered: the resident is shown the languages there are.
    french = client.get("/fr/survey").get_data(as_text=True)
    assert "/ar/survey" in french
    assert "/ru/survey" not in french.split("<main")[1]


def test_the_pages_before_opening(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), sqlite_app.extensions["database"].transaction() as session:
        draft(session)
    client = sign_in(sqlite_app, "administrator")
    for name in ("", "/languages", "/help-lines", "/outreach", "/targets", "/preview", "/open"):
        html = client.get(PAGE + name).get_data(as_text=True)
        assert problems(html, language="en", direction="ltr") == [], name
    waived = post_form(client, f"{PAGE}/languages", {"language": "ko", "reason": REASON})
    assert waived.status_code == 303
    assert "two native speakers" in client.get(f"{PAGE}/open").get_data(as_text=True)
    day = now().date().isoformat()
    checked = {"line": "crisis_988", "day": day, "how": "rang twice"}
    lines = [line.id for line in load_instrument("2026").help_lines]
    checked["line"] = lines[0]
    assert post_form(client, f"{PAGE}/help-lines", dict(checked)).status_code == 303
    assert "rang twice" in client.get(f"{PAGE}/help-lines").get_data(as_text=True)
    wanted = post_form(client, f"{PAGE}/targets", {"total": "1500", "language-es": "90"})
    assert wanted.status_code == 303
    assert post_form(client, f"{PAGE}/targets", {"total": "-1"}).status_code == 422
    analyst = sign_in(sqlite_app, "analyst")
    assert analyst.get(f"{PAGE}/languages").status_code == 200
    assert post_form(analyst, f"{PAGE}/languages", {"language": "ko", "reason": ""}).status_code == 403


def test_every_page_can_be_previewed_in_every_language_and_nothing_is_stored(
    sqlite_app: Flask,
) -> None:
    database: Database = sqlite_app.extensions["database"]
    with sqlite_app.app_context(), database.transaction() as session:
        draft(session)
    client = sign_in(sqlite_app, "facilitator")
    for language in ("en", "ar", "zh", "en-XA"):
        direction = "rtl" if language == "ar" else "ltr"
        at, seen = f"/{language}/staff/waves/city-2026/preview/survey", 0
        while "thank-you" not in at:
            html = client.get(at).get_data(as_text=True)
            assert problems(html, language=language, direction=direction) == [], at
            seen += 1
            sent = client.post(at, data={"adult": "1", "city": "1"} if seen == 1 else {})
            assert sent.status_code == 303, at
            at = sent.headers["Location"]
        assert seen >= 12, "conditional pages are seen as well"
    at = "/en/staff/waves/city-2026/preview/survey/area"
    assert client.post(at, data={"language": "ar"}).headers["Location"].startswith("/ar/staff/")
    wrong = client.post(at, data={"area-zip": "x"})
    assert wrong.status_code == 422
    assert "There is a problem" in wrong.get_data(as_text=True)
    with database.session(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Draft)) == 0
        assert session.scalar(select(func.count()).select_from(SealedAnswer)) == 0


def test_a_trial_is_marked_and_leaves_nothing(app: Flask, database: Database) -> None:
    with app.app_context(), database.transaction() as session:
        wave = draft(session, demo=True)
        pilot.start_pilot(session, wave)
    resident = Resident(app.test_client(), "es")
    resident.begin()
    assert "Esto es una prueba" in resident.page
    resident.answer_all({})
    resident.send()
    with app.app_context(), database.transaction() as session:
        wave = queries.find_wave(session, "city-2026")
        assert session.scalar(select(func.count()).select_from(SealedAnswer)) == 1
        with pytest.raises(ConflictProblem):
            services.open_wave(session, wave, production=False)
        count_outreach(session, wave)
        pilot.end_pilot(session, wave)
        assert session.scalar(select(func.count()).select_from(SealedAnswer)) == 0
        assert session.scalar(select(func.count()).select_from(Draft)) == 0
        assert find_outreach(session, wave).counted_on is None
        services.open_wave(session, wave, production=False)


def test_targets_are_shared_out_as_the_city_is(session: Session) -> None:
    wave = draft(session)
    session.add_all(
        Response(
            id=secrets.token_hex(16),
            wave_id=wave.id,
            language="es" if number < 12 else "en",
            source="open",
            mode="kiosk",
            police_district="Central",
            answers={"race_ethnicity": [1], "age_group": 1},
            domains={},
            flags=["fast", "crowd"] if number < 5 else ["fast"] if number < 21 else [],
        )
        for number in range(39)
    )
    set_targets(session, wave, {"language": {"es": 90}}, total=1500)
    count_outreach(session, wave, day=date(2026, 11, 5))
    found = find_outreach(session, wave)
    assert found.counted_on == date(2026, 11, 5)
    assert found.sent.at_least == 30
    districts = {one.level: one for one in found.subjects["district"]}
    assert districts["Central"].at_least == 30
    assert abs(sum(one.target or 0 for one in districts.values()) - 1500) <= 5
    assert {one.level: one.at_least for one in found.subjects["language"]} == {"en": 20, "es": 10}
    flagged = {one.level: one.at_least for one in found.subjects["flag"]}
    assert flagged == {"trap": 0, "fast": 20, "crowd": 0}
    with pytest.raises(BadInputProblem):
        set_targets(session, wave, {}, total=10_000_000)
