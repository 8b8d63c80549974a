"""A resident with a code: typed on the front page, spent once, and no answer is ever lost."""

from __future__ import annotations

import threading

from flask import Flask
from sqlalchemy import select

from survey_app.invitations.codes import show_code
from survey_app.invitations.keys import load_keys
from survey_app.invitations.models import InvitationCase
from survey_app.invitations.services.spending import spend_code
from survey_app.survey.keys import load_private_key
from survey_app.survey.models import Draft, Response, SealedAnswer
from survey_app.survey.services.release import release_batches
from survey_app.waves import pilot, services
from survey_app.waves.queries import find_wave
from tests.survey_app.invitations.city import Drawn, draw
from tests.survey_app.survey.resident import Resident


def begin(drawn: Drawn, code: str) -> Resident:
    resident = Resident(drawn.app.test_client())
    resident.open("/en/survey")
    resident.send(adult="1", city="1", code=code)
    return resident


def finish(resident: Resident) -> None:
    resident.answer_all({})
    resident.send()


def released(drawn: Drawn) -> list[Response]:
    with drawn.database.transaction() as session:
        release_batches(session, load_private_key(drawn.config), force_last=True)
    with drawn.database.session() as session:
        return list(session.scalars(select(Response)))


def used(drawn: Drawn) -> list[int]:
    with drawn.database.session() as session:
        return list(
            session.scalars(
                select(InvitationCase.number).where(InvitationCase.used).order_by(InvitationCase.number)
            )
        )


def test_an_answer_with_a_code_is_of_the_drawn_sample(drawn: Drawn) -> None:
    resident = begin(drawn, show_code(drawn.code(3)).lower())
    assert used(drawn) == [], "nothing is spent before the answers are sent"
    finish(resident)
    assert resident.url.endswith("thank-you")
    assert used(drawn) == [3]
    (response,) = released(drawn)
    assert (response.source, response.mode, response.stratum, response.psu, response.base_weight) == (
        "drawn",
        "web",
        "Central",
        None,
        40.0,
    )


def test_a_code_tried_in_a_trial_can_be_used_again(sqlite_app: Flask) -> None:
    drawn = draw(sqlite_app, opened=False, incentive=10)
    with drawn.app.app_context(), drawn.database.transaction() as session:
        pilot.start_pilot(session, find_wave(session, "city-2026"))
    finish(begin(drawn, drawn.code(3)))
    assert used(drawn) == [3]
    with drawn.app.app_context(), drawn.database.transaction() as session:
        wave = find_wave(session, "city-2026")
        pilot.end_pilot(session, wave)
        services.open_wave(session, wave, production=False)
    assert used(drawn) == []
    finish(begin(drawn, drawn.code(3)))
    assert used(drawn) == [3]


def test_without_a_code_an_answer_is_of_the_open_link(sqlite_drawn: Drawn) -> None:
    finish(begin(sqlite_drawn, ""))
    (response,) = released(sqlite_drawn)
    assert (response.source, response.stratum, response.base_weight) == ("open", None, None)
    assert used(sqlite_drawn) == []


def test_the_code_lies_inside_the_locked_draft_only(sqlite_drawn: Drawn) -> None:
    code = sqlite_drawn.code(5)
    resident = begin(sqlite_drawn, code)
    with sqlite_drawn.database.session() as session:
        (draft,) = session.scalars(select(Draft))
        row = {**{c.name: getattr(draft, c.name) for c in Draft.__table__.columns}}
    assert code not in str(row)
    assert code not in resident.url + resident.page


def test_a_mistyped_code_comes_back_with_what_was_typed(sqlite_drawn: Drawn) -> None:
    code = sqlite_drawn.code(5)
    wrong = code[1] + code[0] + code[2:] if code[0] != code[1] else code[:-1]
    resident = begin(sqlite_drawn, wrong)
    assert resident.status == 422
    assert "Check the code" in resident.text
    assert resident.title.startswith("Error:")
    assert f'value="{wrong}"' in resident.page
    resident.send(adult="1", city="1", code=code)
    assert resident.status == 200
    assert "survey/" in resident.url


def test_unknown_and_used_codes_are_told_before_anything_is_answered(sqlite_drawn: Drawn) -> None:
    finish(begin(sqlite_drawn, sqlite_drawn.code(7)))
    assert "used before" in begin(sqlite_drawn, sqlite_drawn.code(7)).text
    assert "do not know this code" in begin(sqlite_drawn, sqlite_drawn.code(100_000)).text


def test_a_code_used_meanwhile_costs_nobody_an_answer(sqlite_drawn: Drawn) -> None:
    """Two people of one household: the first to send is drawn, the second counts as open."""
    first, second = (begin(sqlite_drawn, sqlite_drawn.code(9)) for _person in range(2))
    finish(first)
    finish(second)
    assert second.url.endswith("code-used")
    assert "Nothing is lost" in second.text
    with sqlite_drawn.database.session() as session:
        assert len(list(session.scalars(select(SealedAnswer)))) == 2
    assert sorted(row.source for row in released(sqlite_drawn)) == ["drawn", "open"]


def test_a_code_typed_later_is_added_to_the_draft(sqlite_drawn: Drawn) -> None:
    resident = begin(sqlite_drawn, "")
    resident.open("/en/survey")
    resident.send(adult="1", city="1", code=sqlite_drawn.code(11))
    finish(resident)
    assert used(sqlite_drawn) == [11]


def test_looking_at_a_page_spends_and_stores_nothing(sqlite_drawn: Drawn) -> None:
    """The QR image holds the code behind the #, which browsers keep to themselves. Should somebody
    write it as a query, the page is the same and nothing changes."""
    client = sqlite_drawn.app.test_client()
    plain = client.get("/en/survey")
    asked = client.get(f"/en/survey?c={sqlite_drawn.code(13)}")
    assert plain.data == asked.data
    assert used(sqlite_drawn) == []


def test_of_two_who_spend_at_the_same_moment_one_is_first(drawn: Drawn) -> None:
    key = load_keys(drawn.config).finding
    found: list[bool] = []

    def spend() -> None:
        with drawn.database.transaction() as session:
            invited = spend_code(session, wave_id=drawn.wave.id, code=drawn.code(1), finding_key=key)
            found.append(invited is not None)

    threads = [threading.Thread(target=spend) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 5 + [True]
