"""The exported site: every link in it leads to a file in it, or to the live site."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from survey_app.reports.services.editions import approve_edition, publish_edition
from tests.html import problems
from tests.survey_app.operations.test_backup import run
from tests.survey_app.reports.conftest import (  # noqa: F401
    City,
    few_languages,
    shared_folder,
    sqlite_city,
)

ELSEWHERE = ("http:", "https:", "data:", "tel:", "sms:", "mailto:")
LINK = re.compile(r'\s(?:href|src|srcset)="([^"]*)"')


@pytest.mark.thorough  # writes some 400 files
def test_no_link_of_the_exported_site_is_broken(sqlite_city: City, tmp_path: Path) -> None:  # noqa: F811
    edition = sqlite_city.store()
    with sqlite_city.app.app_context(), sqlite_city.database.transaction() as session:
        approve_edition(session, edition, actor=sqlite_city.publisher)
        publish_edition(session, edition, actor=sqlite_city.publisher)
    folder = tmp_path / "site"
    words = ("report", "export-site", str(folder), "--language", "ar")
    folder.mkdir()
    (folder / "site.json").write_text("{}")
    (folder / "old.html").write_text("an older export")
    code, output = run(sqlite_city.app, *words)
    assert code == 0, output
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        html = page.read_text(encoding="utf-8")
        for address in LINK.findall(html):
            address = address.partition("#")[0].replace("&amp;", "&")
            if address and not address.startswith(
                ("http:", "https:", "data:", "tel:", "sms:", "mailto:")
            ):
                assert not address.startswith("/"), f"{page}: {address}"
                assert Path(os.path.normpath(page.parent / address)).is_file(), f"{page}: {address}"
    assert (folder / "ar/results/2025/index.html").is_file()
    assert (folder / "ar/results/2025/edition.zip").is_file()
    assert "http://127.0.0.1:8000/ar/survey" in (folder / "ar/index.html").read_text()
    year = (folder / "ar/results/2025/index.html").read_text()
    assert problems(year, language="ar", direction="rtl") == []
    # In the place of the old one; something else is left alone.
    assert not (folder / "old.html").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    assert run(sqlite_city.app, "report", "export-site", str(tmp_path / "mine"))[0] == 1
    assert (tmp_path / "mine" / "letter.txt").exists()
