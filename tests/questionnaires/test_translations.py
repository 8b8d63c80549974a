"""The instrument in every language: complete, really translated, and never falling back."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from questionnaires.extract import TEMPLATE, main, messages_of, template
from questionnaires.load import every_available, load_instrument
from questionnaires.schema import Message
from questionnaires.wording import DOMAIN, WordingError, complete, load_wording

FOLDER = TEMPLATE.parent
LANGUAGES = {
    row["code"]: row
    for row in tomllib.loads((FOLDER / "languages.toml").read_text(encoding="utf-8"))["language"]
}
TRANSLATED = tuple(code for code in LANGUAGES if (FOLDER / code / "LC_MESSAGES").is_dir())
#: Words that are the same in both languages: names, and words that happen to be spelled alike.
SAME_AS_ENGLISH = {
    "es": {"No", "House of Ruth Maryland", "211 Maryland"},
    "fr": {"House of Ruth Maryland", "211 Maryland"},
}
#: Names that stay in Latin letters in languages written otherwise.
LATIN_NAMES = (
    "MONSE",
    "Safe Streets",
    "House of Ruth Maryland",
    "GED",
    "Light Rail",
    "ZIP",
    "Maryland",
)
OTHER_SCRIPTS = {"ar", "zh", "ko", "ru"}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every instrument catalogue, compiled as `make catalogues` does it."""
    folder = tmp_path_factory.mktemp("translations")
    for language in TRANSLATED:
        source = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        target = folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
        target.parent.mkdir(parents=True)
        with source.open("rb") as po, target.open("wb") as mo:
            write_mo(mo, read_po(po, locale=language))
    return folder


def all_messages() -> list[Message]:
    return list(messages_of(load_instrument(identifier) for identifier in every_available()))


def test_the_template_on_disk_is_up_to_date(tmp_path: Path) -> None:
    assert main(["--check"]) == 0
    assert main(["--check", "--out", str(tmp_path / "old.pot")]) == 1
    assert main(["--out", str(tmp_path / "new.pot")]) == 0
    assert (tmp_path / "new.pot").read_bytes() == TEMPLATE.read_bytes()


def test_the_template_holds_every_message_once() -> None:
    text = template(load_instrument(identifier) for identifier in every_available())
    messages = all_messages()
    assert text.count("\nmsgctxt ") == len(messages)
    assert len(set(messages)) == len(messages)


def test_english_needs_no_catalogue(tmp_path: Path) -> None:
    assert load_wording("en", tmp_path).text("any.context", "As written") == "As written"


def test_offered_languages_have_the_instrument() -> None:
    offered = {code for code, row in LANGUAGES.items() if row["interface"]} - {"en"}
    assert offered <= set(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("identifier", every_available())
def test_every_questionnaire_is_complete(language: str, identifier: str, compiled: Path) -> None:
    assert complete(language, load_instrument(identifier), compiled) == ()


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_in_english(language: str, compiled: Path) -> None:
    wording = load_wording(language, compiled)
    same = {m.text for m in all_messages() if wording.text(m.context, m.text) == m.text}
    assert same <= SAME_AS_ENGLISH.get(language, set())


@pytest.mark.parametrize("language", sorted(OTHER_SCRIPTS & set(TRANSLATED)))
def test_no_latin_letters_but_names(language: str, compiled: Path) -> None:
    wording = load_wording(language, compiled)
    for message in all_messages():
        text = wording.text(message.context, message.text)
        for name in LATIN_NAMES:
            text = text.replace(name, "")
        assert not re.search(r"[A-Za-z]", text), f"{message.context}: {text}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_numbers_survive(language: str, compiled: Path) -> None:
    """Years, ages and telephone numbers stand in every language as they do in English.

    A language may write in digits what English spells out ("five years").
    """
    wording = load_wording(language, compiled)
    for message in all_messages():
        wanted = Counter(re.findall(r"\d+", message.text))
        found = Counter(re.findall(r"\d+", wording.text(message.context, message.text)))
        assert wanted <= found, message.context


@pytest.mark.parametrize("language", TRANSLATED)
def test_answers_of_one_question_differ(language: str, compiled: Path) -> None:
    wording = load_wording(language, compiled)
    for identifier in every_available():
        for question in load_instrument(identifier).questions:
            texts = [
                wording.text(f"{question.id}.choice.{choice.code}", choice.text)
                for choice in question.choices
            ]
            assert len(set(texts)) == len(texts), question.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_questions_reworded_in_english_are_reworded_in_translation(
    language: str, compiled: Path
) -> None:
    """A line must break in every language, or in none."""
    wording = load_wording(language, compiled)
    texts: dict[str, set[str]] = {}
    translated: dict[str, set[str]] = {}
    for message in all_messages():
        texts.setdefault(message.context, set()).add(message.text)
        translated.setdefault(message.context, set()).add(wording.text(message.context, message.text))
    for context, versions in texts.items():
        assert len(translated[context]) == len(versions), context


def test_a_missing_string_is_an_error_and_never_english(compiled: Path) -> None:
    wording = load_wording("es", compiled)
    with pytest.raises(WordingError, match=r"has no words for 'new_question\.text'"):
        wording.text("new_question.text", "How old are you?")
    new = Message("new_question.text", "How old are you?")
    assert wording.missing([new]) == ("new_question.text",)


def test_a_language_without_a_catalogue_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WordingError, match="no compiled instrument catalogue"):
        load_wording("es", tmp_path)


def test_no_language_claims_a_review_it_did_not_have() -> None:
    for code, row in LANGUAGES.items():
        assert row["status"] in {"source", "drafted", "reviewed", "pseudo"}
        assert (row["status"] == "source") == (code == "en")
        reviewed = row["status"] == "reviewed"
        assert reviewed == ("reviewed_by" in row) == ("reviewed_on" in row)
