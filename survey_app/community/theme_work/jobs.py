"""Long work: learn from people's codes, and read the comments again with what was learnt."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from analysis.themes.codebook import load_codebook
from analysis.themes.errors import ModelError
from analysis.themes.tagger import Tagger

from ...jobs import JobContext, job_function, now
from ...survey.models import OpenAnswer
from ..models import Comment, ThemeSuggestion
from ..note_words import Wording
from ..services.themes import suggestion_rows, tagger
from .collections import find_collection, find_work, masked
from .models import ThemeModel
from .queries import list_coded, model_in_use
from .written import bring_in_some

TRAIN_JOB = "themes.train"
BRING_IN_JOB = "themes.bring_in"
READ_JOB = "themes.read_again"
BATCH = 200


@job_function(TRAIN_JOB, title=_l("Learn themes from people's codes"), result_page="theme_work.model")
def train_model(context: JobContext) -> dict[str, Any]:
    """Train on every code of a person that counts; the model is stored and not in use yet."""
    from analysis.themes.model import train
    from analysis.themes.store import save

    with context.database.session(read_only=True) as session:
        coded = list_coded(session)
    digest = hashlib.sha256(
        "\n".join(f"{one.id}:{','.join(sorted(one.codes))}" for one in coded).encode()
    ).hexdigest()
    made = train(
        [(one.body, one.language) for one in coded],
        [[one.codes] for one in coded],
        day=now().date(),
        digest=digest,
        codebook=load_codebook().version,
        progress=lambda done, all_: context.progress(done, all_, f"{len(coded)} coded comments"),
    )
    held = io.BytesIO()
    save(made, held)
    model = ThemeModel(
        id=context.job_id[:16],  # done again after a fault, it is there once
        made_on=now().date(),
        codebook_version=made.trained.codebook,
        comments=made.trained.comments,
        themes=list(made.codes),
        digest=digest,
        embedding=made.trained.embedding,
        in_use=False,
        body=held.getvalue(),
    )
    result = {"model": model.id, "comments": model.comments}
    with context.database.transaction() as session:
        session.merge(model)
        context.finish(session, result)
    return result


@job_function(READ_JOB, title=_l("Read the comments again"), result_page="theme_work.index")
def read_again(context: JobContext) -> dict[str, Any]:
    """Replace the machine's suggestions for all that is masked; decisions stay."""
    with context.database.session(read_only=True) as session:
        reader, model_id = reader_in_use(session)
        total = session.scalar(select(func.count()).select_from(_readable().subquery())) or 0
    read, after = 0, ""
    while True:
        context.progress(read, max(total, read), f"{read} of {total} comments read")
        with context.database.transaction() as session:
            rows = session.execute(
                _readable().where(Comment.id > after).order_by(Comment.id).limit(BATCH)
            ).all()
            if not rows:
                return {"comments": read}
            ids = [row.id for row in rows]
            session.execute(delete(ThemeSuggestion).where(ThemeSuggestion.comment_id.in_(ids)))
            said = [(row.id, Wording(row.body, row.language, row.plain_english)) for row in rows]
            fresh = suggestion_rows(said, sealed=False, using=reader, model_id=model_id)
            session.execute(insert(ThemeSuggestion), fresh)
            session.execute(
                update(Comment)
                .where(Comment.id.in_(ids))
                .values(read_with_version=reader.codebook.version)
            )
        read, after = read + len(ids), ids[-1]


@job_function(BRING_IN_JOB, title=_l("Bring in the survey’s own words"), result_page="theme_work.index")
def bring_in(context: JobContext) -> dict[str, Any]:
    """Mask what residents wrote in a closed wave and read it; a killed job goes on where it stopped."""
    collection_key = str(context.arguments["collection"])
    with context.database.session(read_only=True) as session:
        collection = find_collection(session, collection_key)
        reader, model_id = reader_in_use(session)
        total = find_work(session, collection).waiting
    wave_id, brought = str(collection.wave_id), 0
    while True:
        context.progress(brought, max(total, brought), f"{brought} of {total} answers read")
        with context.database.transaction() as session:
            some = bring_in_some(session, wave_id, reader=reader, model_id=model_id)
        if not some:
            return {"answers": brought}
        brought += some


def reader_in_use(session: Session) -> tuple[Tagger, str | None]:
    """What suggests themes now, with the id of its model (None: the seed phrases)."""
    model = model_in_use(session)
    return (load_tagger(session, model.id), model.id) if model else (tagger(), None)


def _readable() -> Any:
    body = func.coalesce(Comment.plain_body, OpenAnswer.body).label("body")
    return masked(
        select(Comment.id, body, Comment.language, Comment.plain_english).outerjoin(
            OpenAnswer, OpenAnswer.id == Comment.open_answer_id
        )
    )


def load_tagger(session: Session, model_id: str) -> Tagger:
    """The tagger of a stored model; ModelError where it needs a part that is not installed."""
    body = session.scalar(select(ThemeModel.body).where(ThemeModel.id == model_id))
    if body is None:
        raise ModelError(f"There is no model {model_id}.")
    return _tagger_from(body)


@lru_cache(maxsize=2)
def _tagger_from(body: bytes) -> Tagger:
    from analysis.themes.store import load

    model = load(io.BytesIO(body))
    return Tagger(load_codebook(model.trained.codebook), model)
