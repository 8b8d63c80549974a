"""Locks and keys: what opens, what does not, and what a length tells."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey

from survey_app.config import Config, SettingError
from survey_app.survey import keys
from survey_app.survey.sealing import (
    BLOCK,
    CannotOpen,
    key_from_cookie,
    key_to_cookie,
    lock,
    lookup_of,
    new_key,
    receipt_of,
    seal,
    unlock,
    unseal,
)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=BLOCK - 1))
def test_a_draft_opens_with_its_key_and_tells_nothing_by_its_length(content: bytes) -> None:
    key = new_key()
    ciphertext = lock(key, content)
    assert unlock(key, ciphertext) == content
    assert len(ciphertext) == len(lock(key, b""))


def test_another_key_or_a_changed_byte_opens_nothing() -> None:
    ciphertext = lock(new_key(), b"answers")
    with pytest.raises(CannotOpen):
        unlock(new_key(), ciphertext)
    key = new_key()
    changed = bytearray(lock(key, b"answers"))
    changed[-1] ^= 1
    with pytest.raises(CannotOpen):
        unlock(key, bytes(changed))


def test_a_sealed_answer_opens_only_with_the_private_key() -> None:
    pair, other = PrivateKey.generate(), PrivateKey.generate()
    sealed = seal(pair.public_key, b"answers")
    assert unseal(pair, sealed) == b"answers"
    assert len(sealed) == len(seal(pair.public_key, b"x" * 3000))
    with pytest.raises(CannotOpen):
        unseal(other, sealed)


def test_what_the_database_knows_of_a_key_is_not_the_key() -> None:
    key = new_key()
    known = {lookup_of(key), receipt_of(key)}
    assert len(known) == 2
    assert not {key.hex(), key_to_cookie(key)} & known


@pytest.mark.parametrize("text", [None, "", "x", "é" * 43, "!" * 43, "A" * 42, "A" * 44])
def test_a_cookie_that_is_no_key_is_no_key(text: str | None) -> None:
    assert key_from_cookie(text) is None


def test_a_cookie_carries_the_key() -> None:
    key = new_key()
    assert key_from_cookie(key_to_cookie(key)) == key


def config(folder: Path, **more: str) -> Config:
    return Config.from_environment({"SURVEY_INSTANCE": str(folder), **more})


def test_a_demonstration_makes_its_pair_once_for_the_owner_alone(tmp_path: Path) -> None:
    settings_ = config(tmp_path)
    public = keys.load_public_key(settings_)
    assert bytes(keys.load_private_key(settings_).public_key) == bytes(public)
    assert bytes(keys.load_public_key(settings_)) == bytes(public)
    mode = stat.S_IMODE(settings_.release_key_file.stat().st_mode)
    assert mode == 0o600


def test_the_web_server_needs_only_the_public_half(tmp_path: Path) -> None:
    settings_ = config(tmp_path)
    public = keys.load_public_key(settings_)
    settings_.release_key_file.unlink()
    assert bytes(keys.load_public_key(settings_)) == bytes(public)


def test_making_a_key_never_replaces_one(tmp_path: Path) -> None:
    file = tmp_path / "safe" / "release.key"
    first = keys.make_pair(file)
    assert bytes(keys.make_pair(file)) == bytes(first)
    assert keys.main([str(file)]) == 0
    keys.public_file(file).write_text("00" * 32, encoding="ascii")
    with pytest.raises(SettingError, match="does not belong to"):
        keys.make_pair(file)


def test_a_file_that_holds_no_key_is_told(tmp_path: Path) -> None:
    settings_ = config(tmp_path)
    settings_.release_key_file.parent.mkdir(parents=True, exist_ok=True)
    settings_.release_key_file.write_text("not a key", encoding="ascii")
    with pytest.raises(SettingError, match="does not hold a key"):
        keys.load_private_key(settings_)


def test_production_does_not_start_without_the_public_key(tmp_path: Path) -> None:
    from survey_app.app import create_app

    private = tmp_path / "safe" / "release.key"
    pair = keys.make_pair(private)
    assert pair
    keys.public_file(private).unlink()
    production = {
        "SURVEY_MODE": "production",
        "SECRET_KEY": "s" * 40,
        "PUBLIC_URL": "https://survey.example.org",
        "RELEASE_KEY_FILE": str(private),
    }
    settings_ = config(tmp_path / "instance", **production)
    with pytest.raises(SettingError, match="make it with: python -m"):
        create_app(settings_)
    keys.make_pair(private)
    assert create_app(settings_)
