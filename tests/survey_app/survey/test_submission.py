"""Sending counts once, whatever is repeated, and never loses an answer."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from questionnaires.load import load_instrument
from survey_app.survey.flow import steps
from survey_app.survey.keys import load_public_key
from survey_app.survey.models import Draft, SealedAnswer, SubmissionReceipt
from survey_app.survey.sealing import new_key
from survey_app.survey.services.drafts import begin_draft, save_answers
from survey_app.survey.services.submission import Circumstances, Sending, send_survey
from tests.survey_app.survey.conftest import City

INSTRUMENT = load_instrument("2026")


def finished(city: City, **answers: int) -> bytes:
    """A draft in which every page was seen."""
    key = new_key()
    with city.database.transaction() as session:
        begin_draft(session, key, wave_id=city.wave.id)
        session.flush()
        save_answers(session, key, dict(answers))
        for step in steps(INSTRUMENT, answers):
            save_answers(session, key, {name: answers.get(name) for name in step.questions})
    return key


def send(city: City, key: bytes) -> Sending:
    with city.database.transaction() as session:
        return send_survey(
            session,
            key,
            wave_id=city.wave.id,
            instrument=INSTRUMENT,
            how=Circumstances("en"),
            public_key=load_public_key(city.config),
            spend=lambda _session, _wave_id, _code: None,
        )


def count(city: City, table: type) -> int:
    with city.database.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_sending_leaves_one_sealed_answer_and_no_draft(city: City) -> None:
    key = finished(city, trust_police=2)
    assert send(city, key) is Sending.SENT
    assert (count(city, Draft), count(city, SealedAnswer), count(city, SubmissionReceipt)) == (0, 1, 1)


def test_sending_again_counts_once(city: City) -> None:
    key = finished(city)
    assert [send(city, key) for _time in range(3)] == [
        Sending.SENT,
        Sending.REPEATED,
        Sending.REPEATED,
    ]
    assert count(city, SealedAnswer) == 1


def test_an_unfinished_survey_stays_a_draft(city: City) -> None:
    key = new_key()
    with city.database.transaction() as session:
        begin_draft(session, key, wave_id=city.wave.id)
    assert send(city, key) is Sending.UNFINISHED
    assert (count(city, Draft), count(city, SealedAnswer)) == (1, 0)


def test_an_unknown_key_sends_nothing(city: City) -> None:
    assert send(city, new_key()) is Sending.UNKNOWN
    assert count(city, SealedAnswer) == 0


def test_a_failure_while_sending_keeps_the_draft(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    key = finished(city)

    def broken(*_arguments: object) -> bytes:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("survey_app.survey.services.submission.seal", broken)
    with pytest.raises(RuntimeError):
        send(city, key)
    monkeypatch.undo()
    assert send(city, key) is Sending.SENT


def test_eight_requests_at_the_same_moment_count_once(city: City) -> None:
    key = finished(city)
    start = threading.Barrier(8)
    outcomes: list[Sending | Exception] = []

    def press() -> None:
        start.wait()
        try:
            outcomes.append(send(city, key))
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=press) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(outcome) for outcome in outcomes) == sorted(
        [str(Sending.SENT), *[str(Sending.REPEATED)] * 7]
    )
    assert count(city, SealedAnswer) == 1
