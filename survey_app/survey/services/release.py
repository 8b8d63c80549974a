"""Releasing: sealed answers become responses, a shuffled batch at a time.

The rule (docs/privacy.md says it for people):

- Answers wait apart: those of the open link together, those from drawn addresses in the cell of their
  sample (stratum, PSU group, base weight). Nothing is released of a cell while fewer than BATCH +
  HELD_BACK of it wait.
- Then all but HELD_BACK of them are released, drawn at random. So each batch has at least BATCH
  answers that carry the same design, and the ones held back mix with those that come later: an
  answer may leave with the next batch or a later one, whenever it came.
- Closing the wave releases the rest. Because HELD_BACK of them were kept, the last batch of a cell has
  at least BATCH answers as well, unless the cell never had a batch; then it is merged with others
  (grouping.py) until they have BATCH together. A wave that got fewer than BATCH in all from drawn
  addresses, or from the open link, releases those few together: an answer is never thrown away.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from nacl.public import PrivateKey
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ...db import Database
from ...problems import ConflictProblem
from ...waves.models import ARCHIVED, CLOSED, Wave
from ..models import OpenAnswer, Response, SealedAnswer
from ..queries import count_waiting
from ..sealing import unseal
from ..weight_classes import mean_base_weight, put_classes
from .grouping import Cell, hide_what_is_rare, merge_small

BATCH = 10
HELD_BACK = 10
#: An own-words answer keeps its police district only beside this many responses that share
#: language and district; else the pair could lead to one response.
SHARED_BY = 10


@dataclass(frozen=True, slots=True)
class Released:
    """How many responses and own-words answers a release wrote."""

    responses: int
    open_answers: int


def release_batches(
    session: Session,
    private_key: PrivateKey,
    *,
    wave_id: str | None = None,
    force_last: bool = False,
) -> Released:
    """Release what the rule allows, of one wave or of all; `force_last` when a wave closes.

    Raises CannotOpen when the key does not fit: then nothing at all is released.
    """
    waves = select(SealedAnswer.wave_id).distinct()
    if wave_id is not None:
        waves = waves.where(SealedAnswer.wave_id == wave_id)
    total = Released(0, 0)
    for one in session.scalars(waves).all():
        done = _release_wave(session, private_key, one, force_last=force_last)
        total = Released(total.responses + done.responses, total.open_answers + done.open_answers)
    return total


def release_last(session: Session, wave: Wave, *, private_key: PrivateKey) -> Released:
    """Release all that is left of a wave that has just been closed.

    Raises ConflictProblem while the wave still takes answers: what came alone would stand alone.
    """
    if wave.state not in {CLOSED, ARCHIVED}:
        raise ConflictProblem(_("%(title)s still takes answers. Close it first.", title=wave.title))
    return release_batches(session, private_key, wave_id=wave.id, force_last=True)


def _release_wave(
    session: Session, private_key: PrivateKey, wave_id: str, *, force_last: bool
) -> Released:
    batches = [
        _open_some(session, private_key, wave_id, cell, keep=0 if force_last else HELD_BACK)
        for cell, waiting in count_waiting(session, wave_id).items()
        if force_last or waiting >= BATCH + HELD_BACK
    ]
    opened = [body for batch in batches for body in batch]
    drawn = [body for body in opened if body["source"] == "drawn"]
    merged = merge_small(Counter(cell_of(body) for body in drawn), BATCH)
    _rename_earlier(session, wave_id, merged)
    for body in drawn:
        into = merged[cell_of(body)]
        body["stratum"], body["psu"] = into.stratum, into.psu_group
        body["base_weight"] = into.base_weight
    for cell in set(merged.values()):
        hide_what_is_rare([body for body in drawn if cell_of(body) == cell], BATCH)
    put_classes(opened, mean_base_weight(session, wave_id), SHARED_BY)
    chance = secrets.SystemRandom()
    chance.shuffle(opened)
    session.add_all(_response(wave_id, body) for body in opened)
    session.flush()
    texts = [(body, name, text) for body in opened for name, text in body["texts"].items()]
    chance.shuffle(texts)
    session.add_all(_open_answer(session, wave_id, body, name, text) for body, name, text in texts)
    session.flush()
    return Released(len(opened), len(texts))


def _open_some(
    session: Session, private_key: PrivateKey, wave_id: str, cell: str | None, *, keep: int
) -> list[dict[str, Any]]:
    """Open all that waits in a cell but `keep` of them, drawn at random, and take them away."""
    waiting = list(
        session.scalars(
            select(SealedAnswer)
            .where(SealedAnswer.wave_id == wave_id, SealedAnswer.cell.is_not_distinct_from(cell))
            .with_for_update()
        )
    )
    secrets.SystemRandom().shuffle(waiting)
    waiting = waiting[keep:]
    opened = [json.loads(unseal(private_key, sealed.ciphertext)) for sealed in waiting]
    session.execute(delete(SealedAnswer).where(SealedAnswer.id.in_([row.id for row in waiting])))
    return opened


def cell_of(body: Mapping[str, Any]) -> Cell:
    return Cell(body["stratum"], body["psu"], body["base_weight"])


def _rename_earlier(session: Session, wave_id: str, merged: Mapping[Cell, Cell]) -> None:
    """Answers of earlier batches take the names that strata and PSU groups have got by merging."""
    for before, after in merged.items():
        if (before.stratum, before.psu_group) != (after.stratum, after.psu_group):
            session.execute(
                update(Response)
                .where(
                    Response.wave_id == wave_id,
                    Response.source == "drawn",
                    Response.stratum == before.stratum,
                    Response.psu.is_not_distinct_from(before.psu_group),
                )
                .values(stratum=after.stratum, psu=after.psu_group)
            )


def _response(wave_id: str, body: dict[str, Any]) -> Response:
    return Response(
        id=secrets.token_hex(16),
        wave_id=wave_id,
        language=body["language"],
        source=body["source"],
        mode=body["mode"],
        stratum=body["stratum"],
        psu=body["psu"],
        base_weight=body["base_weight"],
        police_district=body["police_district"],
        csa=body["csa"],
        answers=body["answers"],
        domains={},
        flags=body.get("flags", []),
    )


def _open_answer(
    session: Session, wave_id: str, body: dict[str, Any], question: str, text: str
) -> OpenAnswer:
    sharing = session.scalar(
        select(func.count())
        .select_from(Response)
        .where(
            Response.wave_id == wave_id,
            Response.language == body["language"],
            Response.police_district == body["police_district"],
        )
    )
    return OpenAnswer(
        id=secrets.token_hex(16),
        wave_id=wave_id,
        question=question,
        language=body["language"],
        police_district=body["police_district"] if (sharing or 0) >= SHARED_BY else None,
        weight_class=body["weight_class"],
        body=text,
    )


def forget_the_log(database: Database) -> None:
    """After a release: empty SQLite's write-ahead log, which still holds the sealed rows."""
    if database.engine.dialect.name != "sqlite":
        return
    connection = database.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
