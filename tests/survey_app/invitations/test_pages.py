"""Staff pages: bring in, print, remind, settle; and the resident's page for the gift card."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, update

from survey_app.i18n import offered
from survey_app.invitations import jobs as letter_jobs
from survey_app.invitations.codes import show_code
from survey_app.invitations.letter_files import letters_folder
from survey_app.invitations.models import InvitationCase, InvitationSample
from survey_app.jobs import Job, run_next
from survey_app.printing import missing_packages
from survey_app.waves.models import Wave
from survey_app.waves.services import create_wave
from tests import postgres
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in
from tests.survey_app.invitations.city import Drawn, draw, rows

BASE = "/en/staff/invitations"


def sample_csv(addresses: int) -> bytes:
    lines = ["stratum,psu,base_weight,batch"]
    lines += [f"{('Central', 'Eastern')[n % 2]},,{40 + n % 2},{n % 3 + 1}" for n in range(addresses)]
    return "\n".join(lines).encode()


def run_job(app: Flask) -> Job:
    with app.app_context():
        while run_next(app.extensions["database"], "worker"):
            pass
    with app.extensions["database"].session() as session:
        return session.scalars(select(Job).order_by(Job.created_at.desc())).first()


def test_a_sample_is_brought_in_by_a_job_that_shows_its_progress(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), sqlite_app.extensions["database"].transaction() as session:
        create_wave(session, questionnaire="2026", demo=True)
    admin = sign_in(sqlite_app, "administrator")
    page = admin.get(f"{BASE}/city-2026").get_data(as_text=True)
    assert "No sample yet" in page
    answer = post_form(
        admin,
        f"{BASE}/city-2026",
        {
            "file": (io.BytesIO(sample_csv(5000)), "sample.csv"),
            "expected_percent": "20",
            "languages": ["en", "ar"],
            "incentive": "10",
        },
    )
    assert answer.status_code == 303
    job = run_job(sqlite_app)
    assert (job.state, job.result["addresses"], job.steps) == ("done", 5000, 5000)
    assert "file" not in job.arguments, "the file is kept once"
    page = admin.get(f"{BASE}/city-2026").get_data(as_text=True)
    assert problems(page) == []
    assert "0 of 5000 codes were used" in page
    with sqlite_app.extensions["database"].session() as session:
        sample = session.scalars(select(InvitationSample)).one()
    assert (sample.languages, sample.incentive) == (["en", "ar"], 10)


def test_a_wrong_file_is_refused_at_once_and_changes_nothing(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), sqlite_app.extensions["database"].transaction() as session:
        create_wave(session, questionnaire="2026", demo=True)
    admin = sign_in(sqlite_app, "administrator")
    wrong = sample_csv(30).replace(b"Eastern,,41,2", b"Eastern,,none,2", 1)
    answer = post_form(
        admin,
        f"{BASE}/city-2026",
        {"file": (io.BytesIO(wrong), "s.csv"), "expected_percent": "20", "languages": ["en"]},
    )
    assert answer.status_code == 422
    assert "field base_weight: none is no base weight" in answer.get_data(as_text=True)
    with sqlite_app.extensions["database"].session() as session:
        assert session.scalars(select(Job)).first() is None


def lay_out(drawn: Drawn, **form: str) -> tuple[Job, list[Path]]:
    admin = sign_in(drawn.app, "administrator")
    answer = post_form(admin, f"{BASE}/city-2026/letters", {"batch": "", **form})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    job = run_job(drawn.app)
    listed = admin.get(f"{BASE}/city-2026/letters").get_data(as_text=True)
    assert problems(listed) == []
    files = sorted(letters_folder(drawn.config).iterdir())
    for path in files:
        assert path.name in listed
        assert admin.get(f"{BASE}/city-2026/letters/{path.name}").data == path.read_bytes()
    return job, files


@pytest.fixture
def fonts() -> None:
    missing = missing_packages(offered())
    if missing:
        postgres.absent("what letters are printed with", " ".join(missing))


@pytest.mark.usefixtures("fonts")
def test_letters_hold_code_number_and_two_languages(sqlite_app: Flask) -> None:
    drawn = draw(sqlite_app, rows(12), incentive=10)
    job, (file,) = lay_out(drawn, batch="1")
    assert job.state == "done"
    assert (job.step, job.steps) == (6, 6)
    assert oct(file.stat().st_mode & 0o77) == "0o0", "for the owner alone"
    reader = PdfReader(file)
    assert len(reader.pages) == 6
    first = reader.pages[0].extract_text()
    assert show_code(drawn.code(1)) in first
    assert "000001" in first
    assert "next birthday should answer" in " ".join(first.split())
    assert "$10" in first
    assert "311" in first
    assert "persona adulta" in " ".join(first.split())
    codes = [show_code(drawn.code(n)) for n in range(1, 12, 2)]
    for page, code in zip(reader.pages, codes, strict=True):
        assert code in page.extract_text()


@pytest.mark.usefixtures("fonts")
def test_letters_in_all_languages_have_every_sign_in_an_embedded_font(sqlite_app: Flask) -> None:
    drawn = draw(sqlite_app, rows(2), languages=tuple(offered()))
    _job, (file,) = lay_out(drawn)
    reader = PdfReader(file)
    assert len(reader.pages) == 8, "two letters of four pages"
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("Arabic" in name for name in fonts), fonts
    assert any("CJK" in name for name in fonts), fonts
    assert ".notdef" not in "".join(page.extract_text() for page in reader.pages)


@pytest.mark.usefixtures("fonts")
def test_many_letters_come_as_files_of_a_hundred(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_jobs, "IN_A_FILE", 3)
    _job, (file,) = lay_out(draw(sqlite_app, rows(8)))
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == [
            "letters-000001-000003.pdf",
            "letters-000004-000006.pdf",
            "letters-000007-000008.pdf",
        ]
        assert len(PdfReader(io.BytesIO(archive.read("letters-000007-000008.pdf"))).pages) == 2


def test_a_machine_without_fonts_is_told_what_to_install(
    sqlite_drawn: Drawn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No program to ask for fonts on the path: the job fails with the command that helps."""
    admin = sign_in(sqlite_drawn.app, "administrator")
    post_form(admin, f"{BASE}/city-2026/letters", {"batch": ""})
    monkeypatch.setenv("PATH", str(tmp_path))
    job = run_job(sqlite_drawn.app)
    assert job.state == "failed"
    assert "apt-get install fontconfig fonts-noto-core" in job.message


