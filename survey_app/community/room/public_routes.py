"""What a resident in the room opens: the comment page, the wall, the rules. Nothing needs a script."""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import get_session
from ...i18n import best_language, current_language, offered
from ...problems import BadInputProblem, TooManyProblem
from ...security import csrf
from ..kinds import kind_label
from ..text import clean_text
from ..views import Stretch, stretches
from . import services
from .address import room_address, room_picture
from .cookie import MOST_SENT, count_one_more, count_sent
from .models import LONGEST
from .problems import LeadsToPersonProblem
from .queries import count_outcomes, count_undecided, find_open_room, find_room, list_shown
from .rules import ON_THE_WALL, REASON_LABELS, RULES
from .wall import question_texts, wall_page, whole_wall

blueprint = Blueprint("room", __name__)
csrf.exempt(blueprint)  # no token: the Origin check stands in for it, as for the survey

_FORM_ID = re.compile(r"[0-9a-f]{32}")


@blueprint.get("/r/<code>")
def enter(code: str) -> ResponseReturnValue:
    """Behind the QR code: the comment page in the language the phone asks for."""
    response = redirect(url_for("room.page", lang=best_language(), code=code), code=302)
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/<lang>/room/rules")
def rules() -> ResponseReturnValue:
    return render_template("community/room/rules.html", rules=RULES, reasons=REASON_LABELS.values())


@blueprint.route("/<lang>/room/<code>", methods=["GET", "POST"])
def page(code: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_open_room(session, code)
    room = find_room(session, meeting.id)
    body, language = "", current_language().code
    error = ""
    marked: tuple[Stretch, ...] = ()
    form_id = secrets.token_hex(16)
    if request.method == "POST":
        body = clean_text(request.form.get("body", ""))[: LONGEST + 1]
        language = request.form.get("language", language)
        sent_id = request.form.get("id", "")
        form_id = sent_id if _FORM_ID.fullmatch(sent_id) else form_id
        try:
            if count_sent(code) >= MOST_SENT:
                raise TooManyProblem(
                    _("You sent many comments from here. Tell the facilitator what is still missing.")
                )
            services.send_comment(
                session,
                code,
                form_id=form_id,
                body=body,
                language=language,
                mask="mask" in request.form,
                guardian_agreed="guardian" in request.form,
            )
        except LeadsToPersonProblem as problem:
            session.rollback()
            error = problem.message
            marked = stretches(body, problem.findings)
        except BadInputProblem as problem:
            session.rollback()
            error = problem.message
        else:
            session.commit()
            response = make_response(
                redirect(url_for("room.page", code=code, sent=1, _anchor="sent"), code=303)
            )
            count_one_more(response, code)
            return response
    return (
        render_template(
            "community/room/page.html",
            code=code,
            kind=kind_label(meeting.kind),
            questions=question_texts(room.prompt if room else None, meeting.languages)[:1],
            youth=meeting.youth,
            form_id=form_id,
            body=body,
            chosen=language,
            languages=[(item.code, item.own_name) for item in offered().values()],
            longest=LONGEST,
            error=error,
            marked=marked,
            sent="sent" in request.args and not error,
            demo=meeting.demo,
        ),
        422 if error else 200,
    )


@blueprint.get("/<lang>/room/<code>/wall")
def wall(code: str) -> ResponseReturnValue:
    """For the projector, and for whoever cannot see it: what was shown so far."""
    session = get_session()
    meeting = find_open_room(session, code)
    room = find_room(session, meeting.id)
    still = "still" in request.args
    # Nothing that the young say is quoted, here neither.
    said = [] if meeting.youth else list_shown(session, meeting.id)
    shown = whole_wall(said) if still else wall_page(said, request.args.get("page", 1, type=int))
    outcomes = count_outcomes(session, meeting.id)
    host, slash, path = room_address(code).partition("//")[2].partition("/")
    response = make_response(
        render_template(
            "community/room/wall.html",
            code=code,
            picture=room_picture(room.code if room else code),
            host=host,
            path=slash + path,
            questions=question_texts(room.prompt if room else None, meeting.languages),
            shown=shown,
            youth=meeting.youth,
            waiting=count_undecided(session, meeting.id),
            outcomes=outcomes,
            rejected=[
                (label, outcomes.rejected[reason])
                for reason, label in REASON_LABELS.items()
                if outcomes.rejected.get(reason)
            ],
            rules=ON_THE_WALL,
            still=still,
            demo=meeting.demo,
        )
    )
    if not still:
        onward = url_for("room.wall", code=code, page=shown.next_page if shown.pages > 1 else None)
        response.headers["Refresh"] = f"{shown.seconds}; url={onward}"
    return response
