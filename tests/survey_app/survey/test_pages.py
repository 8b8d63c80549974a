"""The pages: every one reachable, nothing compulsory, errors told, nothing lost, nothing on GET."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from survey_app.db import Base
from survey_app.survey.days import latest_today
from survey_app.survey.models import Draft, SealedAnswer
from survey_app.waves.models import PAUSED, Wave
from tests.survey_app.survey.conftest import City

ANSWERS: dict[str, object] = {
    "trust_police": "2",
    "violence_workers_aware": "1",
    "plan_heard": "3",
    "violence_seen": ["1", "3"],
    "own_words": "More light <b>at night</b> & no more",
    "adults_in_household": "2",
    "area": "Barre Circle",
    "area_district": "9",
}


def count(city: City, table: type[Base]) -> int:
    with city.database.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_whole_survey_from_the_front_page_to_the_thank_you(city: City) -> None:
    resident = city.resident()
    resident.begin()
    assert resident.url == "/en/survey/near_home"
    assert "Page 1 of 10" in resident.title
    review = resident.answer_all(ANSWERS)
    assert "More light &lt;b&gt;at night&lt;/b&gt; &amp; no more" in review
    assert "Barre Circle" in review
    assert "What is stored: Southern District" in resident.text
    assert "/en/survey/area_district" in resident.visited
    assert "How much do you trust Safe Streets" in resident.text
    resident.send()
    assert 'data-page="thank-you"' in resident.page
    assert "988" in resident.text
    assert resident.client.get_cookie("survey") is None
    assert (count(city, Draft), count(city, SealedAnswer)) == (0, 1)


def test_every_question_can_be_skipped(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    resident.answer_all({})
    assert resident.text.count("Skipped") >= 25
    resident.send()
    assert resident.url == "/en/survey/thank-you"


@pytest.mark.parametrize("given", [{"adult": "2", "city": "1"}, {"adult": "1", "city": "2"}])
def test_who_may_not_take_part_is_thanked_and_nothing_is_stored(
    sqlite_city: City, given: dict[str, str]
) -> None:
    resident = sqlite_city.resident()
    resident.open("/en/survey")
    resident.send(**given)
    assert resident.url == "/en/survey/not-eligible"
    assert "Thank you for your time" in resident.text
    assert resident.client.get_cookie("survey") is None
    assert count(sqlite_city, Draft) == 0


def test_the_two_first_questions_are_asked_until_answered(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.open("/en/survey")
    resident.send(adult="1")
    assert resident.status == 422
    assert resident.title.startswith("Error:")
    assert resident.ticked() == {"adult": ["1"]}
    assert 'href="#city-1"' in resident.page
    assert 'href="#adult-1"' not in resident.page
    assert count(sqlite_city, Draft) == 0


def test_wrong_input_comes_back_with_what_was_typed(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    resident.answer_all({}, until="experience")
    resident.send(violence_seen=["1", "6"], own_words="x" * 1001, help_most="99")
    assert resident.status == 422
    assert resident.title.startswith("Error: Page 6")
    assert resident.ticked()["violence_seen"] == ["1", "6"]
    assert "x" * 1001 in resident.page
    for anchor in ("violence_seen-1", "help_most-1", "own_words-text"):
        assert f'href="#{anchor}"' in resident.page
    resident.send(violence_seen=["1"], own_words="x")
    assert resident.url.endswith("about_you")


def test_back_keeps_what_is_ticked(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    resident.send(safe_by_day="2")
    resident.send(safe_transit="1", back="1")
    assert resident.url.endswith("near_home")
    assert resident.ticked() == {"safe_by_day": ["2"]}
    resident.send(safe_by_day="2")
    assert resident.ticked() == {"safe_transit": ["1"]}


def test_an_answer_can_be_taken_back(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    resident.send(safe_by_day="2", back="1")
    resident.open("/en/survey/near_home")
    assert 'name="clear"' in resident.page
    resident.send(safe_by_day="2", clear="1")
    assert resident.url.endswith("near_home")
    assert resident.ticked() == {}


def test_a_change_from_the_review_leads_back_to_the_review(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    resident.answer_all(ANSWERS)
    assert re.search(r'href="/en/survey/police#trust_police"', resident.page)
    resident.open("/en/survey/police")
    resident.send(trust_police="4")
    assert resident.url.endswith("review")
    assert "Not at all" in resident.text


def test_a_change_that_opens_a_question_leads_to_it(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    resident.answer_all(ANSWERS)
    resident.open("/en/survey/city_work")
    resident.send(plan_heard="1")
    assert resident.url.endswith("experience")
    assert "plan_going" in resident.names()
    resident.send(plan_going="1")
    assert resident.url.endswith("review")


def test_pages_cannot_be_jumped_over(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    for page in ("your_home", "review", "area_district"):
        resident.open(f"/en/survey/{page}")
        assert resident.url == "/en/survey/near_home"
    resident.url = "/en/survey/review"
    resident.send()
    assert resident.url == "/en/survey/near_home"
    assert count(sqlite_city, SealedAnswer) == 0


def test_an_unknown_page_is_a_clear_page(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    resident.open("/en/survey/no-such-page")
    assert resident.status == 404


def test_save_and_finish_later_and_go_on(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    resident.send(safe_by_day="3", leave="1")
    assert resident.url == "/en/survey/kept"
    resident.open("/en/survey/continue")
    assert resident.url.endswith("around_city")
    resident.begin()
    assert resident.url.endswith("around_city"), "beginning again goes on with the same draft"
    assert count(sqlite_city, Draft) == 1


def test_erasing_leaves_nothing(city: City) -> None:
    resident = city.resident()
    resident.begin()
    resident.send(safe_by_day="3", leave="1")
    answer = resident.client.post("/en/survey/erase")
    assert answer.headers["Location"] == "/en/survey/erased"
    assert count(city, Draft) == 0
    assert resident.client.get_cookie("survey") is None
    resident.open("/en/survey/erased")
    assert "erased" in resident.text


def test_leaving_at_once_erases_the_draft_and_goes_elsewhere(city: City) -> None:
    resident = city.resident()
    resident.begin()
    answer = resident.client.post(resident.url, data={"safe_by_day": "4", "exit": "1"})
    assert answer.status_code == 200
    assert answer.headers["Refresh"] == "0; url=https://www.weather.gov/"
    page = answer.get_data(as_text=True)
    assert "Safety" not in page
    assert "survey" not in page.lower()
    assert resident.client.get_cookie("survey") is None
    assert count(city, Draft) == 0


def test_every_page_offers_help_and_a_way_out(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.open("/en/survey")
    pages = [resident.page, resident.begin()]
    while not resident.url.endswith("review"):
        pages.append(resident.send())
    assert len(pages) == 11
    for page in pages:
        assert 'href="#help"' in page
        assert 'href="tel:988"' in page
        assert "data-exit=" in page


def test_an_expired_draft_gets_a_clear_page(city: City) -> None:
    resident = city.resident()
    resident.begin()
    with city.database.transaction() as session:
        session.execute(update(Draft).values(expires_on=latest_today() - timedelta(days=1)))
    for send in (False, True):
        resident.url = "/en/survey/police"
        resident.send(trust_police="1") if send else resident.open(resident.url)
        assert resident.status == 410
        assert "No unfinished survey here" in resident.text
    assert count(city, SealedAnswer) == 0


def test_without_a_cookie_there_is_a_clear_page(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    for page in ("continue", "police", "review"):
        resident.open(f"/en/survey/{page}")
        assert resident.status == 410
    resident.url = "/en/survey/review"
    resident.send()
    assert resident.status == 410


def test_sending_again_says_thank_you(city: City) -> None:
    resident = city.resident()
    resident.begin()
    resident.answer_all({})
    cookie = resident.client.get_cookie("survey")
    assert cookie is not None
    for page in ("review", "review", "police"):
        resident.client.set_cookie("survey", cookie.value)
        resident.url = f"/en/survey/{page}"
        resident.send()
        assert resident.url == "/en/survey/thank-you"
    resident.client.set_cookie("survey", cookie.value)
    resident.open("/en/survey/police")
    assert resident.url == "/en/survey/thank-you"
    assert count(city, SealedAnswer) == 1


def test_who_never_saw_the_confirmation_is_told_before_beginning_again(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    resident.answer_all({})
    cookie = resident.client.get_cookie("survey")
    assert cookie is not None
    resident.send()
    resident.client.set_cookie("survey", cookie.value)  # the reply was lost: the phone still has it
    resident.begin()
    assert resident.url == "/en/survey/thank-you"
    assert count(sqlite_city, Draft) == 0
    resident.begin()  # told by now, so it is another person on this phone
    assert resident.url == "/en/survey/near_home"


def test_the_front_page_is_the_same_for_everybody(sqlite_city: City) -> None:
    first, second = sqlite_city.resident(), sqlite_city.resident()
    first.begin()
    first.send(safe_by_day="1")
    agents = [{"User-Agent": "a", "Accept-Language": "ar"}, {"User-Agent": "b"}]
    for address in ("/en/survey", "/en/survey/thank-you", "/en/survey/kept", "/en/survey/erased"):
        bodies = {
            resident.client.get(address, headers=agent).data
            for resident, agent in zip((first, second), agents, strict=True)
        }
        assert len(bodies) == 1, address
        answer = second.client.get(address)
        assert "Set-Cookie" not in answer.headers


def test_pages_with_answers_are_not_kept_by_the_browser(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    assert resident.client.get(resident.url).headers["Cache-Control"] == "no-store"


def test_the_cookie_is_hidden_from_scripts_and_ends_with_the_browser(sqlite_city: City) -> None:
    client = sqlite_city.app.test_client()
    answer = client.post("/en/survey", data={"adult": "1", "city": "1"})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie


def test_a_form_from_another_site_is_refused(sqlite_city: City) -> None:
    client = sqlite_city.app.test_client()
    answer = client.post(
        "/en/survey",
        data={"adult": "1", "city": "1"},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert count(sqlite_city, Draft) == 0


def test_reading_changes_nothing(city: City) -> None:
    """Every address of the survey, with and without a draft: no row changes on GET."""
    resident = city.resident()
    resident.begin()
    resident.answer_all(ANSWERS)

    def rows() -> list[tuple[object, ...]]:
        with city.database.session() as session:
            return sorted(
                tuple(row)
                for table in ("drafts", "submission_receipts", "sealed_answers")
                for row in session.execute(select(Base.metadata.tables[table]))
            )

    before = rows()
    for rule in city.app.url_map.iter_rules():
        if rule.endpoint.startswith("survey.") and "GET" in (rule.methods or ()):
            address = rule.rule.replace("<lang>", "en").replace("<page_id>", "police")
            city.app.test_client().get(address)
            resident.client.get(f"{address}?language=es&exit=1&clear=1")
    assert rows() == before


def test_no_wave_and_a_paused_wave_are_told(city: City) -> None:
    resident = city.resident()
    resident.begin()
    with city.database.transaction() as session:
        session.execute(update(Wave).values(state=PAUSED))
    resident.open("/en/survey/police")
    assert "paused" in resident.text
    with city.database.transaction() as session:
        session.execute(update(Wave).values(state="closed"))
    resident.open("/en/survey")
    assert "No survey is open now" in resident.text
    resident.open("/en/survey/thank-you")
    assert 'data-page="thank-you"' in resident.page


def test_a_row_is_as_long_with_answers_as_without(sqlite_city: City) -> None:
    lengths = set()
    for answers in ({}, ANSWERS):
        resident = sqlite_city.resident()
        resident.begin()
        resident.answer_all(answers)
    with sqlite_city.database.session() as session:
        lengths = {len(row.ciphertext) for row in session.scalars(select(Draft))}
    assert len(lengths) == 1
