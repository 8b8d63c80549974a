"""The questionnaire on paper: from the same words, right to left where the language is, tagged."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader

from questionnaires.load import load_instrument
from survey_app.accounts.models import StaffAccount
from survey_app.db import Database
from survey_app.jobs import Job, work
from survey_app.paper.jobs import ask_to_print
from survey_app.paper.models import PaperSheet
from survey_app.paper.printing import print_sheet
from survey_app.paper.sheet import paper_view
from survey_app.paper.words import SheetWords, asked_on_paper
from survey_app.printing import missing_packages
from survey_app.survey.words import make_words
from survey_app.waves.freeze import freeze
from survey_app.waves.models import Wave
from survey_app.waves.services import create_wave
from tests.postgres import absent
from tests.survey_app.conftest import sign_in


def words_of(app: Flask, questionnaire: str, language: str) -> SheetWords:
    with app.app_context():
        (found,) = freeze(load_instrument(questionnaire), only=[language])
    wave = Wave(kind="own", questionnaire=questionnaire)
    return SheetWords(make_words(wave, language, found.document), found.sha256)


def test_every_question_stands_on_paper_with_its_number_and_its_way(sqlite_app: Flask) -> None:
    source = words_of(sqlite_app, "2026", "en")
    with sqlite_app.test_request_context():
        view = paper_view(source.words, source.sha256)
    numbered = [*view.eligibility, *(item for page in view.pages for item in page.questions)]
    assert [item.number for item in numbered] == list(range(1, len(asked_on_paper(source.words)) + 1))
    by_text = {item.text: item for item in numbered}
    asked = source.words.instrument.questions
    assert {source.words.text(f"{one.id}.text") for one in asked} <= set(by_text)
    trust = by_text[source.words.text("violence_workers_trust.text")]
    aware = by_text[source.words.text("violence_workers_aware.text")]
    assert trust.route == f"Only if you chose “Yes” at question {aware.number}:"
    assert [choice.mark for choice in trust.choices] == ["1", "2", "3", "4", "D", "R"]


@pytest.mark.parametrize(("language", "size"), [("ar", "standard"), ("zh", "large")])
def test_a_sheet_is_a_tagged_pdf_in_its_language(sqlite_app: Flask, language: str, size: str) -> None:
    if missing := missing_packages([language]):
        absent("what paper needs", " ".join(missing))
    source = words_of(sqlite_app, "pulse", language)
    with sqlite_app.test_request_context():
        content, pages = print_sheet(source, size=size, demo=False)
    reader = PdfReader(BytesIO(content))
    assert len(reader.pages) == pages
    catalog = reader.trailer["/Root"]
    assert catalog["/Lang"] == language
    assert catalog["/MarkInfo"]["/Marked"]
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("Arabic" in name if language == "ar" else "CJK" in name for name in fonts), fonts
    if language == "zh":
        text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
        assert source.words.text("trust_city.text") in text


def test_the_job_makes_both_sizes_of_every_language_and_tells_how_far_it_is(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real job, before the wave opens, in two languages of the eight: each PDF takes a second."""
    if missing := missing_packages(["en", "sw"]):
        absent("what paper needs", " ".join(missing))
    database: Database = sqlite_app.extensions["database"]
    monkeypatch.setattr("survey_app.paper.words.offered", lambda: ("en", "sw"))
    client = sign_in(sqlite_app, "administrator")
    with sqlite_app.app_context(), database.transaction() as session:
        wave = create_wave(session, questionnaire="pulse", demo=True, day=date(2026, 10, 5))
        actor = session.query(StaffAccount).one()
        job_id = ask_to_print(session, wave, actor=actor).id
    with sqlite_app.app_context():
        work(database, once=True)
    with database.session() as session:
        job = session.get_one(Job, job_id)
        assert (job.state, job.step, job.steps) == ("done", 4, 4), job.message
        made = {(sheet.language, sheet.size) for sheet in session.query(PaperSheet)}
        assert made == {(code, size) for code in ("en", "sw") for size in ("standard", "large")}
    answer = client.get("/en/staff/paper/pulse-2026-q4/en-large.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert client.get("/en/staff/paper/pulse-2026-q4/en-tiny.pdf").status_code == 404
