"""Comments from a file: errors by row, all or nothing, repeats found, themes suggested."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.accounts.models import AuditEntry
from survey_app.community import services
from survey_app.community.models import Comment, CommentImport, CommunitySession, ThemeSuggestion
from survey_app.community.services import imports
from survey_app.community.sources import Mapping
from survey_app.db import Database
from survey_app.jobs import find_job, run_next
from survey_app.problems import BadFileProblem, BadInputProblem, ConflictProblem
from tests.shared import shared_path

from .conftest import make_session

GOOD = "id,said,moderated\n1,Two boys were shot.,1\n2,Trash in the alley,0\n3,leave me out,-1\n"


def _file(folder: Path, content: str | bytes, name: str = "notes.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _bring(
    session: Session,
    meeting: CommunitySession,
    path: Path,
    attribution: str = "",
    **more: object,
):
    known: dict[str, object] = {"text": "said", "language": "en"}
    mapping = Mapping(**{**known, **more})  # type: ignore[arg-type]
    return services.import_comments(session, meeting.id, path, mapping=mapping, attribution=attribution)


def _count(session: Session, table: type = Comment) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_rows_come_in_with_themes_and_attribution(
    session: Session, meeting: CommunitySession, tmp_path: Path
) -> None:
    result = _bring(
        session,
        meeting,
        _file(tmp_path, GOOD),
        skip_where={"moderated": "-1"},
        attribution="From the river city, CC BY 4.0",
    )
    assert (result.comments, result.plan.left_out, result.job_id) == (2, 1, None)
    bodies = {one.body for one in session.scalars(select(Comment))}
    assert bodies == {"Two boys were shot.", "Trash in the alley"}
    assert set(session.scalars(select(ThemeSuggestion.code))) == {"gun_violence", "neighborhood_upkeep"}
    assert session.scalars(select(CommentImport.attribution)).one().startswith("From the river")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "comments.import")).one()
    assert entry.detail["comments"] == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('said\nfine\n""\n', ""),
        ("id,said\n1,fine\n2,\n", "row 2, field said: the text is empty"),
        ("id,said\n1,fine\n2\n", "row 2: 1 columns where the header has 2"),
        ("id,said\n1,#REF!\n", "row 1, field said: an error of the spreadsheet"),
        ("id,said\n1," + "x" * 4001 + "\n", "row 1, field said: longer than 4000"),
        ('id,said\n1,fine\n2,"open\n', "row 2: a quotation mark"),
        ("id,words\n1,fine\n", "must have one column “said”"),
        ("said,said\n1,fine\n", "must have one column “said”"),
        (b"id,said\n1,fine\n2,caf\xe9\n", "see line 3"),
        ("", "is empty"),
        ("id,said\n", "no comment to import"),
    ],
)
def test_a_file_with_an_error_brings_nothing(
    session: Session, meeting: CommunitySession, tmp_path: Path, content: str | bytes, said: str
) -> None:
    path = _file(tmp_path, content)
    if not said:  # a row that is blank altogether is no row
        assert _bring(session, meeting, path).plan.blank == 1
        return
    with pytest.raises(BadFileProblem) as caught:
        _bring(session, meeting, path)
    assert said in str(caught.value)
    assert _count(session) == _count(session, CommentImport) == 0


def test_every_wrong_row_is_told_at_once(
    session: Session, meeting: CommunitySession, tmp_path: Path
) -> None:
    lines = ["id,said"] + [f"{row},{'' if row % 3 == 0 else f'comment {row}'}" for row in range(1, 31)]
    with pytest.raises(BadFileProblem) as caught:
        _bring(session, meeting, _file(tmp_path, "\n".join(lines)))
    assert [error.row for error in caught.value.errors] == list(range(3, 31, 3))


def test_what_looks_personal_comes_in_marked(
    session: Session, meeting: CommunitySession, tmp_path: Path
) -> None:
    path = _file(tmp_path, "said\nCall 410-555-0123 or ann@example.org\n")
    assert _bring(session, meeting, path).plan.personal == 1
    assert session.scalars(select(Comment.to_check)).one() == 2


def test_masking_on_request(session: Session, meeting: CommunitySession, tmp_path: Path) -> None:
    path = _file(tmp_path, "said\nCall 410-555-0123 or ann@example.org\n")
    assert _bring(session, meeting, path, mask=True).plan.masked == 1
    assert session.scalars(select(Comment)).one().body == "Call [phone] or [email]"


def test_repeats_are_told_and_left_out_unless_wanted(
    session: Session, meeting: CommunitySession, tmp_path: Path
) -> None:
    path = _file(tmp_path, "said\nMore lights.\nTrash\n  more   LIGHTS\n")
    first = _bring(session, meeting, path)
    assert (first.comments, first.plan.repeats) == (2, ((3, 1),))
    with pytest.raises(ConflictProblem, match="already"):
        _bring(session, meeting, path)
    more = _bring(session, meeting, _file(tmp_path, "said\ntrash\nNew\n", "more.csv"))
    assert (more.comments, more.plan.known) == (1, (1,))
    kept = _bring(session, meeting, _file(tmp_path, "said\nA\na\n", "kept.csv"), keep_repeats=True)
    assert kept.comments == 2


def test_an_unknown_language_is_refused(
    session: Session, meeting: CommunitySession, tmp_path: Path
) -> None:
    with pytest.raises(BadInputProblem, match="en"):
        _bring(session, meeting, _file(tmp_path, GOOD), language="xx")


def test_many_comments_are_read_by_a_job(
    app: Flask,
    database: Database,
    session: Session,
    meeting: CommunitySession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imports, "MANY", 1000)
    body = "\n".join(f"Somebody was shot at number {row}" for row in range(1200))
    result = _bring(session, meeting, _file(tmp_path, "said\n" + body))
    session.commit()
    assert result.job_id is not None
    assert _count(session, ThemeSuggestion) == 0
    session.rollback()
    with app.app_context():
        assert run_next(database, "test-worker")
    job = find_job(session, result.job_id)
    assert (job.state, job.result) == ("done", {"comments": 1200})
    assert set(session.scalars(select(Comment.read_with_version))) == {1}
    shot = select(func.count()).where(ThemeSuggestion.code == "gun_violence")
    assert session.scalar(shot) == 1200


def test_the_real_statements_of_bowling_green(session: Session, meeting: CommunitySession) -> None:
    path = shared_path("data", "comments", "polis", "american-assembly.bowling-green", "comments.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    result = _bring(
        session,
        meeting,
        path,
        text="comment-body",
        skip_where={"moderated": "-1"},
        mask=True,
    )
    assert result.plan.left_out == sum(row["moderated"] == "-1" for row in rows)
    assert result.comments + result.plan.left_out + len(result.plan.repeats) == len(rows) == 896


def test_the_command_tells_what_it_did(sqlite_app: Flask, tmp_path: Path) -> None:
    database: Database = sqlite_app.extensions["database"]
    with sqlite_app.app_context(), database.transaction() as session:
        meeting = make_session(session)
    run = sqlite_app.test_cli_runner().invoke
    path = str(_file(tmp_path, GOOD + "4,two boys were SHOT,0\n"))
    options = ["comments", "import", path, "--session", meeting.id, "--text", "said", "--lang", "en"]
    done = run(args=[*options, "--skip-where", "moderated=-1"])
    assert done.exit_code == 0, done.output
    assert "Imported 2 comments." in done.output
    assert "Left out 1 rows by --skip-where." in done.output
    assert "Row 4 repeats row 1: left out." in done.output
    again = run(args=options)
    assert again.exit_code == 1
    assert "already" in again.output
    wrong = run(args=[*options, "--skip-where", "moderated"])
    assert wrong.exit_code == 2
    assert "COLUMN=VALUE" in wrong.output
