"""Double taps, retries and cut lines against the real server: one survey counts once."""

from __future__ import annotations

import threading

from sqlalchemy import func, select

from survey_app.survey.models import SealedAnswer
from tests.journeys.phone import Phone
from tests.journeys.server import Server


def pending(server: Server) -> int:
    with server.database.session(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(SealedAnswer)) or 0


def test_many_taps_at_the_same_moment_count_once(server: Server) -> None:
    before = pending(server)
    phone = Phone(server)
    phone.answer_all({})
    start = threading.Barrier(8)
    outcomes: list[str] = []

    def tap() -> None:
        other = Phone(server)
        other.keep(phone.key)
        start.wait()
        outcomes.append(other.send("/en/survey/review"))

    threads = [threading.Thread(target=tap) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["/en/survey/thank-you"] * 8, "every tap is told that all is well"
    assert pending(server) == before + 1


def test_a_retry_after_a_lost_reply_counts_once(server: Server) -> None:
    """The line is cut after the survey was sent and before the reply came."""
    before = pending(server)
    phone = Phone(server)
    phone.answer_all({})
    cut = Phone(server)
    cut.keep(phone.key)
    cut.send_and_lose("/en/survey/review")
    for _retry in range(3):
        again = Phone(server)
        again.keep(phone.key)
        assert again.send("/en/survey/review") == "/en/survey/thank-you"
    assert pending(server) == before + 1


def test_many_residents_at_once_are_all_counted(server: Server) -> None:
    before = pending(server)
    failures: list[BaseException] = []

    def resident() -> None:
        try:
            for _time in range(3):
                phone = Phone(server)
                phone.answer_all({"police": {"trust_police": "1"}})
                assert phone.send("/en/survey/review").endswith("thank-you")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=resident) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert pending(server) == before + 18
