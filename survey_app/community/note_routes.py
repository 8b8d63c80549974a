"""Staff pages for notes: written down, mended, taken out, given their themes.

Every form works by itself. The script sends the same forms with `X-Fragment: 1` and gets the piece of
page that changed instead of a redirect.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..accounts.gate import require_staff
from ..db import get_session
from ..problems import BadInputProblem
from . import services
from .kinds import spoken_languages
from .models import Comment, CommunitySession
from .pii import mask_personal
from .problems import PersonalDataProblem
from .queries import find_comment, find_session, list_comments
from .text import clean_text
from .views import NoteFields, load_session_view, view_choices, view_comment, view_notes, view_personal

blueprint = Blueprint("notes", __name__, url_prefix="/<lang>/staff/sessions/<session_id>/notes")


def _wants_fragment() -> bool:
    return request.headers.get("X-Fragment") == "1"


@blueprint.get("")
def index(session_id: str) -> ResponseReturnValue:
    meeting = find_session(get_session(), session_id)
    if meeting.is_open and meeting.opening_read_on is None:
        return redirect(
            url_for("community.session", session_id=session_id, _anchor="opening"), code=303
        )
    language = request.args.get("language", "")
    return _notes_page(meeting, _fresh_note(meeting, language))


@blueprint.post("")
def add(session_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    note = _sent_note(meeting, request.form.get("id") or secrets.token_hex(16))
    try:
        comment = services.add_comment(
            session,
            session_id,
            body=note.body,
            language=note.language,
            english=note.english,
            comment_id=note.comment_id,
            kept_because=request.form.get("kept_because"),
        )
    except BadInputProblem as problem:
        note = _refused(note, problem)
        if _wants_fragment():
            return _refused_fragment(meeting, note), 422
        return _notes_page(meeting, note), 422
    session.commit()
    if _wants_fragment():
        return _comment_fragment(meeting, comment), 201
    return redirect(url_for("notes.index", session_id=session_id, language=note.language), code=303)


@blueprint.route("/<comment_id>", methods=["GET", "POST"])
def edit(session_id: str, comment_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    note = _note_of(meeting, comment)
    status = 200
    if request.method == "POST":
        note = _sent_note(meeting, comment_id)
        try:
            services.change_comment(
                session,
                session_id,
                comment_id,
                body=note.body,
                language=note.language,
                english=note.english,
                kept_because=request.form.get("kept_because"),
            )
        except BadInputProblem as problem:
            session.rollback()
            note, status = _refused(note, problem), 422
        else:
            session.commit()
            return _back_to(session_id, comment_id)
    return (
        render_template(
            "community/edit_comment.html",
            view=load_session_view(get_session(), meeting),
            note=note,
            demo=meeting.demo,
        ),
        status,
    )


@blueprint.get("/<comment_id>/delete")
def ask_to_delete(session_id: str, comment_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    return render_template(
        "community/delete_comment.html",
        view=load_session_view(get_session(), meeting),
        comment=view_comment(comment, is_open=meeting.is_open),
        demo=meeting.demo,
    )


@blueprint.post("/<comment_id>/delete")
def delete(session_id: str, comment_id: str) -> ResponseReturnValue:
    session = get_session()
    services.delete_comment(session, session_id, comment_id)
    session.commit()
    return redirect(url_for("notes.index", session_id=session_id), code=303)


@blueprint.route("/<comment_id>/themes", methods=["GET", "POST"])
def themes(session_id: str, comment_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    chosen, error = None, ""
    if request.method == "POST":
        chosen = request.form.getlist("theme")
        try:
            services.decide_themes(session, session_id, comment_id, chosen, role=require_staff().role)
        except BadInputProblem as problem:
            error = problem.message
        else:
            session.commit()
            if _wants_fragment():
                return _comment_fragment(meeting, comment)
            return _back_to(session_id, comment_id)
    fragment = "community/parts/choose_themes.html" if _wants_fragment() else "community/themes.html"
    return (
        render_template(
            fragment,
            view=load_session_view(get_session(), meeting),
            comment=view_comment(comment, is_open=meeting.is_open),
            choices=view_choices(comment, chosen),
            error=error,
            demo=meeting.demo,
        ),
        422 if error else 200,
    )


def _back_to(session_id: str, comment_id: str) -> ResponseReturnValue:
    """The list, at this comment; a comment of an earlier page is found by scrolling there anew."""
    page = request.form.get("page", type=int)
    shown = "undecided" if request.form.get("show") == "undecided" else None
    return redirect(
        url_for(
            "notes.index",
            session_id=session_id,
            page=page if page and page > 1 else None,
            show=shown,
            _anchor=f"c-{comment_id}",
        ),
        code=303,
    )


def _languages(meeting: CommunitySession) -> tuple[tuple[str, str], ...]:
    names = spoken_languages()
    return tuple((code, names.get(code, code)) for code in meeting.languages)


def _fresh_note(meeting: CommunitySession, language: str) -> NoteFields:
    known = language if language in meeting.languages else meeting.languages[0]
    return NoteFields(secrets.token_hex(16), "", "", known, _languages(meeting))


def _note_of(meeting: CommunitySession, comment: Comment) -> NoteFields:
    languages = _languages(meeting)
    if comment.language not in meeting.languages:
        languages += ((comment.language, spoken_languages().get(comment.language, comment.language)),)
    return NoteFields(comment.id, comment.body, comment.english or "", comment.language, languages)


def _sent_note(meeting: CommunitySession, comment_id: str) -> NoteFields:
    """What was typed, masked when that was asked for."""
    body, english = (clean_text(request.form.get(name, "")) for name in ("body", "english"))
    language = request.form.get("language", meeting.languages[0])
    if request.form.get("mask"):
        body, english = mask_personal(body, language), mask_personal(english, "en")
    return NoteFields(comment_id, body, english, language, _languages(meeting))


def _refused(note: NoteFields, problem: BadInputProblem) -> NoteFields:
    personal = None
    if isinstance(problem, PersonalDataProblem):
        personal = view_personal(note.body, note.english, problem.findings)
    return NoteFields(
        note.comment_id,
        note.body,
        note.english,
        note.language,
        note.languages,
        personal=personal,
        error=problem.message,
    )


def _notes_page(meeting: CommunitySession, note: NoteFields) -> str:
    undecided_only = request.args.get("show") == "undecided"
    found = list_comments(
        get_session(),
        meeting.id,
        page=request.args.get("page", 1, type=int),
        undecided_only=undecided_only,
    )
    view = view_notes(
        load_session_view(get_session(), meeting), note, found, undecided_only=undecided_only
    )
    return render_template("community/notes.html", view=view, demo=meeting.demo)


def _comment_fragment(meeting: CommunitySession, comment: Comment) -> str:
    return render_template(
        "community/parts/one_comment.html",
        view=load_session_view(get_session(), meeting),
        comment=view_comment(comment, is_open=meeting.is_open),
    )


def _refused_fragment(meeting: CommunitySession, note: NoteFields) -> str:
    return render_template(
        "community/parts/refused.html", view=load_session_view(get_session(), meeting), note=note
    )
