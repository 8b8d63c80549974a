"""Releases: batches of ten or more, shuffled, with nothing that leads back."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, time

import pytest
from nacl.public import PrivateKey
from sqlalchemy import func, select

from survey_app.jobs import Job, run_next
from survey_app.problems import ConflictProblem
from survey_app.survey.jobs import ask_for_release, queue_last_release
from survey_app.survey.keys import load_private_key, load_public_key
from survey_app.survey.models import OpenAnswer, Response, SealedAnswer
from survey_app.survey.sealing import CannotOpen, seal
from survey_app.survey.services.release import (
    BATCH,
    HELD_BACK,
    SHARED_BY,
    Released,
    release_batches,
    release_last,
)
from survey_app.waves.models import Wave
from survey_app.waves.services import close_wave
from tests.survey_app.survey.conftest import City


def seal_some(
    city: City, number: int, *, district: str | None = None, text: str = "", first: int = 0
) -> None:
    """`number` sealed answers whose age_group tells in which order they came."""
    public = load_public_key(city.config)
    for place in range(first, first + number):
        body = {
            "language": "en",
            "source": "open",
            "mode": "web",
            "stratum": None,
            "psu": None,
            "base_weight": None,
            "police_district": district,
            "csa": None,
            "answers": {"place": place},
            "texts": {"own_words": text} if text else {},
        }
        with city.database.transaction() as session:
            session.add(
                SealedAnswer(
                    id=secrets.token_hex(16),
                    wave_id=city.wave.id,
                    ciphertext=seal(public, json.dumps(body).encode()),
                )
            )


def release(city: City, **options: bool) -> Released:
    with city.database.transaction() as session:
        return release_batches(session, load_private_key(city.config), **options)


def count(city: City, table: type) -> int:
    with city.database.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_nothing_is_released_before_a_batch_can_leave_enough_behind(city: City) -> None:
    seal_some(city, BATCH + HELD_BACK - 1)
    assert release(city) == Released(0, 0)
    assert count(city, Response) == 0


def test_a_batch_leaves_and_the_rest_waits(city: City) -> None:
    seal_some(city, BATCH + HELD_BACK + 3)
    assert release(city).responses == BATCH + 3
    assert count(city, SealedAnswer) == HELD_BACK
    assert release(city).responses == 0


def test_who_leaves_first_is_drawn(city: City) -> None:
    """Ten of twenty leave; were it the first ten, this would fail once in 184,756 runs."""
    seal_some(city, 20)
    release(city)
    with city.database.session() as session:
        places = {row.answers["place"] for row in session.scalars(select(Response))}
    assert places != set(range(10))


def test_the_order_of_rows_and_keys_does_not_tell_the_order_of_sending(city: City) -> None:
    """Rank correlation of place and key over 400 answers: beyond 0.2 once in 10,000 runs."""
    seal_some(city, 400)
    release(city, force_last=True)
    with city.database.session() as session:
        by_key = session.scalars(select(Response).order_by(Response.id)).all()
        as_stored = session.execute(select(Response.answers)).scalars().all()
    for rows in ([row.answers["place"] for row in by_key], [row["place"] for row in as_stored]):
        n = len(rows)
        squares = sum((rank - place) ** 2 for rank, place in enumerate(rows))
        correlation = 1 - 6 * squares / (n * (n * n - 1))
        assert abs(correlation) < 0.2


def test_nothing_is_lost_and_nothing_doubled(city: City) -> None:
    seal_some(city, 47)
    release(city)
    seal_some(city, 13, first=47)
    release(city)
    release(city, force_last=True)
    with city.database.session() as session:
        places = sorted(row.answers["place"] for row in session.scalars(select(Response)))
    assert places == list(range(60))
    assert count(city, SealedAnswer) == 0


def test_the_wrong_key_releases_nothing_at_all(city: City) -> None:
    seal_some(city, 25)
    with pytest.raises(CannotOpen), city.database.transaction() as session:
        release_batches(session, PrivateKey.generate())
    assert (count(city, SealedAnswer), count(city, Response)) == (25, 0)


def test_written_answers_share_no_key_with_responses(city: City) -> None:
    seal_some(city, 20, district="Northern", text="more light")
    release(city, force_last=True)
    with city.database.session() as session:
        responses = {row.id for row in session.scalars(select(Response))}
        written = session.scalars(select(OpenAnswer)).all()
    assert len(written) == 20
    assert not responses & {row.id for row in written}
    assert {row.body for row in written} == {"more light"}
    assert {row.police_district for row in written} == {"Northern"}


def test_a_rare_district_is_left_out_beside_written_words(city: City) -> None:
    seal_some(city, SHARED_BY - 1, district="Western", text="more light")
    seal_some(city, 11, district="Northern")
    release(city, force_last=True)
    with city.database.session() as session:
        assert {row.police_district for row in session.scalars(select(OpenAnswer))} == {None}


def test_the_last_ones_come_out_only_when_the_wave_is_closed(city: City) -> None:
    seal_some(city, 4)
    private_key = load_private_key(city.config)
    with city.database.transaction() as session:
        wave = session.get_one(Wave, city.wave.id)
        with pytest.raises(ConflictProblem):
            release_last(session, wave, private_key=private_key)
    with city.app.app_context(), city.database.transaction() as session:
        wave = session.get_one(Wave, city.wave.id)
        close_wave(session, wave, release=queue_last_release)
    with city.app.app_context():
        assert run_next(city.database, "worker")
    with city.database.session() as session:
        job = session.scalars(select(Job)).one()
    assert (job.state, job.result) == ("done", {"responses": 4})
    assert count(city, Response) == 4


def test_a_release_is_queued_once_and_leaves_no_time_behind(city: City) -> None:
    seal_some(city, BATCH + HELD_BACK - 1)
    ask_for_release(city.database, city.wave.id)
    assert count(city, Job) == 0
    seal_some(city, 1)
    for _time in range(3):
        ask_for_release(city.database, city.wave.id)
    with city.database.session() as session:
        job = session.scalars(select(Job)).one()
    assert job.created_at == datetime.combine(job.created_at.date(), time.min)
    with city.app.app_context():
        assert run_next(city.database, "worker")
    assert count(city, Response) == BATCH
    assert count(city, Job) == 0
