"""Mappings of foreign waves: what they say, what they refuse, and the real files they read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from questionnaires.foreign import FOLDER, available_mappings, load_mapping
from questionnaires.foreign_schema import ForeignWave
from questionnaires.foreign_wording import read_wording, wording_digest
from questionnaires.load import available, load_instrument
from questionnaires.schema import NOT_APPLICABLE, SKIPPED, InstrumentError
from tests.shared import shared_path

BAS_2023 = FOLDER / "bas-2023.toml"

#: City, percent and unweighted base, from the reference tables computed with R survey.
PUBLISHED = {
    ("bas-2023", "safety_change_5y_worse"): (35.829, 804),
    ("bas-2023", "safety_change_5y_better"): (14.094, 804),
    ("bas-2023", "trust_local_government"): (19.761, 813),
    ("bas-2024", "safety_change_5y_better"): (21.052, 910),
}


@pytest.fixture(params=available_mappings(), ids=lambda path: path.stem)
def wave(request: pytest.FixtureRequest) -> ForeignWave:
    return load_mapping(request.param)


def city_rows(wave: ForeignWave) -> list[dict[str, str]]:
    """The rows of the wave's real file that its filters keep."""
    path = shared_path("data", "surveys", "bas", f"bas{wave.year}.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert set(wave.needed_columns) <= set(rows[0])
    return [row for row in rows if all(f.keeps(row[f.column]) for f in wave.filters)]


def test_waves_are_named_and_cited(wave: ForeignWave) -> None:
    assert str(wave.year) in wave.title
    assert wave.citation
    assert "redistribute" in wave.licence_note


def test_every_answer_in_the_real_file_is_known(wave: ForeignWave) -> None:
    rows = city_rows(wave)
    assert len(rows) == {2023: 818, 2024: 934}[wave.year]
    for item in wave.items:
        for row in rows:
            wave.code_of(item, row[item.column])


def test_every_level_has_people_in_the_real_file(wave: ForeignWave) -> None:
    rows = city_rows(wave)
    for domain in wave.domains:
        found = {domain.level_of(row[domain.column]) for row in rows}
        assert {level.id for level in domain.levels} <= found, domain.id


def test_the_codebook_says_what_the_mapping_was_written_for(wave: ForeignWave) -> None:
    wording = read_wording(wave, shared_path("data", "surveys", "bas", wave.codebook))
    assert set(wording) == {item.id for item in wave.items}
    for item in wave.items:
        assert [code for code, _ in wording[item.id].labels] == list(item.codes)


@pytest.mark.parametrize(("slug", "measure_id"), PUBLISHED)
def test_weighted_shares_are_the_published_ones(slug: str, measure_id: str) -> None:
    wave = load_mapping(FOLDER / f"{slug}.toml")
    measure = wave.measure(measure_id)
    item = wave.item(measure.question)
    base = [
        (wave.code_of(item, row[item.column]) in measure.codes, float(row[wave.columns.weight]))
        for row in city_rows(wave)
        if wave.code_of(item, row[item.column]) in measure.base
    ]
    share = 100 * sum(weight for counted, weight in base if counted) / sum(w for _, w in base)
    expected, n = PUBLISHED[slug, measure_id]
    assert len(base) == n
    assert share == pytest.approx(expected, abs=0.001)


def test_what_our_measures_stand_beside_exists() -> None:
    waves = {wave.slug: wave for wave in map(load_mapping, available_mappings())}
    for identifier in available():
        for measure in load_instrument(identifier).measures:
            for named in measure.stands_beside:
                slug, measure_id = named.split(":")
                assert waves[slug].measure(measure_id).id == measure_id


def test_a_column_the_publisher_does_not_give_may_be_absent(wave: ForeignWave) -> None:
    assert wave.optional_columns == {"derived_police_2023"}
    assert wave.optional_columns <= set(wave.needed_columns)


def test_missing_values_keep_their_reason() -> None:
    wave = load_mapping(BAS_2023)
    item = wave.item("trust_police")
    assert wave.code_of(item, "-8") == SKIPPED
    assert wave.code_of(item, "-7") == NOT_APPLICABLE
    assert wave.code_of(item, "NA") == SKIPPED
    assert wave.code_of(item, "2.0") == 2
    with pytest.raises(ValueError, match="no answer the mapping bas-2023 knows"):
        wave.code_of(item, "7")
    with pytest.raises(ValueError, match="column bas23_con_plctrust"):
        wave.code_of(item, "yes")


def test_a_changed_codebook_is_refused(tmp_path: Path) -> None:
    wave = load_mapping(BAS_2023)
    codebook = tmp_path / "bas_codebook.csv"
    with pytest.raises(InstrumentError, match="needs this codebook"):
        read_wording(wave, codebook)
    header = "year,variable,title,question_or_description,value,label\n"
    codebook.write_text(header, encoding="utf-8")
    with pytest.raises(InstrumentError, match="does not have this variable"):
        read_wording(wave, codebook)
    column = wave.items[0].column
    codebook.write_text(f"{header}2023,{column},T,Something else?,1,Yes\n", encoding="utf-8")
    with pytest.raises(InstrumentError, match="the question differ"):
        read_wording(wave, codebook)


def test_digests_are_blind_to_blanks_and_a_closing_comma_only() -> None:
    assert wording_digest("Gotten  worse,") == wording_digest("Gotten worse")
    assert wording_digest("Gotten worse") != wording_digest("Gotten WORSE")


WRONG = {
    "a value that is answer and missing": (
        "value = -8, code = -1",
        "value = 3, code = -1",
        "both answers and missing",
    ),
    "a missing code of our own making": (
        "value = -8, code = -1",
        "value = -8, code = -5",
        "-5 is no missing code",
    ),
    "a measure of no item": ('question = "trust_police"', 'question = "trust_mayor"', "is not an item"),
    "half a range": ("lowest = 18, highest = 34", "lowest = 18", "both 'lowest' and 'highest'"),
    "a digest cut short": ('labels_sha256 = "', 'labels_sha256 = "0', "64 hexadecimal digits"),
    "an unknown key": ('weight = "', 'wieght = "x"\nweight = "', "'wieght': is not a known key"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_mapping_is_refused_with_its_place(case: str, tmp_path: Path) -> None:
    right, wrong, sentence = WRONG[case]
    source = BAS_2023.read_text(encoding="utf-8")
    assert right in source
    file = tmp_path / "wrong.toml"
    file.write_text(source.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InstrumentError) as caught:
        load_mapping(file)
    assert sentence in str(caught.value)
    assert str(file) in str(caught.value)
