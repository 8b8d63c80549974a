"""Writes of the work on themes: draws, blind readings, what stands after them, the model in use."""

from __future__ import annotations

import secrets
from collections.abc import Collection as Given

from flask_babel import gettext as _
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from analysis.themes.codebook import load_codebook
from analysis.themes.draw import draw

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...jobs import now
from ...problems import BadInputProblem, ConflictProblem, NotAllowedProblem, NotFoundProblem
from ..models import Comment
from ..services.themes import check_codes, decide_themes, store_decision
from .collections import Collection
from .models import FINAL, READERS, BlindCoding, DrawnComment, DrawReader, ThemeDraw, ThemeModel
from .queries import (
    codings_of,
    count_draw,
    find_draw,
    find_settled_comment,
    free_slot,
    list_collected,
    reader_of,
)

FEWEST = 30
"""A smaller draw gives no share."""
PER_STRATUM = 2


def create_draw(
    session: Session, *, collection: Collection, size: int, actor: StaffAccount | None
) -> ThemeDraw:
    """Draw comments of a collection, stratified by language and kind of session or coarse weight.

    Raises BadInputProblem for a size that cannot be.
    """
    comments = list_collected(session, collection)
    if not FEWEST <= size <= len(comments):
        raise BadInputProblem(
            _(
                "Enter a number between %(least)s and %(most)s.",
                least=FEWEST,
                most=max(FEWEST, len(comments)),
            )
        )
    seed = secrets.randbelow(1_000_000_000)
    drawn = draw(
        [one.id for one in comments],
        [f"{one.language}, {one.kind}" for one in comments],
        size,
        seed=seed,
        minimum=PER_STRATUM,
    )
    made = ThemeDraw(
        id=secrets.token_hex(8),
        year=collection.year,
        wave_id=collection.wave_id,
        drawn_on=now().date(),
        seed=seed,
        algorithm=drawn.record.algorithm,
        codebook_version=load_codebook().version,
        comments=len(comments),
        size=drawn.record.size,
        strata={name: list(numbers) for name, numbers in drawn.record.strata.items()},
    )
    session.add(made)
    session.flush()
    session.add_all(
        DrawnComment(
            draw_id=made.id,
            comment_id=one.id,
            place=place,
            stratum=one.stratum,
            probability=one.probability,
        )
        for place, one in enumerate(drawn.comments, start=1)
    )
    detail = {"collection": collection.key, "size": made.size, "seed": seed}
    record(session, actor=actor, action="themes.draw", subject=made.id, detail=detail)
    session.flush()
    return made


def join_draw(session: Session, draw_id: str, account: StaffAccount) -> str:
    """Take a free slot for this account; the slot it has already. ConflictProblem: both are taken."""
    find_draw(session, draw_id)
    held = reader_of(session, draw_id, account.id)
    if held is not None:
        return held
    slot = free_slot(session, draw_id)
    if slot is None:
        raise ConflictProblem(_("Two people read this draw already."))
    session.add(DrawReader(draw_id=draw_id, reader=slot, account_id=account.id))
    session.flush()
    return slot


def code_blind(
    session: Session, draw_id: str, comment_id: str, codes: Given[str], *, account: StaffAccount
) -> None:
    """Store what the holder of a slot gave a drawn comment; possible until the other has read it too.

    Where both gave the same codes they are final. Raises NotAllowedProblem without a slot,
    ConflictProblem once it is settled.
    """
    draw_ = find_draw(session, draw_id)
    reader = reader_of(session, draw_id, account.id)
    if reader is None:
        raise NotAllowedProblem(_("Begin reading this draw first."))
    if session.get(DrawnComment, (draw_id, comment_id)) is None:
        raise NotFoundProblem(_("This comment is not in the draw."))
    chosen = check_codes(codes)
    there = codings_of(session, draw_id).get(comment_id, {})
    if set(READERS) <= set(there) or FINAL in there:
        raise ConflictProblem(_("Both have read this comment. Differences are settled together."))
    _store(session, draw_, comment_id, reader, chosen, account.role)
    other = there.get("B" if reader == "A" else "A")
    if other is not None and other == frozenset(chosen):
        _settle(session, draw_, comment_id, chosen, account.role, adjudicated=False)
    if count_draw(session, draw_).both == draw_.size:
        # All is read: who held which slot is forgotten.
        session.execute(update(DrawReader).where(DrawReader.draw_id == draw_id).values(account_id=None))


def adjudicate(
    session: Session, draw_id: str, comment_id: str, codes: Given[str], *, role: str
) -> None:
    """Store the codes that stand where the readers differed. ConflictProblem: both have not read it."""
    draw_ = find_draw(session, draw_id)
    there = codings_of(session, draw_id).get(comment_id, {})
    if not set(READERS) <= set(there):
        raise ConflictProblem(_("Both must have read this comment first."))
    _settle(session, draw_, comment_id, check_codes(codes), role, adjudicated=there["A"] != there["B"])


def _settle(
    session: Session,
    draw_: ThemeDraw,
    comment_id: str,
    codes: set[str],
    role: str,
    *,
    adjudicated: bool,
) -> None:
    _store(session, draw_, comment_id, FINAL, codes, role, adjudicated=adjudicated)
    decide(session, find_settled_comment(session, comment_id), codes, role=role)


def decide(session: Session, comment: Comment, codes: Given[str], *, role: str) -> None:
    """Store what a person decided the comment is about. Raises BadInputProblem as `check_codes`."""
    if comment.session_id is not None:
        decide_themes(session, comment.session_id, comment.id, codes, role=role)
    else:
        store_decision(session, comment, codes, role=role)


def _store(
    session: Session,
    draw_: ThemeDraw,
    comment_id: str,
    reader: str,
    codes: set[str],
    role: str,
    *,
    adjudicated: bool = False,
) -> None:
    key = (draw_.id, comment_id, reader)
    row = session.get(BlindCoding, key)
    if row is None:
        row = BlindCoding(draw_id=draw_.id, comment_id=comment_id, reader=reader)
        session.add(row)
    row.codes, row.role, row.coded_on = sorted(codes), role, now().date()
    row.codebook_version, row.adjudicated = draw_.codebook_version, adjudicated
    session.flush()


def use_model(session: Session, model_id: str | None, *, actor: StaffAccount | None) -> None:
    """Let this model suggest themes from now on; None goes back to the seed phrases."""
    if model_id is not None and session.get(ThemeModel, model_id) is None:
        raise NotFoundProblem(_("This model is not here."))
    session.execute(update(ThemeModel).values(in_use=False))
    if model_id is not None:
        session.execute(update(ThemeModel).where(ThemeModel.id == model_id).values(in_use=True))
    record(session, actor=actor, action="themes.use_model", subject=model_id or "phrases")


def delete_model(session: Session, model_id: str, *, actor: StaffAccount | None) -> None:
    """Take a model away: its file holds words of comments. ConflictProblem while it is in use."""
    model = session.get(ThemeModel, model_id)
    if model is None:
        raise NotFoundProblem(_("This model is not here."))
    if model.in_use:
        raise ConflictProblem(_("This model is in use. Use another first."))
    session.execute(delete(ThemeModel).where(ThemeModel.id == model_id))
    record(session, actor=actor, action="themes.delete_model", subject=model_id)
