"""Staff pages for notes: the capture screen, one note changed, its themes.

Every form works by itself. The script sends the same forms with `X-Fragment: 1` and gets JSON instead
of a redirect: what changed since the revision it knows (its own change and other people's), by card.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..accounts.gate import require_staff
from ..db import get_session
from ..problems import BadInputProblem, ConflictProblem
from . import services
from .kinds import spoken_languages
from .models import CommunitySession
from .note_answers import changes_since, one_card, refused
from .note_chips import prompt_codes, prompt_label
from .note_keys import note_keys
from .note_words import Wording
from .queries import find_comment, find_session, list_comments
from .views import NoteFields, load_session_view, view_choices, view_comment, view_notes

blueprint = Blueprint("notes", __name__, url_prefix="/<lang>/staff/sessions/<session_id>/notes")

_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def _wants_json() -> bool:
    return request.headers.get("X-Fragment") == "1"


@blueprint.get("")
def index(session_id: str) -> ResponseReturnValue:
    meeting = find_session(get_session(), session_id)
    if meeting.is_open and meeting.opening_read_on is None:
        return redirect(
            url_for("community.session", session_id=session_id, _anchor="opening"), code=303
        )
    language, prompt = request.args.get("language", ""), request.args.get("prompt", "")
    return _notes_page(meeting, _fresh_note(meeting, language, prompt))


@blueprint.post("")
def add(session_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    note_id = request.form.get("id") or secrets.token_hex(16)
    wording = _sent_wording(meeting)
    try:
        services.add_comment(
            session,
            session_id,
            body=wording.body,
            language=wording.language,
            english=wording.english,
            prompt=wording.prompt,
            speaker_group=wording.speaker_group,
            comment_id=note_id,
        )
    except BadInputProblem as problem:
        session.rollback()
        if _wants_json():
            return refused(problem)
        return _notes_page(meeting, _fields(meeting, note_id, wording, error=problem.message)), 422
    session.commit()
    if _wants_json():
        return changes_since(session, meeting, operation_id=note_id, status=201)
    return redirect(
        url_for("notes.index", session_id=session_id, language=wording.language, prompt=wording.prompt),
        code=303,
    )


@blueprint.get("/changes")
def changes(session_id: str) -> ResponseReturnValue:
    session = get_session()
    return changes_since(session, find_session(session, session_id))


@blueprint.route("/<comment_id>", methods=["GET", "POST"])
def edit(session_id: str, comment_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    note = _fields(meeting, comment_id, comment.words.current, base=comment.revision)
    status = 200
    if request.method == "POST":
        wording, base = _sent_wording(meeting), request.form.get("base", type=int)
        operation_id = request.form.get("op")
        try:
            services.change_comment(
                session,
                session_id,
                comment_id,
                body=wording.body,
                language=wording.language,
                english=wording.english,
                prompt=wording.prompt,
                speaker_group=wording.speaker_group,
                base=base,
                operation_id=operation_id,
            )
        except BadInputProblem as problem:
            session.rollback()
            if _wants_json():
                return refused(problem)
            note, status = _fields(meeting, comment_id, wording, base=base, error=problem.message), 422
        else:
            session.commit()
            if _wants_json():
                return changes_since(session, meeting, operation_id=operation_id)
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


@dataclass(frozen=True)
class _Act:
    """A change of one note that a button asks for."""

    session: Session
    session_id: str
    comment_id: str
    base: int | None
    operation_id: str | None

    @property
    def place(self) -> tuple[Session, str, str]:
        return self.session, self.session_id, self.comment_id


def _choose(choice: str) -> Callable[[_Act], object]:
    return lambda act: services.choose_wording(
        *act.place, choice=choice, base=act.base, operation_id=act.operation_id
    )


def _split(act: _Act) -> object:
    first, second = request.form.get("first", ""), request.form.get("second", "")
    if not second:
        body = request.form.get("body", "").replace("\r\n", "\n").strip()
        first, *rest = _BLANK_LINE.split(body, maxsplit=1)
        if not rest:
            raise BadInputProblem(_("Put an empty line where the second note begins."))
        second = rest[0]
    return services.split_comment(
        *act.place, first=first, second=second, base=act.base, operation_id=act.operation_id
    )


_ACTS: dict[str, Callable[[_Act], object]] = {
    "remove": lambda act: services.remove_comment(
        *act.place, base=act.base, operation_id=act.operation_id
    ),
    "restore": lambda act: services.restore_comment(*act.place, operation_id=act.operation_id),
    "undo": lambda act: services.undo_change(*act.place, base=act.base, operation_id=act.operation_id),
    "rival": _choose("rival"),
    "current": _choose("current"),
    "both": _choose("both"),
    "mask": lambda act: services.mask_personal(
        *act.place, only=request.form.get("only"), base=act.base, operation_id=act.operation_id
    ),
    "keep": lambda act: services.keep_personal(
        *act.place,
        reason=request.form.get("reason", ""),
        only=request.form.get("only"),
        base=act.base,
        operation_id=act.operation_id,
    ),
    "door": lambda act: services.show_door(
        *act.place,
        door=request.form.get("door", ""),
        role=require_staff().role,
        operation_id=act.operation_id,
    ),
    "merge": lambda act: services.merge_comments(
        *act.place,
        request.form.get("other", ""),
        base=act.base,
        other_base=request.form.get("other_base", type=int),
        operation_id=act.operation_id,
    ),
    "split": _split,
}


@blueprint.post(
    "/<comment_id>/<any(remove,restore,undo,rival,current,both,mask,keep,door,merge,split):act>"
)
def act(session_id: str, comment_id: str, act: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    operation_id = request.form.get("op")
    asked = _Act(session, session_id, comment_id, request.form.get("base", type=int), operation_id)
    try:
        _ACTS[act](asked)
    except BadInputProblem as problem:
        if not _wants_json():
            raise
        session.rollback()
        return refused(problem)
    except ConflictProblem as problem:
        session.rollback()
        if not _wants_json() or not find_session(session, session_id).is_open:
            raise
        return changes_since(session, meeting, error=problem, status=409)
    session.commit()
    if _wants_json():
        return changes_since(session, meeting, operation_id=operation_id)
    return _back_to(session_id, comment_id)


@blueprint.get("/<comment_id>/split")
def ask_to_split(session_id: str, comment_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    return render_template(
        "community/split_comment.html",
        view=load_session_view(session, meeting),
        comment=view_comment(comment, is_open=meeting.is_open),
        demo=meeting.demo,
    )


@blueprint.get("/<comment_id>/merge")
def ask_to_merge(session_id: str, comment_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    others = [one for one in list_comments(session, session_id).comments if one.id != comment_id]
    return render_template(
        "community/merge_comment.html",
        view=load_session_view(session, meeting),
        comment=view_comment(comment, is_open=meeting.is_open),
        others=[view_comment(one, is_open=meeting.is_open) for one in others],
        demo=meeting.demo,
    )


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
            if _wants_json():
                return one_card(session, meeting, comment)
            return _back_to(session_id, comment_id)
    fragment = "community/parts/choose_themes.html" if _wants_json() else "community/themes.html"
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
    shown = request.form.get("show")
    return redirect(
        url_for(
            "notes.index",
            session_id=session_id,
            page=page if page and page > 1 else None,
            show=shown if shown in {"undecided", "waiting"} else None,
            _anchor=f"c-{comment_id}",
        ),
        code=303,
    )


def _languages(meeting: CommunitySession, *more: str) -> tuple[tuple[str, str], ...]:
    names = spoken_languages()
    return tuple((code, names.get(code, code)) for code in dict.fromkeys((*meeting.languages, *more)))


def _fields(
    meeting: CommunitySession,
    comment_id: str,
    wording: Wording,
    *,
    base: int | None = None,
    error: str = "",
) -> NoteFields:
    prompts = tuple((code, prompt_label(code)) for code in prompt_codes(meeting))
    languages = _languages(meeting, wording.language)
    return NoteFields(comment_id, wording, languages, prompts, base=base, error=error)


def _fresh_note(meeting: CommunitySession, language: str, prompt: str) -> NoteFields:
    known = language if language in meeting.languages else meeting.languages[0]
    asked = prompt if prompt in prompt_codes(meeting) else None
    return _fields(meeting, secrets.token_hex(16), Wording("", known, prompt=asked))


def _sent_wording(meeting: CommunitySession) -> Wording:
    form = request.form
    return Wording(
        form.get("body", ""),
        form.get("language", meeting.languages[0]),
        form.get("english") or None,
        form.get("prompt") or None,
        form.get("group") or None,
    )


def _notes_page(meeting: CommunitySession, note: NoteFields) -> str:
    session = get_session()
    show = request.args.get("show", "")
    show = show if show in {"undecided", "waiting", "removed"} else ""
    revision = meeting.notes_revision
    found = list_comments(session, meeting.id, page=request.args.get("page", 1, type=int), show=show)
    view = view_notes(
        load_session_view(session, meeting),
        note,
        found,
        show=show,
        revision=revision,
        device_half=note_keys(session).device_half(meeting.id) if meeting.is_open else "",
    )
    return render_template("community/notes.html", view=view, demo=meeting.demo)
