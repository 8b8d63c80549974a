"""Settings: what is missing or unsafe stops the start with a sentence that says what to do."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from survey_app.config import Config, SettingError


def production(tmp_path: Path, **changes: str) -> dict[str, str]:
    key = tmp_path / "elsewhere" / "release.key"
    key.parent.mkdir(exist_ok=True)
    key.write_text("key")
    good = {
        "SURVEY_MODE": "production",
        "SURVEY_INSTANCE": str(tmp_path / "instance"),
        "SECRET_KEY": "s" * 48,
        "RELEASE_KEY_FILE": str(key),
        "PUBLIC_URL": "https://safety.example",
    }
    return {name: value for name, value in {**good, **changes}.items() if value}


def test_demo_needs_no_settings_and_keeps_its_secret(tmp_path: Path) -> None:
    environment = {"SURVEY_INSTANCE": str(tmp_path)}
    first, second = (Config.from_environment(environment) for _ in range(2))
    assert first.secret_key == second.secret_key
    mode = stat.S_IMODE((tmp_path / "keys" / "secret_key").stat().st_mode)
    assert mode == 0o600


def test_good_production_settings_are_taken(tmp_path: Path) -> None:
    config = Config.from_environment(production(tmp_path))
    assert config.is_production
    assert config.public_url == "https://safety.example"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is missing"),
        ({"PUBLIC_URL": "http://safety.example"}, "must start with https"),
        ({"RELEASE_KEY_FILE": ""}, "RELEASE_KEY_FILE is missing"),
        ({"RELEASE_KEY_FILE": "/nowhere/release.key"}, "does not exist"),
        ({"DATABASE_URL": "mysql://x"}, "must start with sqlite"),
        ({"SURVEY_MODE": "staging"}, "set it to demo or production"),
        ({"PORT": "http"}, "set it to a whole number"),
        ({"PORT": "70000"}, "set it between"),
    ],
)
def test_a_wrong_setting_stops_the_start(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingError, match=sentence):
        Config.from_environment(production(tmp_path, **changes))


def test_the_release_key_may_not_lie_where_a_backup_would_copy_it(tmp_path: Path) -> None:
    changes = {"DATABASE_URL": f"sqlite:///{tmp_path / 'elsewhere' / 'city.db'}"}
    with pytest.raises(SettingError, match="beside the database"):
        Config.from_environment(production(tmp_path, **changes))
