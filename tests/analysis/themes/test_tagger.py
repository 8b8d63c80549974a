"""Suggestions: always a code, always a reason, in the language the comment is written in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analysis.themes.cli import main
from analysis.themes.embedding import encoder
from analysis.themes.tagger import suggest
from analysis.themes.text import LANGUAGES, language_of


def codes(comment: str, language: str | None = None) -> set[str]:
    return {one.code for one in suggest(comment, language)}


def test_a_suggestion_says_which_words_led_to_it() -> None:
    first = suggest("Somebody was robbed at gunpoint", "en")[0]
    assert first.code == "crime_and_disorder"
    assert "robbed" in first.words
    assert "robbed" in first.why


def test_nothing_to_read_is_unclear_and_nothing_that_fits_is_none() -> None:
    assert codes("", "en") == {"unclear"}
    assert codes("?! 12", "en") == {"unclear"}
    assert codes("Purple seventeen umbrella", "en") == {"none"}


def test_only_a_hint_is_unclear_and_says_of_what() -> None:
    (one,) = suggest("the hospital", "en")
    assert one.code == "unclear"
    assert "mental_health" in one.why


def test_the_form_is_a_prior_and_the_comment_decides() -> None:
    assert "neighborhood_upkeep" in codes("Hay mucha basura en la calle y nadie la recoge", "en")
    assert "gun_violence" in codes("إطلاق النار كل يوم", "en")


def test_the_command_writes_one_row_a_tag(tmp_path: Path) -> None:
    comments = tmp_path / "comments.csv"
    comments.write_text(
        'id,text,language\n1,"Guns, and trash",en\n2,,en\n3,La basura,es\n', encoding="utf-8"
    )
    out = tmp_path / "tags.csv"
    assert main(["tag", str(comments), "--words-only", "--out", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "code", "probability", "why"]
    assert [(row["id"], row["code"]) for row in rows] == [
        ("1", "gun_violence"),
        ("1", "neighborhood_upkeep"),
        ("2", "unclear"),
        ("3", "neighborhood_upkeep"),
    ]
    assert all(0 < float(row["probability"]) <= 1 and row["why"] for row in rows)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("id,words\n1,a\n", "'text'"),
        ("id;text\n1;a\n", "divided by commas"),
        ("id,text,text\n1,a,b\n", "'text' stands twice"),
        ("id,text\n1,a\n1,b\n", "row 3"),
        ("id,text\n1,a\n\n1,b\n", "row 4, column id: '1' stands already in row 2"),
        ('id,text\n1,"a\nb"\n\u200f1\u200e,c\n', "row 3"),
        ("id,text\n,a\n", "column id"),
        ("id,text\n1,a,b\n", "row 2"),
        ("id,text,language\n1,a,en\n2,b,English (US)\n", "row 3, column language: 'English (US)'"),
        ('id,text\n1,a\n2,"b\n', "row 3"),
        ("id,text\n", "no comment"),
        ("", "empty"),
    ],
)
def test_a_wrong_table_is_refused_by_row_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, words: str
) -> None:
    comments = tmp_path / "comments.csv"
    comments.write_text(table, encoding="utf-8")
    assert main(["tag", str(comments), "--out", str(tmp_path / "out.csv")]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert "comments.csv" in told


def test_a_table_as_spreadsheets_write_it_is_read(tmp_path: Path) -> None:
    comments = tmp_path / "comments.csv"
    comments.write_text(
        "\ufeffID, Text ,LANGUAGE,\r\n\r\n\u200f7\u200e,Too many shootings,EN-us,\r\n,,,\r\n"
        '8,"Trash, ""rats""\r\nand more",,\r\n9,\u200f\u202b,ar,\r\n',
        encoding="utf-8",
    )
    out = tmp_path / "tags.csv"
    assert main(["tag", str(comments), "--words-only", "--out", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = [(row["id"], row["code"]) for row in csv.DictReader(file)]
    assert rows == [("7", "gun_violence"), ("8", "neighborhood_upkeep"), ("9", "unclear")]


def test_a_file_in_another_encoding_is_refused_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    comments = tmp_path / "comments.csv"
    comments.write_bytes("id,text\n1,a\n2,café\n".encode("latin-1"))
    assert main(["tag", str(comments), "--out", str(tmp_path / "out.csv")]) == 2
    assert "line 3, is not UTF-8" in capsys.readouterr().err


def test_what_is_read_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    comments = tmp_path / "comments.csv"
    comments.write_text("id,text\n1,guns\n", encoding="utf-8")
    assert main(["tag", str(comments), "--out", str(comments)]) == 2
    assert "overwrite" in capsys.readouterr().err
    cache = ["--cache", str(comments)]
    if encoder() is not None:
        assert main(["tag", str(comments), *cache, "--out", str(tmp_path / "out.csv")]) == 2
        assert "does not hold embeddings" in capsys.readouterr().err
    assert comments.read_text(encoding="utf-8") == "id,text\n1,guns\n"
    assert main(["tag", str(comments), "--words-only", "--out", str(tmp_path / "no" / "t.csv")]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["comments.csv"]


@pytest.mark.parametrize("command", ["train", "evaluate"])
@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("1,ann,gun_violence\n1,bob,gun_violense\n", "row 3, column code: 'gun_violense'"),
        ("1,ann,gun_violence\n1,ann,none\n", "row 3, column code"),
        ("1,,gun_violence\n", "row 2, column coder"),
    ],
)
def test_wrong_codes_are_refused_by_row_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, table: str, words: str
) -> None:
    first, codes = tmp_path / "first.csv", tmp_path / "codes.csv"
    header = "id,text" if command == "train" else "id,code"
    first.write_text(f"{header}\n1,gun_violence\n", encoding="utf-8")
    codes.write_text(f"id,coder,code\n{table}", encoding="utf-8")
    out = ["--out", str(tmp_path / "model")] if command == "train" else []
    assert main([command, str(first), str(codes), *out]) == 2
    assert f"codes.csv, {words}" in capsys.readouterr().err


def test_codes_of_other_comments_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    comments, tags, codes = (tmp_path / f"{name}.csv" for name in ("comments", "tags", "codes"))
    comments.write_text("id,text\n1,guns\n", encoding="utf-8")
    tags.write_text("id,code\n1,gun_violence\n", encoding="utf-8")
    codes.write_text("id,coder,code\n99,ann,gun_violence\n", encoding="utf-8")
    assert main(["train", str(comments), str(codes), "--out", str(tmp_path / "model")]) == 2
    assert "codes.csv, row 2, column id: there is no comment '99'" in capsys.readouterr().err
    assert main(["evaluate", str(tags), str(codes)]) == 2
    assert "No id of codes.csv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("comment", "form", "language"),
    [
        ("Cảnh sát không bao giờ đến", "vi", "vi"),
        ("The police never come and it is dark at night", "vi", "en"),
        ("पुलिस कभी नहीं आती", "en", None),
        ("警察はいつも来ない", "en", "ja"),
        ("警察从来不来这里", "en", "zh"),
        ("shootings", None, "en"),
    ],
)
def test_a_language_that_is_not_known_is_not_taken_for_another(
    comment: str, form: str | None, language: str | None
) -> None:
    assert language_of(comment, form) == language
    if language not in LANGUAGES:
        assert codes(comment, form) == {"unclear"}
