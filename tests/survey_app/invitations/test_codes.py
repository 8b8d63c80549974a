"""Codes: easy to read aloud, and a slip of the finger is noticed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from survey_app.invitations.codes import LENGTH, SIGNS, digest_of, make_code, read_code, show_code

KEY = b"k" * 32
NUMBERS = st.integers(min_value=1, max_value=10**6)


@given(NUMBERS)
def test_a_code_is_read_as_it_is_printed(number: int) -> None:
    code = make_code(KEY, "wave", number)
    assert read_code(code) == read_code(show_code(code)) == read_code(f" {code.lower()} ") == code


@given(NUMBERS, st.integers(0, LENGTH - 1), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_noticed(number: int, place: int, sign: str) -> None:
    code = make_code(KEY, "wave", number)
    typed = code[:place] + sign + code[place + 1 :]
    assert (read_code(typed) is None) == (typed != code)


@given(NUMBERS, st.integers(0, LENGTH - 2))
def test_two_swapped_neighbors_are_noticed(number: int, place: int) -> None:
    code = make_code(KEY, "wave", number)
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (read_code(typed) is None) == (typed != code)


def test_no_sign_is_taken_for_another() -> None:
    for alike in ("0OQ", "1IL", "UV", "8B", "5S", "2Z"):
        assert len(set(alike) & set(SIGNS)) <= 1
    assert not set("AEIOU") & set(SIGNS), "no code spells a word"
    assert len(SIGNS) == len(set(SIGNS)) == 23


def test_what_looks_alike_is_read_as_meant() -> None:
    """Lower case, other scripts' digits, wide letters, a Russian keyboard, S for 5."""
    code = next(
        code for n in range(1, 9999) if {"5", "K", "2"} <= set(code := make_code(KEY, "wave", n))
    )
    assert read_code(code.replace("5", "S")) == code
    assert read_code(code.replace("2", "٢")) == code
    assert read_code(code.replace("2", "２")) == code
    assert read_code(code.replace("K", "к")) == code


def test_too_short_too_long_or_foreign_is_no_code() -> None:
    code = make_code(KEY, "wave", 1)
    for typed in ("", code[:-1], code + "2", "A" * LENGTH, "ا" * LENGTH, "²" * 40):
        assert read_code(typed) is None


def test_codes_and_what_is_stored_of_them_hang_on_key_and_wave() -> None:
    codes = {make_code(KEY, wave, n) for wave in ("a", "b") for n in range(1, 2001)}
    assert len(codes) == 4000
    code = make_code(KEY, "a", 1)
    assert code != make_code(b"x" * 32, "a", 1)
    kept = {digest_of(key, wave, code) for key in (KEY, b"x" * 32) for wave in ("a", "b")}
    assert len(kept) == 4
