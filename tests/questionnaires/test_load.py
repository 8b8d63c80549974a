"""The questionnaires that come with the program, and what the loader refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from questionnaires.compare import compare
from questionnaires.load import FOLDER, available, every_available, load_instrument, series_of
from questionnaires.plan_results import load_plans, plan
from questionnaires.schema import MISSING_CODES, Instrument, InstrumentError

NEWEST = "2026"
PRIMARY = {"safe_after_dark", "trust_police", "agencies_together_safer"}
#: The thirteen core constructs, each with questions that carry it.
CONSTRUCTS = {
    1: ("safe_by_day", "safe_after_dark"),
    2: ("safety_change_5y", "safety_change_1y"),
    3: ("safe_downtown_day", "safe_downtown_dark", "safe_transit"),
    4: ("trust_police",),
    5: ("police_respect", "police_fair"),
    6: ("police_effective",),
    7: ("police_fear",),
    8: ("trust_city",),
    9: ("agencies_together_safer",),
    10: ("violence_workers_aware", "violence_workers_trust"),
    11: ("would_call_police", "would_call_other"),
    12: ("neighbors_act",),
    13: ("plan_heard", "plan_going"),
}


@pytest.fixture(params=available())
def instrument(request: pytest.FixtureRequest) -> Instrument:
    return load_instrument(request.param)


def test_three_years_come_with_the_program() -> None:
    assert available() == ("2024", "2025", "2026")
    assert every_available() == ("2024", "2025", "2026", "partners", "pulse")


def test_a_file_is_of_the_series_its_name_says() -> None:
    for identifier in every_available():
        assert load_instrument(identifier).series == series_of(identifier)
    assert series_of("pulse-2") == "pulse"
    assert load_instrument("pulse").every == "quarter"


def test_the_pulse_is_three_to_five_questions_and_asks_nothing_about_the_person() -> None:
    pulse = load_instrument("pulse")
    assert 3 <= len(pulse.questions) <= 5
    assert pulse.area is None
    yearly = load_instrument("2026").question("trust_city")
    assert compare(yearly, pulse.question("trust_city")).kind == "identical"


def test_partners_are_never_asked_for_their_agency() -> None:
    """What is not asked cannot be reported by agency; nor is there room for own words."""
    partners = load_instrument("partners")
    assert {question.kind for question in partners.questions} == {"single"}
    assert not any("which agency" in question.text.lower() for question in partners.questions)
    assert all(measure.result == "3.1" for measure in partners.measures)


def test_the_newest_asks_about_every_core_construct_and_measures_it() -> None:
    instrument = load_instrument(NEWEST)
    asked = {question.id for question in instrument.questions}
    measured = {measure.question for measure in instrument.measures}
    for number, questions in CONSTRUCTS.items():
        assert set(questions) <= asked, f"construct {number} is not asked"
        assert set(questions) & measured, f"construct {number} has no measure"


def test_it_is_short(instrument: Instrument) -> None:
    assert 6 <= len(instrument.pages) <= 8
    assert 28 <= len(instrument.questions) <= 34


def test_the_primary_measures_are_the_three_named_before_fieldwork(instrument: Instrument) -> None:
    assert {measure.id for measure in instrument.measures if measure.primary} == PRIMARY
    assert instrument.measure("trust_police").result == "2.2"
    assert instrument.measure("agencies_together_safer").result == "3.1"


def test_contexts_of_messages_are_unique(instrument: Instrument) -> None:
    contexts = [message.context for message in instrument.messages()]
    assert len(contexts) == len(set(contexts))


def test_no_code_can_be_taken_for_a_missing_answer(instrument: Instrument) -> None:
    for question in instrument.questions:
        assert not set(question.codes) & set(MISSING_CODES)


def test_hard_questions_are_announced(instrument: Instrument) -> None:
    assert instrument.question("violence_seen").announce


def test_nothing_claims_to_have_been_tried_with_people(instrument: Instrument) -> None:
    """Nobody has been asked yet; a language may stand here only after it happened."""
    assert all(question.tried_with_people == () for question in instrument.questions)


def test_first_years_agree_with_the_files() -> None:
    years: dict[str, int] = {}
    for identifier in every_available():
        instrument = load_instrument(identifier)
        for question in instrument.questions:
            assert question.first_year == years.setdefault(question.id, instrument.year)


def test_measures_of_the_plan_exist_in_some_year() -> None:
    known = {m.id for identifier in every_available() for m in load_instrument(identifier).measures}
    for one in load_plans():
        for result in (*one.results, *one.city_measures):
            assert set(result.measures) <= known, result.id


def test_the_digest_sees_wording_and_codes_but_not_the_plan(tmp_path: Path) -> None:
    source = (FOLDER / f"{NEWEST}.toml").read_text(encoding="utf-8")
    original = load_instrument(NEWEST)
    same = tmp_path / "same.toml"
    same.write_text("# another comment\n" + source, encoding="utf-8")
    assert load_instrument(same).sha256() == original.sha256()
    other = tmp_path / "other.toml"
    other.write_text(source.replace("How old are you?", "What is your age?"), encoding="utf-8")
    assert load_instrument(other).sha256() != original.sha256()


def test_an_unknown_year_names_those_there_are() -> None:
    with pytest.raises(InstrumentError, match="there are 2024, 2025, 2026, partners, pulse"):
        load_instrument("1999")


def test_an_unknown_plan_is_refused() -> None:
    with pytest.raises(InstrumentError, match="no plan '1999'"):
        plan("1999")


WRONG = {
    "a code twice": (
        'code = 2, text = "Somewhat safe"',
        'code = 1, text = "Somewhat safe"',
        "code 1 is used twice",
    ),
    "a code of zero": (
        'code = 1, text = "18 to 24"',
        'code = 0, text = "18 to 24"',
        "code 0 is not allowed",
    ),
    "a text twice": ('code = 2, text = "Man"', 'code = 2, text = "Woman"', "'Woman' stands twice"),
    "an id twice": ('id = "safe_by_day"\nkind', 'id = "safe_after_dark"\nkind', "is used twice"),
    "an id with blanks": ('id = "police"\n', 'id = "the police"\n', "small letters, digits and _"),
    "an unknown kind": ('kind = "count"', 'kind = "number"', "use one of single, multiple"),
    "an unknown key": (
        "max_length = 1000",
        "max_length = 1000\nmaxlength = 2",
        "'maxlength': is not a known key",
    ),
    "a missing key": ('text = "How old are you?"\n', "", "'text': is missing"),
    "a wrong type": ("minutes = 8", 'minutes = "8"', "must be a whole number"),
    "empty text": ('text = "How old are you?"', 'text = ""', "is empty"),
    "an unknown scale": ('scale = "yes_no"', 'scale = "seldom"', "'seldom' is not under"),
    "a condition on the same page": (
        'question = "plan_heard", codes = [1, 2]',
        'question = "violence_workers_trust", codes = [1, 2]',
        "is not on an earlier page",
    ),
    "a condition on an unknown code": (
        'question = "plan_heard", codes = [1, 2]',
        'question = "plan_heard", codes = [9]',
        "no choice with code 9",
    ),
    "an exclusive code that is not there": (
        "exclusive = [6]",
        "exclusive = [7]",
        "no choice with code 7",
    ),
    "text without a length": ("max_length = 1000\n", "", "'max_length'"),
    "count without bounds": ("maximum = 20\n", "", "'maximum'"),
    "a question from the future": ("first_year = 2026", "first_year = 2030", "after this year's"),
    "a measure of an unknown question": (
        'question = "safe_transit"',
        'question = "safe_trains"',
        "is not a question with choices",
    ),
    "a measure of everybody": ("\ncodes = [1, 2]\n", "\ncodes = [1, 2, 3, 4]\n", "at least one more"),
    "no word on ethics": ('id = "ethics"', 'id = "review"', "'ethics' is missing"),
    "broken TOML": ("[shared]", "[shared", "not readable as TOML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_with_its_place(case: str, tmp_path: Path) -> None:
    right, wrong, sentence = WRONG[case]
    source = (FOLDER / f"{NEWEST}.toml").read_text(encoding="utf-8")
    assert right in source, "the case no longer fits the file"
    file = tmp_path / "wrong.toml"
    file.write_text(source.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InstrumentError) as caught:
        load_instrument(file)
    assert sentence in str(caught.value)
    assert str(file) in str(caught.value)
