"""The report on paper: made by a job, tagged, in every script, each file once."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from flask_babel import force_locale
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from survey_app import printing
from survey_app.i18n import Language, languages, offered
from survey_app.jobs import work
from survey_app.printing import missing_packages
from survey_app.problems import ConflictProblem
from survey_app.reports import queries
from survey_app.reports.codec import decode
from survey_app.reports.jobs import request_print
from survey_app.reports.models import EditionPrint
from survey_app.reports.printed import sheets_of
from survey_app.reports.services import prints
from survey_app.reports.snapshot import Snapshot
from tests.survey_app.reports.conftest import City

SPOKEN = {"en": "Feel safe walking alone", "ar": "", "zh": ""}


@pytest.fixture
def fonts() -> None:
    missing = missing_packages(tuple(SPOKEN))
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"these packages are missing: {' '.join(missing)}")
    if missing:
        pytest.skip(f"printing needs: apt-get install {' '.join(missing)}")


def snapshot_of(city: City, edition: str) -> tuple[Snapshot, str]:
    with city.app.app_context(), city.database.session(read_only=True) as session:
        stored = queries.find_edition(session, edition)
        return decode(Snapshot, stored.snapshot), stored.wording


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("code", SPOKEN)
def test_a_summary_is_one_tagged_page_and_the_report_holds_its_letters(
    sqlite_city: City, code: str
) -> None:
    snapshot, wording = snapshot_of(sqlite_city, sqlite_city.store())
    snapshot = replace(snapshot, measures=snapshot.measures[:4])
    with sqlite_city.app.test_request_context(f"/{code}/results"), force_locale(code):
        made = sheets_of(snapshot, wording, languages()[code], number=1).printed()
    summary = pypdf.PdfReader(io.BytesIO(made["summary"]))
    assert len(summary.pages) == 1
    root = summary.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith(code)
    assert SPOKEN[code] in summary.pages[0].extract_text().replace("\n", " ")
    report = pypdf.PdfReader(io.BytesIO(made["report"]))
    assert len(report.pages) > 2
    for page in report.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


@pytest.mark.usefixtures("fonts")
def test_a_job_prints_every_language_once_and_a_stopped_one_goes_on(
    sqlite_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, edition = sqlite_city, sqlite_city.store()
    printed: list[str] = []

    def quick(
        missing: dict[str, Language], _snapshot: Snapshot, _words: str, *, number: int
    ) -> Iterator[dict[str, bytes]]:
        for code in missing:
            if code == "ar" and "stopped" not in printed:
                printed.append("stopped")
                raise KeyboardInterrupt
            printed.append(code)
            yield {"summary": b"%PDF", "report": b"%PDF"}

    # What a print looks like is held above; here it is about which are made, and how often.
    monkeypatch.setattr(prints, "printed_in", quick)
    with city.app.app_context():
        with pytest.raises(KeyboardInterrupt):
            prints.print_all(city.database, edition, progress=lambda *_: None)
        with city.database.transaction() as session:
            request_print(session, queries.find_edition(session, edition), actor=city.analyst)
        work(city.database, once=True)
        assert prints.print_all(city.database, edition, progress=lambda *_: None) == 0
    assert sorted(printed) == sorted(["stopped", *offered()])
    with city.database.session(read_only=True) as session:
        assert len(queries.list_prints(session, edition)) == 2 * len(offered())


def test_a_print_never_changes(city: City) -> None:
    edition = city.store()
    with city.database.transaction() as session:
        session.add(
            EditionPrint(
                edition_id=edition,
                name="report.en.pdf",
                body=b"%PDF",
                sha256="0" * 64,
                printed_on=date(2026, 1, 1),
            )
        )
    with pytest.raises(DBAPIError), city.database.transaction() as session:
        session.execute(text("UPDATE edition_prints SET body = body"))
    city.store()
    with city.database.session(read_only=True) as session:
        assert session.scalars(select(EditionPrint)).all() == [], "a draft built again takes it away"


def test_without_its_packages_printing_says_what_to_install(
    sqlite_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = sqlite_city.store()
    monkeypatch.setattr(printing, "missing_packages", lambda _languages: ("libpango-1.0-0",))
    with (
        sqlite_city.app.app_context(),
        pytest.raises(ConflictProblem, match="apt-get install libpango"),
    ):
        prints.print_all(sqlite_city.database, edition, progress=lambda *_: None)
