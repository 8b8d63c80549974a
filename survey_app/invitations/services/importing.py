"""A wave's sample, brought in whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...i18n import offered
from ...jobs import now
from ...problems import BadInputProblem, ConflictProblem
from ...waves.models import ARCHIVED, CLOSED, DRAFT, Wave
from ..cells import plan_cells
from ..codes import digest_of, make_code
from ..keys import InvitationKeys
from ..models import InvitationCase, InvitationCell, InvitationSample
from ..sample_file import SampleRow

_CHUNK = 2_000
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class SampleTerms:
    """What is fixed with the sample: of 100 addresses how many may answer, the languages of every
    letter, and the thank-you in dollars (None for none)."""

    expected_percent: int
    languages: tuple[str, ...]
    incentive: int | None = None

    def check(self) -> None:
        """Raises BadInputProblem."""
        known = offered()
        if not self.languages or any(code not in known for code in self.languages):
            raise BadInputProblem(_("Give one of these languages: %(codes)s.", codes=", ".join(known)))
        if not 1 <= self.expected_percent <= 100:
            raise BadInputProblem(_("Write how many of 100 addresses may answer: 1 to 100."))


@dataclass(frozen=True, slots=True)
class PreparedSample:
    """Rows of the two tables, made before the database is asked to wait."""

    cells: list[dict[str, Any]]
    cases: list[dict[str, Any]]


def check_may_import(session: Session, wave: Wave) -> None:
    """Raises ConflictProblem: a sample is replaced only while its wave is a draft."""
    if wave.kind != "own" or wave.state in (CLOSED, ARCHIVED):
        raise ConflictProblem(_("A sample belongs to a wave of our own that is not closed."))
    if session.get(InvitationSample, wave.id) is not None and wave.state != DRAFT:
        raise ConflictProblem(
            _("This wave has its sample, and letters may be on their way. It stays as it is.")
        )


def prepare_sample(
    wave_id: str,
    sample: Sequence[SampleRow],
    terms: SampleTerms,
    keys: InvitationKeys,
    progress: Progress = lambda _step, _steps: None,
) -> PreparedSample:
    """Cells, codes and their digests for every row; numbers of letters follow the file."""
    cells: list[dict[str, Any]] = []
    cell_of: dict[int, str] = {}
    for cell in plan_cells(sample, terms.expected_percent):
        cell_id = secrets.token_hex(16)
        cell_of.update(dict.fromkeys(cell.rows, cell_id))
        cells.append(
            {
                "id": cell_id,
                "wave_id": wave_id,
                "stratum": cell.stratum,
                "psu_group": cell.psu_group,
                "base_weight": cell.base_weight,
                "addresses": len(cell.rows),
            }
        )
    cases = []
    for at, row in enumerate(sample):
        number = at + 1
        cases.append(
            {
                "wave_id": wave_id,
                "number": number,
                "digest": digest_of(keys.finding, wave_id, make_code(keys.making, wave_id, number)),
                "cell_id": cell_of[at],
                "psu": row.psu or None,
                "base_weight": row.base_weight,
                "batch": row.batch,
                "used": False,
                "disposition": None,
                "claim": "none",
            }
        )
        if number % _CHUNK == 0:
            progress(number, len(sample))
    return PreparedSample(cells, cases)


def store_sample(
    session: Session,
    wave: Wave,
    prepared: PreparedSample,
    terms: SampleTerms,
    *,
    actor: StaffAccount | None = None,
) -> InvitationSample:
    """Store all of it in the caller's transaction, in place of an earlier sample of a draft wave.

    Raises ConflictProblem, BadInputProblem.
    """
    check_may_import(session, wave)
    terms.check()
    codes = {case["digest"] for case in prepared.cases}
    if len(codes) < len(prepared.cases):
        raise ConflictProblem(_("Two letters would have one code. Make a fresh invitation key."))
    for table in (InvitationCase, InvitationCell, InvitationSample):
        session.execute(delete(table).where(table.wave_id == wave.id))
    sample = InvitationSample(
        wave_id=wave.id,
        addresses=len(prepared.cases),
        expected_percent=terms.expected_percent,
        languages=list(terms.languages),
        incentive=terms.incentive,
        imported_on=now().date(),
    )
    session.add(sample)
    session.flush()
    for table, rows in ((InvitationCell, prepared.cells), (InvitationCase, prepared.cases)):
        for start in range(0, len(rows), _CHUNK):
            session.execute(insert(table), rows[start : start + _CHUNK])
    record(
        session,
        actor=actor,
        action="invitations.import",
        subject=wave.slug,
        detail={"addresses": len(prepared.cases)},
    )
    return sample
