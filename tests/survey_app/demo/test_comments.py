"""The comments of the demonstration: verbatim, let through by the moderators, attributed."""

from __future__ import annotations

import csv
import tomllib

from survey_app.community.pii import find_personal
from survey_app.demo.own_words import own_words
from survey_app.demo.settings import DATA
from tests.shared import shared_path


def shipped() -> list[dict[str, str]]:
    with (DATA / "session_comments.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_they_are_verbatim_and_none_was_moderated_out() -> None:
    path = shared_path("data", "comments", "polis", "american-assembly.bowling-green", "comments.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        there = {row["comment-body"].strip(): row["moderated"] for row in csv.DictReader(stream)}
    for row in shipped():
        assert there[row["comment"]] != "-1"


def test_every_session_that_uses_them_carries_the_attribution() -> None:
    content = tomllib.loads((DATA / "sessions.toml").read_text(encoding="utf-8"))
    assert "CC BY 4.0" in content["attribution"]
    assert "Computational Democracy Project" in content["attribution"]
    used = {str(row["comments"]) for row in content["sessions"] if "comments" in row}
    assert used == {row["session"] for row in shipped()}
    assert all(row["place"].startswith("Demonstration: ") for row in content["sessions"])


def test_nothing_shipped_leads_to_a_person() -> None:
    bodies = [("en", row["comment"]) for row in shipped()]
    bodies += [(language, text) for language, words in own_words().items() for text in words.texts]
    for language, body in bodies:
        assert find_personal(body, language) == ()
