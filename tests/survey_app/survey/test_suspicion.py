"""Odd responses are flagged with the reason and kept; a room full of people is let in."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from survey_app.survey.contents import Contents
from survey_app.survey.crowd import WINDOW, Crowd, network_of
from survey_app.survey.keys import load_private_key
from survey_app.survey.models import Response, SealedAnswer
from survey_app.survey.sealing import unseal
from survey_app.survey.services.release import release_batches
from survey_app.survey.suspicion import CROWD, FAST, TRAP, suspicions
from tests.survey_app.survey.conftest import City

ANSWERED = dict.fromkeys([f"question_{number}" for number in range(10)], 1)


@pytest.mark.parametrize(
    ("took", "answers", "expected"),
    [(9.9, ANSWERED, [FAST]), (10, ANSWERED, []), (0, {"question_1": 1}, []), (-60, ANSWERED, [FAST])],
)
def test_nobody_reads_and_answers_a_question_a_second(
    took: float, answers: dict[str, int], expected: list[str]
) -> None:
    contents = Contents("wave", answers, begun=1000)
    assert suspicions(contents, crowded=False, now=1000 + took) == expected


def sealed(city: City) -> list[dict[str, object]]:
    key = load_private_key(city.config)
    with city.database.session() as session:
        return [
            json.loads(unseal(key, row.ciphertext)) for row in session.scalars(select(SealedAnswer))
        ]


def test_a_filled_trap_is_told_and_the_response_is_kept(city: City) -> None:
    resident = city.resident()
    resident.open("/en/survey")
    resident.send(adult="1", city="1", website="https://example.org")
    resident.answer_all({})
    resident.send()
    assert resident.url == "/en/survey/thank-you"
    assert [body["flags"] for body in sealed(city)] == [[TRAP]]


def test_flags_come_out_with_the_batch(city: City) -> None:
    for number in range(10):
        resident = city.resident()
        resident.open("/en/survey")
        resident.send(adult="1", city="1", website="x" if number == 3 else "")
        resident.answer_all({})
        resident.send()
    with city.database.transaction() as session:
        release_batches(session, load_private_key(city.config), force_last=True)
    with city.database.session() as session:
        flags = sorted(session.scalars(select(Response.flags)))
    assert flags == [[]] * 9 + [[TRAP]]


def test_a_library_is_let_in_and_only_told(sqlite_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey_app.survey.crowding.FLAG_AFTER", 2)
    for _person in range(4):
        resident = sqlite_city.resident()
        resident.begin()
        resident.answer_all({})
        resident.send()
        assert resident.url == "/en/survey/thank-you"
    assert sorted(body["flags"] for body in sealed(sqlite_city)) == [[], [], [CROWD], [CROWD]]


def test_a_flood_is_asked_to_wait(sqlite_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey_app.survey.crowding.REFUSE_AFTER", 1)
    first, second = sqlite_city.resident(), sqlite_city.resident()
    first.begin()
    second.begin()
    assert first.url == "/en/survey/near_home"
    assert second.status == 429
    assert "Try again in ten minutes" in second.text


def test_counts_are_forgotten_and_hold_no_address() -> None:
    now = [0.0]
    crowd = Crowd(clock=lambda: now[0])
    assert [crowd.add("send", "203.0.113.7") for _time in range(3)] == [1, 2, 3]
    assert crowd.count("send", "203.0.113.8") == 0
    assert crowd.count("begin", "203.0.113.7") == 0
    assert "203.0.113.7" not in repr(vars(crowd))
    now[0] = WINDOW + 1
    assert crowd.count("send", "203.0.113.7") == 0
    crowd.add("send", "203.0.113.9")
    assert len(crowd._seen) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        (None, "not an address", True),
    ],
)
def test_an_ipv6_network_is_one_place(one: str | None, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same
