"""Staff pages of the work on themes. Every form works without the script."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from analysis.themes.codebook import codebook_versions

from ...accounts.gate import require_staff
from ...db import get_session
from ...jobs import request_job
from ...problems import BadInputProblem, NotFoundProblem
from ..services.themes import check_codes
from . import jobs, services
from .collections import find_collection, find_work, list_waves, list_years
from .figures import draw_figures, planned
from .models import FINAL, READERS
from .queries import (
    codings_of,
    collection_of,
    count_decided_codes,
    count_draw,
    find_draw,
    find_settled_comment,
    free_slot,
    list_coded,
    list_disagreements,
    list_draws,
    list_models,
    model_in_use,
    next_in_queue,
    next_to_read,
    reader_of,
)
from .views import (
    view_codebook,
    view_disagreement,
    view_draw,
    view_model,
    view_reading,
    view_results,
)

blueprint = Blueprint("theme_work", __name__, url_prefix="/<lang>/staff/themes")


@blueprint.get("")
def index() -> ResponseReturnValue:
    session = get_session()
    model = model_in_use(session)
    return render_template(
        "community/theme_work/index.html",
        years=list_years(session),
        waves=list_waves(session),
        draws=[
            (view_draw(one, collection_of(session, one)), count_draw(session, one))
            for one in list_draws(session)
        ],
        model=view_model(model) if model else None,
    )


@blueprint.post("/bring-in/<key>")
def bring_in(key: str) -> ResponseReturnValue:
    collection = find_collection(get_session(), key)
    if not collection.of_survey:
        raise NotFoundProblem(_("This page is not here"))
    return _queue_job(jobs.BRING_IN_JOB, {"collection": key}, unique_key=f"bring-in {key}")


@blueprint.route("/queue/<key>", methods=["GET", "POST"])
def queue(key: str) -> ResponseReturnValue:
    session = get_session()
    collection = find_collection(session, key)
    error, chosen, comment = "", None, None
    if request.method == "POST":
        comment = find_settled_comment(session, request.form.get("comment", ""))
        if request.form.get("accept") == "y":
            chosen = [one.code for one in comment.suggestions]
        else:
            chosen = request.form.getlist("theme")
        try:
            services.decide(session, comment, check_codes(chosen), role=require_staff().role)
        except BadInputProblem as problem:
            error = problem.message
        else:
            session.commit()
            return redirect(url_for(".queue", key=key, after=comment.id), code=303)
    else:
        comment = next_in_queue(session, collection, after=request.args.get("after", "")[:32])
    page = render_template(
        "community/theme_work/queue.html",
        collection=collection,
        left=find_work(session, collection).undecided,
        comment=view_reading(comment, blind=False, chosen=chosen) if comment else None,
        error=error,
    )
    return page, 422 if error else 200


@blueprint.route("/draws/new/<key>", methods=["GET", "POST"])
def new_draw(key: str) -> ResponseReturnValue:
    session = get_session()
    collection = find_collection(session, key)
    total = find_work(session, collection).comments
    error = ""
    size = request.form.get("size", "")
    if request.method == "POST":
        try:
            made = services.create_draw(
                session, collection=collection, size=_whole(size), actor=require_staff()
            )
        except BadInputProblem as problem:
            error = problem.message
        else:
            session.commit()
            return redirect(url_for(".draw", draw_id=made.id), code=303)
    page = render_template(
        "community/theme_work/new_draw.html",
        collection=collection,
        total=total,
        size=size or str(min(total, 300)),
        least=services.FEWEST,
        planned=planned(total, 0) if total else (),
        error=error,
    )
    return page, 422 if error else 200


def _whole(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text) < 8 else -1


@blueprint.get("/draws/<draw_id>")
def draw(draw_id: str) -> ResponseReturnValue:
    session = get_session()
    found = find_draw(session, draw_id)
    figures = draw_figures(session, found)
    return render_template(
        "community/theme_work/draw.html",
        draw=view_draw(found, collection_of(session, found)),
        progress=count_draw(session, found),
        reader=reader_of(session, draw_id, require_staff().id),
        free=free_slot(session, draw_id),
        figures=figures,
        rows=view_results(figures),
    )


@blueprint.post("/draws/<draw_id>/join")
def join(draw_id: str) -> ResponseReturnValue:
    session = get_session()
    services.join_draw(session, draw_id, require_staff())
    session.commit()
    return redirect(url_for(".read", draw_id=draw_id), code=303)


@blueprint.route("/draws/<draw_id>/read", methods=["GET", "POST"])
def read(draw_id: str) -> ResponseReturnValue:
    session = get_session()
    found = find_draw(session, draw_id)
    account = require_staff()
    reader = reader_of(session, draw_id, account.id)
    error, chosen = "", None
    if request.method == "POST":
        chosen = request.form.getlist("theme")
        comment_id = request.form.get("comment", "")
        try:
            services.code_blind(session, draw_id, comment_id, chosen, account=account)
        except BadInputProblem as problem:
            session.rollback()
            error = problem.message
        else:
            session.commit()
            return redirect(url_for(".read", draw_id=draw_id), code=303)
    waiting = next_to_read(session, draw_id, reader) if reader else None
    page = render_template(
        "community/theme_work/read.html",
        draw=view_draw(found, collection_of(session, found)),
        reader=reader,
        free=free_slot(session, draw_id),
        progress=count_draw(session, found),
        comment=view_reading(waiting[0], blind=True, chosen=chosen) if waiting else None,
        error=error,
    )
    return page, 422 if error else 200


@blueprint.get("/draws/<draw_id>/disagreements")
def disagreements(draw_id: str) -> ResponseReturnValue:
    session = get_session()
    found = find_draw(session, draw_id)
    codings = codings_of(session, draw_id)
    shown = [
        view_disagreement(comment, codings[comment.id])
        for comment, _drawn in list_disagreements(session, draw_id)
    ]
    return render_template(
        "community/theme_work/disagreements.html",
        draw=view_draw(found, collection_of(session, found)),
        shown=shown,
        progress=count_draw(session, found),
    )


@blueprint.route("/draws/<draw_id>/disagreements/<comment_id>", methods=["GET", "POST"])
def adjudicate(draw_id: str, comment_id: str) -> ResponseReturnValue:
    session = get_session()
    found = find_draw(session, draw_id)
    comment = find_settled_comment(session, comment_id)
    by = codings_of(session, draw_id).get(comment_id, {})
    if not set(READERS) <= set(by):
        return redirect(url_for(".disagreements", draw_id=draw_id), code=303)
    error = ""
    chosen = sorted(by.get(FINAL, by["A"] | by["B"]))
    if request.method == "POST":
        chosen = request.form.getlist("theme")
        try:
            services.adjudicate(session, draw_id, comment_id, chosen, role=require_staff().role)
        except BadInputProblem as problem:
            error = problem.message
        else:
            session.commit()
            return redirect(
                url_for(".disagreements", draw_id=draw_id, _anchor=f"c-{comment_id}"), code=303
            )
    page = render_template(
        "community/theme_work/adjudicate.html",
        draw=view_draw(found, collection_of(session, found)),
        case=view_disagreement(comment, by),
        comment=view_reading(comment, blind=True, chosen=chosen),
        error=error,
    )
    return page, 422 if error else 200


@blueprint.get("/codebook")
def codebook() -> ResponseReturnValue:
    shown = view_codebook(codebook_versions(), count_decided_codes(get_session()))
    return render_template("community/theme_work/codebook.html", versions=shown)


@blueprint.get("/model")
def model() -> ResponseReturnValue:
    session = get_session()
    return render_template(
        "community/theme_work/model.html",
        models=[view_model(one) for one in list_models(session)],
        coded=len(list_coded(session)),
    )


@blueprint.post("/model/train")
def train() -> ResponseReturnValue:
    return _queue_job(jobs.TRAIN_JOB)


@blueprint.post("/model/read-again")
def read_again() -> ResponseReturnValue:
    return _queue_job(jobs.READ_JOB)


@blueprint.post("/model/use")
def use_model() -> ResponseReturnValue:
    session = get_session()
    services.use_model(session, request.form.get("model") or None, actor=require_staff())
    session.commit()
    return _queue_job(jobs.READ_JOB)


@blueprint.post("/model/delete")
def delete_model() -> ResponseReturnValue:
    session = get_session()
    services.delete_model(session, request.form.get("model", ""), actor=require_staff())
    session.commit()
    return redirect(url_for(".model"), code=303)


def _queue_job(
    kind: str, arguments: Mapping[str, str] | None = None, *, unique_key: str = ""
) -> ResponseReturnValue:
    session = get_session()
    job = request_job(
        session,
        kind=kind,
        arguments=dict(arguments or {}),
        unique_key=unique_key or kind,
        requested_by=require_staff().id,
    )
    session.commit()
    return redirect(url_for("accounts.job", job_id=job.id), code=303)
