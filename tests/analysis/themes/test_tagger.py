"""Suggestions: always a code, always a reason, in the language the comment is written in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analysis.themes.cli import main
from analysis.themes.tagger import suggest


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
        ("id,text\n1,a\n1,b\n", "row 3"),
        ("id,text\n,a\n", "column id"),
        ("id,text\n1,a,b\n", "row 2"),
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
