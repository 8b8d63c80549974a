"""The projector's wall: the question of the moment, pages that fit a hall's screen, no script."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from survey_app.community.room.queries import Said, find_room
from survey_app.community.room.wall import wall_page, whole_wall
from tests.html import problems
from tests.survey_app.community.room.test_room import code, place  # noqa: F401 - fixtures
from tests.survey_app.conftest import post_form, sign_in

LONG = "Nobody from the office ever walked here after dark. " * 19


def said(*texts: str) -> list[Said]:
    return [Said(str(at), "en", text) for at, text in enumerate(texts)]


def wall(client: FlaskClient, url: str) -> str:
    html = client.get(url).get_data(as_text=True)
    language = url.split("/")[1]
    assert problems(html, language=language, direction="rtl" if language == "ar" else "ltr") == []
    return html


def test_the_wall_asks_the_question_in_its_language_and_one_more_of_the_session(
    app: Flask,
    code: str,  # noqa: F811
) -> None:
    client = app.test_client()
    html = wall(client, f"/ar/room/{code}/wall")
    first, second = re.findall(r'class="question"([^>]*)>([^<]+)', html)
    assert first[0] == ""
    assert "lang" in second[0]
    assert second[1].startswith("The City has a plan")
    assert "The City has a plan" in wall(client, f"/en/room/{code}")


def test_the_moderator_puts_another_question_of_the_agenda_on_the_wall_or_none(
    app: Flask,
    code: str,  # noqa: F811
    place: str,  # noqa: F811
) -> None:
    desk, client = sign_in(app, "facilitator"), app.test_client()
    page = f"/en/staff/sessions/{place}/room"
    for prompt, there in (("trust_whom", "Whom do you trust"), ("", "Say it on your phone</h1>")):
        assert post_form(desk, f"{page}/question", {"prompt": prompt}, page=page).status_code == 303
        assert there in wall(client, f"/en/room/{code}/wall")
    refused = post_form(desk, f"{page}/question", {"prompt": "elections"}, page=page)
    assert refused.status_code == 422
    with app.app_context(), app.extensions["database"].session(read_only=True) as session:
        room = find_room(session, place)
        assert room is not None
        assert room.prompt is None


def test_pages_turn_by_themselves_and_stop_when_somebody_reads(
    app: Flask,
    code: str,  # noqa: F811
) -> None:
    client = app.test_client()
    empty = client.get(f"/en/room/{code}/wall")
    assert empty.headers["Refresh"] == f"8; url=/en/room/{code}/wall"
    assert "Praise and complaint are shown alike" in empty.get_data(as_text=True)
    assert "Refresh" not in client.get(f"/en/room/{code}/wall?still=1").headers
    for page in ("0", "99", "-1", "many"):
        assert client.get(f"/en/room/{code}/wall?page={page}").status_code == 200


def test_a_long_comment_has_a_page_in_smaller_type_and_time_to_be_read() -> None:
    long = wall_page(said(LONG, "Short."), 1)
    assert [card.long for card in long.cards] == [True]
    assert (long.number, long.pages, long.next_page) == (1, 2, 2)
    assert long.seconds >= 20
    short = wall_page(said(LONG, "Short."), 2)
    assert ([card.body for card in short.cards], short.next_page) == (["Short."], 1)
    assert len(whole_wall(said(LONG, "Short.")).cards) == 2


@pytest.mark.parametrize("text", ["警察来得太慢。" * 12, "서로 돌봐 줍니다. " * 12])
def test_wide_letters_take_more_of_a_page(text: str) -> None:
    narrow = wall_page(said("x" * len(text)), 1).cards[0]
    assert wall_page(said(text), 1).cards[0].lines > narrow.lines


@given(st.lists(st.text(min_size=1, max_size=1000), max_size=40))
def test_turning_the_pages_once_shows_every_comment_once_in_its_order(texts: list[str]) -> None:
    shown: list[str] = []
    page = wall_page(said(*texts), 1)
    for _turn in range(page.pages):
        shown += [card.body for card in page.cards]
        assert len(page.cards) == 1 or sum(card.lines for card in page.cards) <= 13
        page = wall_page(said(*texts), page.next_page)
    assert shown == texts
    assert page.number == 1
