"""What a phone brings: kept and sent as often as it likes, counted once; the pack holds every page."""

from __future__ import annotations

import gzip
import json

import pytest
from sqlalchemy import func, select

from survey_app.survey.models import Draft, SealedAnswer
from survey_app.survey.sealing import key_to_cookie, new_key
from tests.survey_app.survey.conftest import City


def rows(city: City, table: type) -> int:
    with city.database.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def held(city: City, **more: object) -> dict[str, object]:
    return {".id": key_to_cookie(new_key()), ".wave": city.wave.id, ".begun": "1", **more}


def test_a_finished_survey_counts_once_however_often_it_comes(city: City) -> None:
    client, body = city.app.test_client(), held(city, trust_police="2")
    states = [client.post("/en/survey/whole", data=body).get_json()["state"] for _time in range(3)]
    assert states == ["sent"] * 3
    assert (rows(city, SealedAnswer), rows(city, Draft)) == (1, 0)


def test_what_was_kept_goes_when_it_is_sent_and_does_not_come_back(city: City) -> None:
    client, body = city.app.test_client(), held(city, trust_police="2", **{".seen": ["trust_police"]})
    assert client.post("/en/survey/keep", data=body).get_json() == {"state": "kept"}
    assert client.get_cookie("survey") is not None
    assert rows(city, Draft) == 1
    client.post("/en/survey/whole", data=body)
    assert client.get_cookie("survey") is None
    assert client.post("/en/survey/keep", data=body).get_json() == {"state": "sent"}
    assert (rows(city, SealedAnswer), rows(city, Draft)) == (1, 0)


def test_what_was_erased_does_not_come_back(city: City) -> None:
    client, body = city.app.test_client(), held(city)
    client.post("/en/survey/keep", data=body)
    client.post("/en/survey/review", data={"exit": "1", "id": body[".id"]})
    assert rows(city, Draft) == 0
    assert client.post("/en/survey/keep", data=body).get_json() == {"state": "erased"}
    assert client.post("/en/survey/whole", data=body).status_code == 410
    assert (rows(city, SealedAnswer), rows(city, Draft)) == (0, 0)


def test_a_page_that_lost_sight_of_its_survey_asks_and_sends_nothing(sqlite_city: City) -> None:
    client, body = sqlite_city.app.test_client(), held(sqlite_city)
    ask = {".id": body[".id"], ".ask": "1"}
    assert client.post("/en/survey/whole", data=ask).get_json()["state"] == "unknown"
    assert rows(sqlite_city, SealedAnswer) == 0
    client.post("/en/survey/whole", data=body)
    assert client.post("/en/survey/whole", data=ask).get_json()["state"] == "sent"


@pytest.mark.parametrize("path", ["keep", "whole"])
def test_another_wave_or_no_id_is_refused(sqlite_city: City, path: str) -> None:
    client = sqlite_city.app.test_client()
    for body in (held(sqlite_city, **{".wave": "another"}), held(sqlite_city, **{".id": "x"})):
        answer = client.post(f"/en/survey/{path}", data=body)
        assert (answer.status_code, answer.get_json()) == (410, {"state": "closed"})
    assert rows(sqlite_city, Draft) == 0


def test_a_wrong_answer_is_named_and_nothing_is_counted(sqlite_city: City) -> None:
    client = sqlite_city.app.test_client()
    answer = client.post("/en/survey/whole", data=held(sqlite_city, trust_police="77"))
    assert (answer.status_code, answer.get_json()["questions"]) == (422, ["trust_police"])
    assert rows(sqlite_city, SealedAnswer) == 0


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pack_is_the_same_for_all_and_holds_every_page(sqlite_city: City, language: str) -> None:
    client = sqlite_city.app.test_client()
    client.set_cookie("survey", key_to_cookie(new_key()))
    mine = client.get(f"/{language}/survey/pack", headers={"Accept-Encoding": "gzip"})
    yours = sqlite_city.app.test_client().get(f"/{language}/survey/pack")
    assert gzip.decompress(mine.data) == yours.data
    pack = json.loads(yours.data)
    asked = {question for step in pack["steps"] for question in step["questions"]}
    assert asked | set(pack["eligibility"]) == set(pack["fields"])
    assert {step["id"] for step in pack["steps"]} | {"", "review", "waiting"} <= set(pack["pages"])
    assert f'<html lang="{language}"' in pack["pages"]["near_home"]
    assert set(pack["wrong"]) == {"adult", "city", "violence_seen", "adults_in_household", "area"}


def test_without_an_open_wave_the_worker_goes_away(sqlite_app: object) -> None:
    answer = sqlite_app.test_client().get("/en/survey/worker.js")  # type: ignore[attr-defined]
    assert answer.get_data(as_text=True) == "registration.unregister();"


def test_blank_pages_are_the_same_bytes_for_everybody(sqlite_city: City) -> None:
    pages = []
    for _resident in range(2):
        resident = sqlite_city.resident()
        resident.begin()
        pages.append(
            resident.client.get("/en/survey/near_home", headers={"Accept-Encoding": "br"}).data
        )
    assert pages[0] == pages[1]
    resident.send(safe_by_day="2")
    resident.open("/en/survey/near_home")
    assert resident.ticked() == {"safe_by_day": ["2"]}