def test_files_of_letters_are_named_by_the_list_only(sqlite_drawn: Drawn) -> None:
    admin = sign_in(sqlite_drawn.app, "administrator")
    for name in ("..%2f..%2fcity.db", "city-2026.pdf", "..", "%2e%2e%2fkeys%2frelease.key"):
        assert admin.get(f"{BASE}/city-2026/letters/{name}").status_code in {308, 404}
    analyst = sign_in(sqlite_drawn.app, "analyst")
    assert analyst.get(f"{BASE}/city-2026/letters").status_code == 403


def settle(drawn: Drawn, **values: object) -> None:
    number = values.pop("number")
    with drawn.database.transaction() as session:
        session.execute(update(InvitationCase).where(InvitationCase.number == number).values(**values))


def test_reminders_are_the_codes_not_used_by_those_who_did_not_say_no(sqlite_drawn: Drawn) -> None:
    settle(sqlite_drawn, number=1, used=True)
    settle(sqlite_drawn, number=2, disposition="R")
    settle(sqlite_drawn, number=3, disposition="NC")
    analyst = sign_in(sqlite_drawn.app, "analyst")
    lines = analyst.get(f"{BASE}/city-2026/reminders.csv").get_data(as_text=True).splitlines()
    assert lines[:3] == ["letter,batch", "3,1", "4,2"]
    assert len(lines) == 79


