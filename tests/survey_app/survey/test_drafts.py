"""Drafts: locked, saved at every page, erased when asked or when their days are over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from survey_app.survey.days import latest_today
from survey_app.survey.models import Draft, SubmissionReceipt
from survey_app.survey.queries import find_draft
from survey_app.survey.sealing import lock, lookup_of, new_key
from survey_app.survey.services.drafts import (
    KEPT_DAYS,
    begin_draft,
    erase_draft,
    purge_expired,
    save_answers,
)
from tests.survey_app.survey.conftest import City


def begun(city: City) -> bytes:
    key = new_key()
    with city.database.transaction() as session:
        begin_draft(session, key, wave_id=city.wave.id)
    return key


def test_answers_come_back_only_with_the_key(city: City) -> None:
    key = begun(city)
    with city.database.transaction() as session:
        save_answers(session, key, {"trust_police": 2, "police_fair": None})
    with city.database.session() as session:
        contents = find_draft(session, key)
        assert contents is not None
        assert contents.answers == {"trust_police": 2}
        assert contents.seen == {"trust_police", "police_fair"}
        assert find_draft(session, new_key()) is None
        assert find_draft(session, None) is None


def test_two_tabs_do_not_undo_each_other(city: City) -> None:
    key = begun(city)
    for given in ({"trust_police": 2}, {"age_group": 3}, {"trust_police": None}):
        with city.database.transaction() as session:
            save_answers(session, key, given)
    with city.database.session() as session:
        contents = find_draft(session, key)
    assert contents is not None
    assert contents.answers == {"age_group": 3}


def test_another_neighborhood_asks_for_its_district_again(city: City) -> None:
    key = begun(city)
    with city.database.transaction() as session:
        save_answers(session, key, {"area": {"neighborhood": "Barre Circle"}})
        save_answers(session, key, {"area_district": 9})
        same = save_answers(session, key, {"area": {"neighborhood": "Barre Circle"}})
        other = save_answers(session, key, {"area": {"neighborhood": "Levindale"}})
    assert same is not None
    assert same.answers["area_district"] == 9
    assert other is not None
    assert "area_district" not in other.answers
    assert "area_district" not in other.seen


def test_a_draft_is_locked_in_the_database(city: City) -> None:
    key = begun(city)
    with city.database.transaction() as session:
        save_answers(session, key, {"own_words": "a sentence like no other"})
    with city.database.session() as session:
        row = session.scalars(select(Draft)).one()
    assert b"a sentence" not in row.ciphertext
    assert row.lookup == lookup_of(key)
    assert key.hex() not in row.lookup
    assert row.expires_on == latest_today() + timedelta(days=KEPT_DAYS)


def test_an_expired_draft_is_gone_and_purged(city: City) -> None:
    key, fresh = begun(city), begun(city)
    with city.database.transaction() as session:
        yesterday = latest_today() - timedelta(days=1)
        session.execute(
            update(Draft).where(Draft.lookup == lookup_of(key)).values(expires_on=yesterday)
        )
        session.add(SubmissionReceipt(receipt="a" * 64, expires_on=yesterday))
        session.add(SubmissionReceipt(receipt="b" * 64, expires_on=latest_today()))
    with city.database.transaction() as session:
        assert find_draft(session, key) is None
        assert save_answers(session, key, {"age_group": 1}) is None
        assert purge_expired(session) == (1, 1)
    with city.database.session() as session:
        assert session.scalars(select(Draft.lookup)).all() == [lookup_of(fresh)]
        assert session.scalars(select(SubmissionReceipt.receipt)).all() == ["b" * 64]


def test_erasing_leaves_nothing_and_can_be_repeated(city: City) -> None:
    key = begun(city)
    for _time in range(2):
        with city.database.transaction() as session:
            erase_draft(session, key)
    with city.database.session() as session:
        assert find_draft(session, key) is None


def test_a_draft_that_was_tampered_with_is_no_draft(city: City) -> None:
    key = begun(city)
    with city.database.transaction() as session:
        session.execute(update(Draft).values(ciphertext=lock(new_key(), b"{}")))
    with city.database.session() as session:
        assert find_draft(session, key) is None
