"""Staff pages for comments from elsewhere: choose a file or paste a page, look, then import."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..accounts.gate import require_staff
from ..db import get_session
from ..problems import BadFileProblem, BadInputProblem
from . import services
from .import_views import preview_view
from .note_chips import prompt_codes, prompt_label
from .queries import find_session, list_staged
from .sources import Mapping, Source, read_page, read_source
from .sources.guard import MOST_BYTES
from .views import load_session_view

blueprint = Blueprint("imports", __name__, url_prefix="/<lang>/staff/sessions/<session_id>/imports")


@blueprint.url_value_preprocessor
def allow_larger_files(_endpoint: str | None, _values: object) -> None:
    """Before the form's token is looked for, which reads the whole request."""
    request.max_content_length = MOST_BYTES + 64 * 1024


@blueprint.get("")
def index(session_id: str) -> ResponseReturnValue:
    return _start(session_id)


@blueprint.post("")
def bring(session_id: str) -> ResponseReturnValue:
    session = get_session()
    file = request.files.get("file")
    try:
        if file is not None and file.filename:
            source = read_source(file.filename[:120], file.read())
        else:
            source = read_page(request.form.get("page", ""))
    except BadFileProblem as problem:
        return _start(session_id, problem, page=request.form.get("page", "")), 422
    staged = services.stage_source(session, session_id, source)
    session.commit()
    return redirect(url_for("imports.preview", session_id=session_id, staged_id=staged.id), code=303)


@blueprint.get("/<staged_id>")
def preview(session_id: str, staged_id: str) -> ResponseReturnValue:
    source = services.find_staged(get_session(), session_id, staged_id)
    return _preview(session_id, staged_id, source)


@blueprint.post("/<staged_id>")
def take(session_id: str, staged_id: str) -> ResponseReturnValue:
    session = get_session()
    source = services.find_staged(session, session_id, staged_id)
    try:
        services.import_staged(
            session,
            session_id,
            staged_id,
            table=_table(source),
            mapping=_mapping(session_id, source),
            attribution=request.form.get("attribution", ""),
            actor=require_staff(),
        )
    except BadInputProblem as problem:
        session.rollback()
        return _preview(session_id, staged_id, source, problem), 422
    session.commit()
    return redirect(url_for("notes.index", session_id=session_id), code=303)


@blueprint.post("/<staged_id>/drop")
def drop(session_id: str, staged_id: str) -> ResponseReturnValue:
    session = get_session()
    services.drop_staged(session, session_id, staged_id)
    session.commit()
    return redirect(url_for("imports.index", session_id=session_id), code=303)


def _start(session_id: str, problem: BadFileProblem | None = None, page: str = "") -> str:
    session = get_session()
    meeting = find_session(session, session_id)
    return render_template(
        "community/imports.html",
        view=load_session_view(session, meeting),
        staged=[
            (one.id, services.find_staged(session, session_id, one.id).name)
            for one in list_staged(session, session_id)
        ],
        problem=problem,
        page=page,
        most=MOST_BYTES >> 20,
        demo=meeting.demo,
    )


def _table(source: Source) -> int:
    number = request.values.get("table", 0, type=int)
    return number if 0 <= number < len(source.tables) else 0


def _mapping(session_id: str, source: Source) -> Mapping:
    """What was chosen, or a first guess: the column with the longest words holds the comments."""
    meeting = find_session(get_session(), session_id)
    table = source.tables[_table(source)]
    widths = [
        sum(len(cells[place]) for _row, cells in table.rows[:200])
        for place in range(len(table.columns))
    ]
    guess = table.columns[widths.index(max(widths))] if widths else ""

    def column(name: str, otherwise: str = "") -> str:
        chosen = request.values.get(name, otherwise)
        return chosen if chosen in table.columns else otherwise

    prompt = request.values.get("prompt", "")
    return Mapping(
        text=column("text", guess),
        language=request.values.get("language", meeting.languages[0]),
        language_column=column("language_column"),
        english=column("english"),
        prompt=prompt if prompt in prompt_codes(meeting) else "",
        keep_repeats=bool(request.values.get("keep")),
        mask=bool(request.values.get("mask")),
    )


def _preview(
    session_id: str, staged_id: str, source: Source, problem: BadInputProblem | None = None
) -> str:
    session = get_session()
    meeting = find_session(session, session_id)
    number, mapping = _table(source), _mapping(session_id, source)
    return render_template(
        "community/import_preview.html",
        view=load_session_view(session, meeting),
        staged_id=staged_id,
        preview=preview_view(source, number, mapping, services.words_there(session, session_id)),
        prompts=[(code, prompt_label(code)) for code in prompt_codes(meeting)],
        problem=problem,
        demo=meeting.demo,
    )
