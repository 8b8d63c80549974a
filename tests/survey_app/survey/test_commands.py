"""flask survey ...: keys, release, purge."""

from __future__ import annotations

from pathlib import Path

from tests.survey_app.survey.conftest import City
from tests.survey_app.survey.test_release import seal_some


def run(city: City, *words: str) -> str:
    result = city.app.test_cli_runner().invoke(args=["survey", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_release_and_purge_say_what_they_did(sqlite_city: City) -> None:
    seal_some(sqlite_city, 21, text="more light")
    assert "Released 11 responses and 11 written answers." in run(sqlite_city, "release")
    assert "Erased 0 drafts and 0 receipts." in run(sqlite_city, "purge")


def test_a_key_is_made_where_it_is_wanted(sqlite_city: City, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "release.key"
    assert str(file) in run(sqlite_city, "make-release-key", "--file", str(file))
    assert file.is_file()
    assert file.with_suffix(".pub").is_file()


def test_a_key_that_does_not_fit_is_told(sqlite_city: City, tmp_path: Path) -> None:
    seal_some(sqlite_city, 20)
    file = sqlite_city.config.release_key_file
    file.write_text("11" * 32, encoding="ascii")
    result = sqlite_city.app.test_cli_runner().invoke(args=["survey", "release"])
    assert result.exit_code == 1
    assert "does not open" in result.output
