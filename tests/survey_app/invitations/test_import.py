"""Sample files: every error by row and field, all or nothing, and groups that hide an address."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey_app.db import Database
from survey_app.invitations.cells import enough_addresses, plan_cells
from survey_app.invitations.models import InvitationCase, InvitationCell
from survey_app.invitations.sample_file import SampleRow, read_outcomes, read_sample
from survey_app.problems import BadFileProblem, ConflictProblem
from tests.survey_app.invitations.city import Drawn, draw, rows

HEADER = b"stratum,psu,base_weight,batch\n"


def errors(app, content: bytes, read=read_sample) -> list[str]:
    with app.test_request_context("/en/"), pytest.raises(BadFileProblem) as caught:
        read(content, "sample.csv")
    return [str(error) for error in caught.value.errors]


def test_every_error_names_row_field_and_value(sqlite_app) -> None:
    found = errors(
        sqlite_app,
        HEADER + b"Central,12,40.5,1\n,12,40,1\nCentral,12,minus,1\nCentral,,40,\nEastern,,0,2\n",
    )
    assert found == [
        "row 2, field stratum: Name the stratum.",
        "row 3, field base_weight: minus is no base weight: write a number above 0.",
        "row 4, field psu: Give a PSU for every address of a stratum, or for none.",
        "row 4, field batch: Name the mailing, for example 1.",
        "row 5, field base_weight: 0 is no base weight: write a number above 0.",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The first row must name these columns"),
        (b"stratum,psu,weight,batch\nA,1,1,1\n", "The first row must name these columns"),
        (HEADER, "The file has no rows."),
        (HEADER + b"A,1,1\n", "row 1: This row has more or fewer fields than the first."),
        (HEADER + b"A,1,1,1,1\n", "row 1: This row has more or fewer fields than the first."),
        (HEADER + b"\xff\xfe,1,1,1\n", "This is no CSV file in UTF-8."),
        (HEADER + b"A,1,nan,1\n", "row 1, field base_weight: nan is no base weight"),
        (HEADER + b"A,1,1e300,1\n", "row 1, field base_weight: 1e300 is no base weight"),
        (HEADER + b"%s,1,1,1\n" % (b"A" * 51), "row 1, field stratum: Use at most 50 characters."),
    ],
)
def test_what_is_no_sample_is_refused(sqlite_app, content: bytes, told: str) -> None:
    assert errors(sqlite_app, content)[0].startswith(told)


def test_outcome_files_name_what_is_wrong(sqlite_app) -> None:
    found = errors(sqlite_app, b"letter,disposition\n1,I\nx,R\n1,NC\n4,ZZ\n", read_outcomes)
    assert found == [
        "row 2, field letter: x is no number of a letter.",
        "row 3, field letter: 1 stands here twice.",
        "row 4, field disposition: ZZ is no final disposition. "
        "Write one of: I, P, R, NC, O, UH, UO, NE.",
    ]


def test_columns_may_come_in_any_order_and_with_a_mark(sqlite_app) -> None:
    content = "\ufeffBatch,Base_Weight,PSU,Stratum\r\n1,40.25,7,Central\r\n".encode()
    with sqlite_app.test_request_context("/en/"):
        assert read_sample(content, "x") == [SampleRow("Central", "7", 40.25, "1")]


SAMPLES = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(1, 40), st.sampled_from([10.0, 20.0, 20.5, 77.0])),
    min_size=1,
    max_size=400,
).map(lambda found: [SampleRow(s, f"{s}{p}", w, "1") for s, p, w in found])


@given(SAMPLES, st.integers(20, 100))
def test_groups_are_large_enough_and_weights_keep_their_sum(
    sample: list[SampleRow], expected: int
) -> None:
    cells = plan_cells(sample, expected)
    assert sorted(at for cell in cells for at in cell.rows) == list(range(len(sample)))
    sizes = Counter(row.stratum for row in sample)
    enough = enough_addresses(expected)
    for cell in cells:
        assert {sample[at].stratum for at in cell.rows} == {cell.stratum}
        assert len(cell.rows) >= min(enough, sizes[cell.stratum])
        own = math.fsum(sample[at].base_weight for at in cell.rows)
        assert cell.base_weight * len(cell.rows) == pytest.approx(own)
    psus: dict[str, set[str | None]] = {}
    for cell in cells:
        for at in cell.rows:
            psus.setdefault(sample[at].psu, set()).add(cell.psu_group)
    assert all(len(groups) == 1 for groups in psus.values()), "a PSU lies in one group"


def test_equal_weights_stay_exactly_as_they_are() -> None:
    (cell,) = plan_cells([SampleRow("A", "", 40.1, "1")] * 300, 5)
    assert cell.base_weight == 40.1
    assert cell.psu_group is None


def test_a_sample_is_stored_whole_with_digests_only(drawn: Drawn) -> None:
    with drawn.database.session() as session:
        cases = list(session.scalars(select(InvitationCase).order_by(InvitationCase.number)))
        cells = {cell.id: cell for cell in session.scalars(select(InvitationCell))}
    assert [case.number for case in cases] == list(range(1, 81))
    assert {len(case.digest) for case in cases} == {64}
    assert not {drawn.code(n) for n in range(1, 81)} & {case.digest for case in cases}
    assert [cells[case.cell_id].stratum for case in cases] == [row.stratum for row in drawn.rows]


def test_a_sample_is_replaced_only_while_its_wave_is_a_draft(sqlite_app) -> None:
    from survey_app.invitations.services.importing import check_may_import
    from survey_app.waves.models import Wave

    drawn = draw(sqlite_app, rows(60), opened=False)
    with sqlite_app.test_request_context("/en/"), drawn.database.session() as session:
        wave = session.get_one(Wave, drawn.wave.id)
        check_may_import(session, wave)
        wave.state = "open"
        with pytest.raises(ConflictProblem):
            check_may_import(session, wave)
        session.rollback()


def test_the_database_refuses_what_the_promises_forbid(drawn: Drawn) -> None:
    """A used code without its interview, a card for an unused code, an unknown disposition."""
    from sqlalchemy import update
    from sqlalchemy.exc import IntegrityError

    for wrong in (
        {"used": True, "disposition": "R"},
        {"used": False, "claim": "asked"},
        {"disposition": "XX"},
        {"base_weight": 0.0},
    ):
        with pytest.raises(IntegrityError), drawn.database.transaction() as session:
            session.execute(update(InvitationCase).where(InvitationCase.number == 1).values(**wrong))


def count(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(InvitationCase)) or 0
