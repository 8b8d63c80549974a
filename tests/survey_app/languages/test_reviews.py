"""A reviewed catalogue comes back: what changed is shown, who read it recorded, its words used."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from questionnaires.load import load_instrument
from survey_app.accounts.audit import list_entries
from survey_app.jobs import now
from survey_app.languages import services
from survey_app.languages.queries import list_reviews
from survey_app.problems import BadFileProblem, BadInputProblem
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in

BEFORE, AFTER = (
    "¿Siente seguridad en Baltimore? ¿En quién confía?",
    "¿Vive con tranquilidad en Baltimore?",
)


def exported(session: Session, domain: str = "instrument") -> str:
    return services.export_catalogue(session, "es", domain).decode()


def corrected(session: Session) -> bytes:
    text = exported(session)
    assert BEFORE in text
    return text.replace(BEFORE, AFTER).encode()


def test_what_goes_out_comes_back_unchanged(session: Session) -> None:
    for domain in ("instrument", "interface"):
        reviewed = services.read_reviewed(session, exported(session, domain).encode(), language="es")
        assert (reviewed.domain, reviewed.changes) == (domain, ())
        assert (reviewed.missing, reviewed.unknown) == (0, 0)


def test_a_correction_is_told_recorded_and_covers_every_question(session: Session) -> None:
    reviewed = services.read_reviewed(session, corrected(session), language="es")
    (change,) = reviewed.changes
    assert (change.place, change.before, change.after) == ("front.title", BEFORE, AFTER)
    services.record_review(session, reviewed, by="Luz Ramos", on=date(2026, 11, 2))
    assert AFTER in exported(session)
    for year in ("2025", "2026"):
        coverage = services.instrument_coverage(session, "es", load_instrument(year))
        assert coverage.complete
        assert coverage.by == "Luz Ramos"
    assert not services.instrument_coverage(session, "fr", load_instrument("2026")).complete
    assert list_entries(session)[0].action == "language.review"


def test_a_sentence_left_out_or_marked_fuzzy_does_not_count_as_read(session: Session) -> None:
    content = exported(session).replace(f'msgstr "{BEFORE}"', 'msgstr ""').encode()
    reviewed = services.read_reviewed(session, content, language="es")
    assert reviewed.missing == 1
    services.record_review(session, reviewed, by="Luz Ramos", on=date(2026, 11, 2))
    coverage = services.instrument_coverage(session, "es", load_instrument("2026"))
    assert coverage.texts - coverage.read == 1
    assert BEFORE in exported(session), "what nobody read stays as it was"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Project-Id-Version: instrument 1", "Project-Id-Version: novel 1", "head of the file"),
        ('"Language: es', '"Language: fr', "language"),
    ],
)
def test_a_file_of_something_else_is_refused(session: Session, old: str, new: str, told: str) -> None:
    with pytest.raises(BadInputProblem, match=told):
        services.read_reviewed(session, exported(session).replace(old, new).encode(), language="es")


def test_a_lost_number_is_named_and_nothing_is_stored(session: Session) -> None:
    source = exported(session)
    at = source.index('msgctxt "eligibility.adult.text"')
    end = source.index("\n\n", at)
    broken = source[:at] + source[at:end].replace('msgstr "', 'msgstr "X" #', 1).split(" #")[0]
    with pytest.raises(BadFileProblem, match="18"):
        services.read_reviewed(session, (broken + source[end:]).encode(), language="es")
    with pytest.raises(BadFileProblem):
        services.read_reviewed(session, b"\xff\xfe no po", language="es")
    assert list_reviews(session) == []


def test_a_review_needs_a_name_and_a_day_that_has_come(session: Session) -> None:
    reviewed = services.read_reviewed(session, corrected(session), language="es")
    with pytest.raises(BadInputProblem):
        services.record_review(session, reviewed, by=" ", on=date(2026, 11, 2))
    with pytest.raises(BadInputProblem):
        services.record_review(session, reviewed, by="Luz", on=date(2999, 1, 1))


def test_a_recorded_review_cannot_be_changed(session: Session) -> None:
    reviewed = services.read_reviewed(session, corrected(session), language="es")
    services.record_review(session, reviewed, by="Luz", on=date(2026, 11, 2))
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("UPDATE language_reviews SET reviewed_by = 'somebody else'"))


def test_an_administrator_takes_a_review_in_and_its_words_are_shown(sqlite_app: Flask) -> None:
    client = sign_in(sqlite_app, "administrator")
    assert problems(client.get("/en/staff/languages").get_data(as_text=True)) == []
    source = client.get("/en/staff/languages/es/interface.po").get_data(as_text=True)
    assert 'msgid "Answer the survey"' in source
    content = source.replace('msgstr "Responder la encuesta"', 'msgstr "Conteste la encuesta"')
    assert content != source
    page = "/en/staff/languages/es/review"
    day = now().date().isoformat()
    shown = post_form(
        client,
        page,
        {
            "file": (BytesIO(content.encode()), "es.po"),
            "reviewed_by": "Luz Ramos, Community Office",
            "reviewed_on": day,
        },
    ).get_data(as_text=True)
    # The file comes back with the form: its places to fill are rightly unfilled.
    assert problems(re.sub(r'(name="content" type="hidden" value=")[^"]*', r"\1", shown)) == []
    assert "Conteste la encuesta" in shown
    assert "1 sentence would change." in shown
    given = {"content": content, "reviewed_by": "Luz Ramos", "reviewed_on": day, "take": "1"}
    assert post_form(client, page, given).status_code == 303
    assert "Conteste la encuesta" in sqlite_app.test_client().get("/es/").get_data(as_text=True)
    assert "Luz Ramos" in client.get("/en/staff/languages").get_data(as_text=True)
    assert sign_in(sqlite_app, "analyst").get(page).status_code == 403
    assert client.get("/en/staff/languages/xx/review").status_code == 404


def test_a_language_in_preparation_is_looked_at_and_offered_to_nobody(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    html = client.get("/en-XA/").get_data(as_text=True)
    assert problems(html, language="en-XA", direction="ltr") == []
    assert "⟦" in html
    assert "en-XA" not in client.get("/en/").get_data(as_text=True)
    assert client.get("/xx/").status_code == 404
