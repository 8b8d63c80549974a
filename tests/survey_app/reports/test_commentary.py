"""The analyst's commentary: frozen with the edition, in each language with its standing."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey_app.problems import BadInputProblem, ConflictProblem, NotAllowedProblem
from survey_app.reports import queries
from survey_app.reports.models import Edition
from survey_app.reports.services.commentary import write_commentary
from survey_app.reports.services.editions import approve_edition, publish_edition
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in, sign_in_as
from tests.survey_app.reports.conftest import City

ENGLISH = "Trust rose.\nIt rose most in the east."
WORDS = "/en/staff/reports/years/2025/words"


def write(city: City, language: str, words: str, *, reviewed: bool = False) -> tuple[str, str]:
    """Id and digest of the draft that holds the words."""
    with city.app.app_context(), city.database.transaction() as session:
        edition = write_commentary(
            session, 2025, language, words, reviewed=reviewed, actor=city.analyst
        )
        return edition.id, edition.sha256


def publish(city: City) -> None:
    with city.app.app_context(), city.database.transaction() as session:
        edition = queries.find_newest(session, 2025)
        approve_edition(session, edition.id, actor=city.publisher)
        publish_edition(session, edition.id, actor=city.publisher)


def shown(city: City, language: str) -> str:
    html = city.app.test_client().get(f"/{language}/results/2025").get_data(as_text=True)
    direction = "rtl" if language == "ar" else "ltr"
    assert problems(html, language=language, direction=direction) == []
    return html.split('id="commentary"')[1].split("</section>")[0]


def test_words_are_part_of_the_digest_and_stay_once_published(city: City) -> None:
    first = city.store()
    with city.database.session(read_only=True) as session:
        before = queries.find_edition(session, first).sha256
    _id, english = write(city, "en", ENGLISH)
    _id, spanish = write(city, "es", "La confianza subió.")
    assert len({before, english, spanish}) == 3
    publish(city)
    with city.app.app_context(), pytest.raises(ConflictProblem, match="Only a draft"):
        write(city, "en", "Other words")
    with pytest.raises(DBAPIError), city.database.transaction() as session:
        session.execute(text("UPDATE editions SET wording = '{}'"))


def test_each_language_says_how_its_words_stand(sqlite_city: City) -> None:
    sqlite_city.store()
    write(sqlite_city, "en", ENGLISH)
    write(sqlite_city, "es", "La confianza subió.", reviewed=True)
    write(sqlite_city, "sw", "Imani iliongezeka.")
    publish(sqlite_city)
    assert "<p>Trust rose.</p><p>It rose most in the east.</p>" in shown(sqlite_city, "en")
    assert "quiet" not in shown(sqlite_city, "es"), "reviewed: nothing to say"
    assert "quiet" in shown(sqlite_city, "sw"), "a draft says that it is one"
    assert '<div lang="en" dir="ltr"><p>Trust rose.' in shown(sqlite_city, "ar")


def test_other_english_words_make_every_translation_a_draft_again(sqlite_city: City) -> None:
    sqlite_city.store()
    with sqlite_city.app.app_context(), pytest.raises(BadInputProblem, match="English text first"):
        write(sqlite_city, "es", "La confianza subió.")
    write(sqlite_city, "en", ENGLISH)
    write(sqlite_city, "es", "La confianza subió.", reviewed=True)
    write(sqlite_city, "en", "Trust fell.")
    publish(sqlite_city)
    assert "quiet" in shown(sqlite_city, "es")


def test_who_wrote_words_does_not_approve_them(sqlite_city: City) -> None:
    city = sqlite_city
    city.store()
    with city.app.app_context(), city.database.transaction() as session:
        edition = write_commentary(
            session, 2025, "en", ENGLISH, reviewed=False, actor=city.publisher
        ).id
    with (
        city.app.app_context(),
        city.database.session() as session,
        pytest.raises(NotAllowedProblem, match="You wrote words"),
    ):
        approve_edition(session, edition, actor=city.publisher)


def test_building_again_and_correcting_keep_the_words(sqlite_city: City) -> None:
    city = sqlite_city
    city.store()
    write(city, "en", ENGLISH)
    city.store()
    publish(city)
    assert "Trust rose." in shown(city, "en")
    city.store(correction="A district")
    with city.database.session(read_only=True) as session:
        newest: Edition = queries.find_newest(session, 2025)
        assert newest.number == 2
        assert "Trust rose." in newest.wording


def test_the_page_keeps_what_was_typed_when_it_refuses(sqlite_city: City) -> None:
    city = sqlite_city
    city.store()
    client = sign_in_as(city.app, "analyst")
    spanish = f"{WORDS}?language=es"
    refused = post_form(client, spanish, {"text": "Subió la confianza."}, page=spanish)
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "Write the English text first" in html
    assert "Subió la confianza." in html
    assert post_form(client, WORDS, {"text": ENGLISH}, page=WORDS).status_code == 303
    saved = post_form(client, spanish, {"text": "Subió.", "reviewed": "y"}, page=spanish)
    assert saved.status_code == 303
    html = client.get(spanish).get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    assert "It rose most in the east." in html
    assert "Reviewed" in html
    publish(city)
    assert "<textarea" not in sign_in(city.app, "publisher").get(WORDS).get_data(as_text=True)
