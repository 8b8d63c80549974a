"""The interface in every offered language: complete, really translated, with every place to fill."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.shared import ROOT

FOLDER = ROOT / "translations"
ROWS = tomllib.loads((FOLDER / "languages.toml").read_text(encoding="utf-8"))["language"]
OFFERED = tuple(row["code"] for row in ROWS if row["interface"] and row["code"] != "en")
#: Sentences that are rightly the same as in English: names, file formats, words spelled alike.
SAME = tomllib.loads(Path(__file__).with_name("catalogues_same.toml").read_text(encoding="utf-8"))
#: Of an allow-list that may be called short.
SHORT = 40
PLACE = re.compile(r"%\((\w+)\)[sd]|%%")
TAG = re.compile(r"</?[a-z]+")


def read(language: str) -> Catalog:
    path = FOLDER / language / "LC_MESSAGES" / "interface.po"
    assert path.exists(), f"{path.relative_to(ROOT)} is not there; run `make messages`"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def sentences(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def originals(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def messages(language: str) -> Iterator[Message]:
    return (message for message in read(language) if message.id)


def test_english_spanish_and_arabic_are_offered() -> None:
    assert {"es", "ar"} <= set(OFFERED)


@pytest.mark.parametrize("language", OFFERED)
def test_every_sentence_is_there(language: str) -> None:
    catalog = read(language)
    with (FOLDER / "interface.pot").open("rb") as file:
        wanted = {(message.context, message.id) for message in read_po(file) if message.id}
    found = {
        (message.context, message.id)
        for message in catalog
        if message.id and all(sentences(message)) and not message.fuzzy
    }
    assert wanted <= found, f"{len(wanted - found)} sentences are missing"


@pytest.mark.parametrize("language", OFFERED)
def test_every_plural_form_is_there(language: str) -> None:
    catalog = read(language)
    short = [
        message.id
        for message in catalog
        if message.id and message.pluralizable and len(sentences(message)) != catalog.num_plurals
    ]
    assert not short


@pytest.mark.parametrize("language", OFFERED)
def test_every_place_is_kept(language: str) -> None:
    """A plural form may say its number in a word; otherwise no place is invented and none lost."""
    wrong = []
    for message in messages(language):
        wanted = {m.group() for original in originals(message) for m in PLACE.finditer(original)}
        number = {"%(num)s", "%(count)s", "%(n)s", "%(num)d"} if message.pluralizable else set()
        for text in sentences(message):
            found = {m.group() for m in PLACE.finditer(text)}
            if found - wanted or wanted - found - number:
                wrong.append((message.id, text))
    assert not wrong


@pytest.mark.parametrize("language", OFFERED)
def test_every_sentence_can_be_filled(language: str) -> None:
    """A lone percent sign would stop the page that shows the sentence."""
    for message in messages(language):
        if not any(PLACE.search(original) for original in originals(message)):
            continue
        for text in sentences(message):
            text % dict.fromkeys(re.findall(r"%\((\w+)\)", text), "1")


@pytest.mark.parametrize("language", OFFERED)
def test_every_tag_is_kept(language: str) -> None:
    wrong = [
        (message.id, text)
        for message in messages(language)
        for text in sentences(message)
        if sorted(TAG.findall(text)) != sorted(TAG.findall(originals(message)[-1]))
    ]
    assert not wrong


@pytest.mark.parametrize("language", OFFERED)
def test_nothing_is_left_in_english(language: str) -> None:
    allowed = set(SAME.get(language, {}).get("same", []))
    same = {
        original
        for message in messages(language)
        for original in originals(message)
        if original in sentences(message) and re.search(r"[A-Za-z]", PLACE.sub("", original))
    }
    assert same <= allowed, "the same as in English"
    assert allowed <= same, "in the allow-list without need"
    assert len(allowed) <= SHORT, "the allow-list is no longer short"
