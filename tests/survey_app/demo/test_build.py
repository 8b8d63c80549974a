"""Building the demonstration: once, again, after an interruption, and never in production."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app import schema
from survey_app.accounts.models import StaffAccount
from survey_app.accounts.services import create_account, sign_in
from survey_app.app import create_app
from survey_app.community.models import Comment, CommunitySession
from survey_app.config import Config
from survey_app.db import Database
from survey_app.demo import build as building
from survey_app.demo.build import build, build_if_empty
from survey_app.demo.settings import load_city
from survey_app.demo.sign_ins import make_password, read_sign_ins, sign_ins_file
from survey_app.problems import ConflictProblem
from survey_app.reports.models import Edition
from survey_app.reports.queries import list_published_years
from survey_app.survey.keys import make_pair
from survey_app.survey.models import OpenAnswer, Response
from survey_app.waves import queries, services
from survey_app.waves.models import CLOSED, OPEN, Wave

TABLES = (Wave, Response, OpenAnswer, StaffAccount, CommunitySession, Comment)


def counts(session: Session) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def config_of(app: Flask) -> Config:
    config: Config = app.extensions["config"]
    return config


def test_the_city_is_built_once_with_progress_and_sign_ins(app: Flask, database: Database) -> None:
    told: list[str] = []
    with app.app_context():
        assert build(told.append)
        assert sum("..." in line for line in told) == 10
        with database.session(read_only=True) as session:
            first = counts(session)
            states = {wave.slug: wave.state for wave in queries.list_waves(session)}
            assert states == {
                "city-2024": CLOSED,
                "city-2025": CLOSED,
                "city-2026": OPEN,
                "pulse-2026-q2": CLOSED,
                "pulse-2026-q3": CLOSED,
                "pulse-2026-q4": OPEN,
                "partners-2025": CLOSED,
            }
            assert all(wave.demo for wave in queries.list_waves(session))
            assert all(queries.list_wordings(session, w) for w in queries.list_waves(session))
            assert list_published_years(session) == [2025, 2024]
            editions = list(session.scalars(select(Edition)))
            assert all(one.demo and one.approved_by != one.built_by for one in editions)
            expected = sum(one.drawn + one.open for one in load_city().waves)
            yearly = select(func.count()).where(Response.wave_id == Wave.id, Wave.series == "city")
            assert session.scalar(yearly) == expected
            open_wave = queries.find_open_wave(session)
            assert open_wave is not None
            assert open_wave.slug == "city-2026"
        assert not build(told.append)
        with database.session(read_only=True) as session:
            assert counts(session) == first


def test_passwords_are_this_installations_own_and_work(app: Flask, database: Database) -> None:
    with app.app_context():
        building._accounts(config_of(app), database)
        made = read_sign_ins(config_of(app))
        assert [(role, bool(secret)) for _name, role, _password, secret in made] == [
            ("facilitator", False),
            ("analyst", False),
            ("publisher", True),
            ("administrator", True),
            ("interviewer", False),
            ("partner", False),
        ]
        assert stat.S_IMODE(sign_ins_file(config_of(app)).stat().st_mode) == 0o600
        with database.transaction() as session:
            for name, _role, password, _secret in made:
                assert sign_in(session, sign_in_name=name, password=password)
    assert len({make_password() for _ in range(50)}) == 50


def test_an_interrupted_build_goes_on_where_it_stopped(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, database = sqlite_app, sqlite_app.extensions["database"]

    def broken(*_arguments: object) -> int:
        raise OSError("the disk is full")

    with app.app_context():
        with monkeypatch.context() as patch:
            patch.setattr(building, "build_sessions", broken)
            with pytest.raises(OSError, match="full"):
                build(lambda _line: None)
        passwords = read_sign_ins(config_of(app))
        told: list[str] = []
        monkeypatch.setattr(building, "_report", lambda _database, _settings: "")
        assert build(told.append)
        assert read_sign_ins(config_of(app)) == passwords
        assert not any("Survey of" in line for line in told)
        with database.session(read_only=True) as session:
            assert counts(session)[4] > 0


def test_a_database_used_for_something_else_is_left_alone(app: Flask, database: Database) -> None:
    with app.app_context(), database.transaction() as session:
        create_account(
            session,
            sign_in_name="ada",
            display_name="Ada",
            role="administrator",
            password="a-long-enough-password",
        )
    build_if_empty(app, lambda line: pytest.fail(line))
    with app.app_context(), database.transaction() as session:
        services.create_wave(session, questionnaire="2026")
    build_if_empty(app, lambda line: pytest.fail(line))
    with database.session(read_only=True) as session:
        assert counts(session)[:4] == [1, 0, 0, 1]


def test_a_foreign_wave_is_no_other_use(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        session.add(
            Wave(
                id="w",
                slug="town-2021",
                kind="foreign",
                series="town",
                year=2021,
                questionnaire="town-2021",
                state=CLOSED,
                title="Town survey 2021",
                citation="Town. 2021.",
            )
        )
    built: list[bool] = []
    monkeypatch.setattr(building, "build", lambda _say: built.append(True))
    build_if_empty(app, lambda _line: None)
    assert built == [True]


def test_production_refuses(sqlite_url: str, tmp_path: Path) -> None:
    key = tmp_path / "elsewhere" / "release.key"
    make_pair(key)
    config = Config.from_environment(
        {
            "SURVEY_MODE": "production",
            "DATABASE_URL": sqlite_url.replace("city.db", "db/city.db"),
            "SURVEY_INSTANCE": str(tmp_path),
            "SECRET_KEY": "k" * 48,
            "PUBLIC_URL": "https://survey.example",
            "RELEASE_KEY_FILE": str(key),
        }
    )
    app = create_app(config)
    schema.upgrade(app.extensions["database"].engine)
    with app.app_context(), pytest.raises(ConflictProblem, match="no demonstration"):
        build(print)
    refused = app.test_cli_runner().invoke(args=["demo", "build"])
    assert refused.exit_code == 1
    assert "no demonstration" in refused.output


def test_the_command_prints_the_sign_ins(app: Flask) -> None:
    runner = app.test_cli_runner()
    with app.app_context():
        building._accounts(config_of(app), app.extensions["database"])
    shown = runner.invoke(args=["demo", "sign-ins"]).output
    for name, _role, password, _secret in read_sign_ins(config_of(app)):
        assert name in shown
        assert password in shown
