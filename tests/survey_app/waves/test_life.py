"""A wave's life on both databases: what opening asks for and freezes, and what cannot be undone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from questionnaires.load import load_instrument
from survey_app.accounts.audit import list_entries
from survey_app.db import Database
from survey_app.problems import BadInputProblem, ConflictProblem, NotFoundProblem
from survey_app.waves import freeze, queries, services
from survey_app.waves.models import ARCHIVED, CLOSED, OPEN, PAUSED, Wave, WaveWording

CHECKED = max(line.checked_on for line in load_instrument("2026").help_lines)


@pytest.fixture
def session(app: Flask, database: Database) -> Iterator[Session]:
    with app.app_context(), database.session() as session:
        yield session


def draft(session: Session, questionnaire: str = "2026", *, demo: bool = True) -> Wave:
    return services.create_wave(session, questionnaire=questionnaire, demo=demo)


def test_a_draft_carries_its_declared_weighting(session: Session) -> None:
    wave = draft(session)
    assert (wave.slug, wave.state, wave.series) == ("city-2026", "draft", "city")
    assert wave.plan["version"] == "raking_2020"
    assert wave.plan["design"]["weights"] == "design_weight"
    assert wave.plan["weighting"][0]["margins"][0]["vars"] == ["rake_district"]
    assert queries.find_open_wave(session) is None


def test_unknown_questionnaires_weightings_and_taken_slugs_are_refused(session: Session) -> None:
    draft(session)
    with pytest.raises(ConflictProblem, match="city-2026"):
        draft(session)
    with pytest.raises(BadInputProblem, match="1999"):
        draft(session, "1999")
    with pytest.raises(BadInputProblem, match="raking_1850"):
        services.create_wave(session, questionnaire="2025", weighting="raking_1850")
    with pytest.raises(BadInputProblem, match="groups"):
        services.create_wave(session, questionnaire="2025", weighting="groups")


def test_opening_freezes_every_word_in_every_complete_language(session: Session) -> None:
    wave = draft(session)
    rows = services.open_wave(session, wave, production=False)
    session.commit()
    instrument = load_instrument("2026")
    assert queries.find_open_wave(session) is wave
    assert wave.opened_on is not None
    stored = {row.language: row for row in queries.list_wordings(session, wave)}
    assert {row.language for row in rows} == set(stored)
    assert set(stored) >= {"en"}
    english = stored["en"].wording
    assert english["messages"] == {m.context: m.text for m in instrument.messages()}
    assert english["instrument_sha256"] == instrument.sha256()
    assert english["primary_measures"] == [m.id for m in instrument.measures if m.primary]
    assert {line["number"] for line in english["help_lines"]} >= {"911", "988"}
    for row in stored.values():
        assert row.sha256 == freeze.digest(row.wording)
        assert set(row.wording["messages"]) == set(english["messages"])
    assert list_entries(session)[0].detail == {code: row.sha256 for code, row in stored.items()}


def test_a_language_with_a_string_missing_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    instrument = load_instrument("2026")
    whole = {one.language for one in freeze.freeze(instrument)}
    page = replace(instrument.pages[0], title="A title no translator has seen")
    changed = replace(instrument, pages=(page, *instrument.pages[1:]))
    assert {one.language for one in freeze.freeze(changed)} == {"en"} & whole


@pytest.mark.parametrize(
    "statement",
    [
        update(WaveWording).values(sha256="0" * 64),
        WaveWording.__table__.delete(),
    ],
)
def test_frozen_wording_cannot_be_changed_or_removed(session: Session, statement: object) -> None:
    services.open_wave(session, draft(session), production=False)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(statement)  # type: ignore[call-overload]


def test_one_wave_is_open_at_a_time_even_while_paused(session: Session) -> None:
    first, second = draft(session, "2025"), draft(session)
    services.open_wave(session, first, production=False)
    with pytest.raises(ConflictProblem, match="2025"):
        services.open_wave(session, second, production=False)
    services.pause_wave(session, first)
    assert queries.find_open_wave(session) is None
    assert queries.find_paused_wave(session) is first
    with pytest.raises(ConflictProblem, match="2025"):
        services.open_wave(session, second, production=False)


def test_a_wave_without_declared_weighting_does_not_open(session: Session) -> None:
    wave = draft(session)
    wave.plan = {"version": "none"}
    with pytest.raises(ConflictProblem, match="weighting"):
        services.open_wave(session, wave, production=False)


def test_a_real_wave_asks_for_help_lines_checked_within_thirty_days(session: Session) -> None:
    wave = draft(session, demo=False)
    for day in (CHECKED + timedelta(days=31), CHECKED - timedelta(days=1)):
        with pytest.raises(ConflictProblem, match="988"):
            services.open_wave(session, wave, production=True, today=day)
    services.open_wave(session, wave, production=True, today=CHECKED + timedelta(days=30))
    assert wave.state == OPEN


def test_a_demonstration_opens_with_old_help_lines_but_never_in_production(session: Session) -> None:
    wave = draft(session)
    with pytest.raises(ConflictProblem, match="no demonstration"):
        services.open_wave(session, wave, production=True)
    with pytest.raises(ConflictProblem, match="no demonstration"):
        services.create_wave(session, questionnaire="2025", demo=True, production=True)
    services.open_wave(session, wave, production=False, today=date(2030, 1, 1))
    assert wave.state == OPEN


def test_the_whole_life_and_its_audit(session: Session) -> None:
    released: list[str] = []
    wave = draft(session)
    services.open_wave(session, wave, production=False)
    services.pause_wave(session, wave)
    assert wave.state == PAUSED
    services.resume_wave(session, wave)
    assert wave.state == OPEN
    services.close_wave(session, wave, release=lambda _session, w: released.append(w.slug))
    assert (wave.state, released) == (CLOSED, ["city-2026"])
    assert wave.closed_on is not None
    services.archive_wave(session, wave)
    assert wave.state == ARCHIVED
    actions = [entry.action.removeprefix("wave.") for entry in reversed(list_entries(session))]
    assert actions == ["create", "open", "pause", "resume", "close", "archive"]


def test_steps_out_of_order_are_refused(session: Session) -> None:
    wave = draft(session)
    steps = (
        services.pause_wave,
        services.resume_wave,
        services.archive_wave,
        lambda s, w: services.close_wave(s, w, release=lambda _s, _w: None),
    )
    for step in steps:
        with pytest.raises(ConflictProblem):
            step(session, wave)
    services.open_wave(session, wave, production=False)
    with pytest.raises(ConflictProblem):
        services.open_wave(session, wave, production=False)


def test_a_failed_release_keeps_the_wave_open(session: Session) -> None:
    wave = draft(session)
    services.open_wave(session, wave, production=False)
    session.commit()

    def fail(_session: Session, _wave: Wave) -> None:
        raise RuntimeError("the key is not there")

    with pytest.raises(RuntimeError):
        services.close_wave(session, wave, release=fail)
    session.rollback()
    assert session.scalars(select(Wave.state)).one() == OPEN


def test_closing_waits_for_an_answer_that_is_being_sent(app: Flask, database: Database) -> None:
    """Otherwise the answer would be sealed after the last release, and never be counted."""
    with app.app_context(), database.transaction() as session:
        services.open_wave(session, draft(session), production=False)
    order: list[str] = []
    started = threading.Event()

    def close() -> None:
        started.set()
        with app.app_context(), database.transaction() as other:
            wave = queries.find_wave(other, "city-2026")
            services.close_wave(other, wave, release=lambda _s, _w: order.append("released"))

    closing = threading.Thread(target=close)
    with app.app_context(), database.transaction() as session:
        assert queries.find_open_wave(session, hold=True) is not None
        closing.start()
        started.wait()
        closing.join(timeout=0.5)
        order.append("sent")
    closing.join()
    assert order == ["sent", "released"]
    with database.session() as session:
        assert queries.find_open_wave(session, hold=True) is None


def test_unknown_waves_and_questionnaires_of_foreign_waves_are_told(session: Session) -> None:
    with pytest.raises(NotFoundProblem, match="city-1999"):
        queries.find_wave(session, "city-1999")
    with pytest.raises(NotFoundProblem, match="Town"):
        queries.load_instrument_of(Wave(kind="foreign", title="Town"))
