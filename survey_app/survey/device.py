"""What a phone with JavaScript asks for: the survey in one piece, and to keep or send what it holds.

The phone makes the id of its survey. Everything here may be repeated: keeping stores the same again,
sending counts once (`services/submission.py`). Answers are JSON, for the worker and not for people.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from flask import Response, abort, current_app, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue

from ..config import Config
from ..db import get_database, get_session
from ..waves.queries import find_live_wave, find_open_wave, find_paused_wave
from .compose import answers_as_sent, ask_step
from .contents import Contents
from .cookie import give_key, read_key, take_key_away
from .crowding import is_crowded, turn_away_floods
from .doors import current_door
from .entry import Here, enter, show
from .fields import read_answers
from .flow import steps
from .jobs import ask_for_release
from .keys import load_public_key
from .letter_code import spend
from .noting import note_progress, note_sent
from .pack import WORKER, make_pack
from .queries import find_draft, is_over, was_sent
from .sealing import key_from_cookie, key_to_cookie
from .services.drafts import keep_draft
from .services.submission import Circumstances, Sending, send_whole
from .suspicion import with_claimed_start
from .words import DISTRICT

#: Without an open wave the worker goes away by itself.
_GONE = "registration.unregister();"


def worker() -> ResponseReturnValue:
    """The worker's script. Its first line names the pack, so that a new pack is a new worker."""
    if find_open_wave(get_session(), series=current_door().series) is None or not enter().worker:
        script = _GONE
    else:
        here = enter()
        told = {
            "version": make_pack(here).version,
            "base": url_for(".start"),
            "store": url_for("static", filename="survey.js"),
        }
        script = f"const SURVEY = {json.dumps(told)};\n{WORKER.read_text(encoding='utf-8')}"
    response = Response(script, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for(".start")
    response.headers["Cache-Control"] = "no-cache"
    return response


def pack() -> ResponseReturnValue:
    """Every page, blank: the same bytes for everybody, compressed once."""
    made = make_pack(enter())
    response = made.body.answer("application/json")
    if request.args.get("v") == made.version:
        response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def adopt() -> ResponseReturnValue:
    """The draft of this phone's cookie, for the phone to keep: for who began without the worker."""
    here = enter()
    key = read_key() if here.worker else None
    contents = find_draft(here.session, key)
    if key is None or contents is None or contents.wave_id != here.wave.id:
        return jsonify(state="none")
    return jsonify(
        state="draft",
        id=key_to_cookie(key),
        wave=contents.wave_id,
        begun=contents.begun,
        code=contents.code,
        trapped=contents.trapped,
        answers=answers_as_sent(here.words, contents),
        seen=sorted(contents.seen),
    )


def keep() -> ResponseReturnValue:
    """Store what the phone holds of an unfinished survey, and give it the cookie of its draft."""
    here, key = _enter(), key_from_cookie(request.form.get(".id"))
    if key is None or request.form.get(".wave") != here.wave.id:
        return jsonify(state="closed"), 410
    before = find_draft(here.session, key, for_update=True)
    over = is_over(here.session, key)
    if over is not None:  # a request that comes late brings nothing back
        return jsonify(state=over)
    contents, _wrong = _held(here, before)
    known = {DISTRICT, *(question.id for question in here.words.instrument.questions)}
    contents = replace(contents, seen=frozenset(request.form.getlist(".seen")) & known)
    keep_draft(here.session, key, contents, before=before)
    here.session.commit()
    note_progress(here, before, contents)
    response = make_response(jsonify(state="kept"))
    if read_key() != key:
        give_key(response, key)
    return response


def send_from_phone() -> ResponseReturnValue:
    """A survey finished on the phone, perhaps days ago: counted once, however often it comes."""
    here, key = _enter(), key_from_cookie(request.form.get(".id"))
    if ".ask" in request.form:
        # A page that lost sight of its survey asks, and sends nothing.
        return jsonify(state="sent" if was_sent(here.session, key) else "unknown", page="thank-you")
    if key is None or request.form.get(".wave") != here.wave.id:
        return jsonify(state="closed"), 410
    turn_away_floods("send")
    before = find_draft(here.session, key)
    contents, wrong = _held(here, before)
    if wrong and not was_sent(here.session, key):
        return jsonify(state="wrong", questions=sorted(wrong)), 422
    config: Config = current_app.extensions["config"]
    outcome = send_whole(
        here.session,
        key,
        contents,
        instrument=here.words.instrument,
        how=Circumstances(here.words.language, mode=here.door.mode, crowded=is_crowded("send")),
        public_key=load_public_key(config),
        spend=spend,
    )
    here.session.commit()
    if outcome is Sending.UNKNOWN:
        return jsonify(state="erased"), 410
    if outcome is not Sending.REPEATED:
        note_progress(here, before, contents)
        note_sent(here)
    ask_for_release(get_database(), here.wave.id)
    page = "code-used" if outcome is Sending.SENT_WITHOUT_CODE else "thank-you"
    response = make_response(jsonify(state="sent", page=page))
    take_key_away(response)
    return response


def waiting() -> ResponseReturnValue:
    """A finished survey waits on the phone for a signal; the worker shows it without one."""
    return show("waiting.html", enter())


def _enter() -> Here:
    """As `enter`, but who asks is a program: no open wave is told as a state."""
    session, series = get_session(), current_door().series
    wave = find_live_wave(session, series=series, hold=True)
    if wave is None:
        paused = find_paused_wave(session, series=series) is not None
        abort(make_response(jsonify(state="paused" if paused else "closed"), 503 if paused else 410))
    here = enter(wave)
    if not here.worker:
        abort(404)  # through this door nothing is kept on a phone
    return here


def _held(here: Here, known: Contents | None) -> tuple[Contents, dict[str, str]]:
    """What the phone sent of its survey, and the questions whose answers cannot be."""
    sent = request.form.to_dict(flat=False)
    code, trapped = request.form.get(".code", "")[:30], bool(request.form.get(".trap"))
    contents = with_claimed_start(
        Contents(here.wave.id, code=code, trapped=trapped),
        request.form.get(".begun", ""),
        known=known,
    )
    wrong: dict[str, str] = {}
    done: set[str] = set()
    while True:
        # Answers open the way to further questions: read until nothing new is asked.
        way = steps(here.words.instrument, contents.answers)
        step = next((one for one in way if one.id not in done), None)
        if step is None:
            return contents, wrong
        given, errors = read_answers(ask_step(here.words, step), sent)
        contents = contents.with_answers(given)
        wrong |= errors
        done.add(step.id)


#: Address below the survey's, view, method: `routes.py` registers them.
VIEWS: tuple[tuple[str, Callable[[], ResponseReturnValue], str], ...] = (
    ("/worker.js", worker, "GET"),
    ("/pack", pack, "GET"),
    ("/device", adopt, "GET"),
    ("/keep", keep, "POST"),
    ("/whole", send_from_phone, "POST"),
    ("/waiting", waiting, "GET"),
)