def test_outcomes_are_set_and_brought_in_and_give_response_rates(sqlite_drawn: Drawn) -> None:
    for number in range(1, 21):
        settle(sqlite_drawn, number=number, used=True)
    analyst = sign_in(sqlite_drawn.app, "analyst")
    url = f"{BASE}/city-2026/outcomes"
    assert post_form(analyst, url, {"letter": "21", "disposition": "R"}).status_code == 303
    file = b"letter,disposition\n" + b"".join(b"%d,NE\n" % n for n in range(22, 32)) + b"32,NC\n1,I\n"
    answer = post_form(analyst, f"{url}/file", {"file": (io.BytesIO(file), "o.csv")}, page=url)
    assert answer.status_code == 303
    page = analyst.get(url).get_data(as_text=True)
    assert problems(page) == []
    # I 20, R 1, NC 1, NE 10, and 48 of which nothing is known: RR1 = 20 / 70, e = 22 / 32.
    assert ">28.6%<" in page
    assert ">36.4%<" in page, "RR3 = 20 / (22 + 48 x 22/32)"
    assert ">90.9%<" in page, "RR5 = 20 / 22"
    assert "Nothing is known yet of 48 addresses" in page


def test_a_used_code_stays_an_interview(sqlite_drawn: Drawn) -> None:
    settle(sqlite_drawn, number=1, used=True)
    analyst = sign_in(sqlite_drawn.app, "analyst")
    url = f"{BASE}/city-2026/outcomes"
    file = b"letter,disposition\n2,R\n1,R\n900,R\n"
    answer = post_form(analyst, f"{url}/file", {"file": (io.BytesIO(file), "o.csv")}, page=url)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "row 2, field disposition: The code of letter 1 was used" in page
    assert "row 3, field letter: There is no letter 900" in page
    with sqlite_drawn.database.session() as session:
        assert (
            session.scalars(select(InvitationCase).where(InvitationCase.disposition == "R")).all() == []
        )


def test_a_gift_card_is_asked_for_once_with_a_used_code(sqlite_drawn: Drawn) -> None:
    client = sqlite_drawn.app.test_client()
    page = client.get("/en/gift-card").get_data(as_text=True)
    assert problems(page) == []
    assert "$10" in page
    code = show_code(sqlite_drawn.code(1))
    assert "Send the survey" in client.post("/en/gift-card", data={"code": code}).get_data(as_text=True)
    settle(sqlite_drawn, number=1, used=True)
    for _time in range(2):
        assert client.post("/en/gift-card", data={"code": code}).status_code == 303
    assert client.post("/en/gift-card", data={"code": "nonsense"}).status_code == 422
    admin = sign_in(sqlite_drawn.app, "administrator")
    url = f"{BASE}/city-2026/thanks"
    page = admin.get(url).get_data(as_text=True)
    assert problems(page) == []
    assert "Numbers of letters to send a card to: 1" in page
    assert post_form(admin, url, {}).status_code == 303
    assert "Sent so far: 1." in admin.get(url).get_data(as_text=True)


def test_the_planner_says_what_will_go_unseen(sqlite_drawn: Drawn) -> None:
    analyst = sign_in(sqlite_drawn.app, "analyst")
    page = analyst.get(f"{BASE}/plan").get_data(as_text=True)
    assert problems(page) == []
    assert "1,500 answers: changes under about 7 points will go unseen." in page
    asked = "responses=400&expected_percent=10&cv=0&per_psu=1&icc=0&groups=4"
    page = analyst.get(f"{BASE}/plan?{asked}").get_data(as_text=True)
    assert "400 answers: changes under about 10 points will go unseen." in page
    assert ">4,000<" in page
    wrong = analyst.get(f"{BASE}/plan?{asked.replace('cv=0', 'cv=-1')}")
    assert wrong.status_code == 422
    assert problems(wrong.get_data(as_text=True)) == []


def test_the_demonstration_shows_codes_to_try(sqlite_drawn: Drawn) -> None:
    page = sign_in(sqlite_drawn.app, "analyst").get(f"{BASE}/city-2026").get_data(as_text=True)
    assert show_code(sqlite_drawn.code(1)) in page
    with sqlite_drawn.database.transaction() as session:
        session.get_one(Wave, sqlite_drawn.wave.id).demo = False
    page = sign_in(sqlite_drawn.app, "analyst").get(f"{BASE}/city-2026").get_data(as_text=True)
    assert show_code(sqlite_drawn.code(1)) not in page
