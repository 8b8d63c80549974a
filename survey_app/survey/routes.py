"""Pages a resident sees. The front page and the last pages are the same bytes for everybody."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..config import Config
from ..db import get_database, get_session
from ..i18n import current_language
from ..invitations.queries import find_gift
from ..security import csrf
from ..waves.queries import find_open_wave
from . import device, returning
from .compose import (
    ask_again,
    ask_eligibility,
    ask_step,
    front_view,
    make_frame,
    page_view,
    review_view,
)
from .cookie import give_key, read_key, take_key_away
from .crowd import Crowd
from .crowding import is_crowded, turn_away_floods
from .doors import current_door
from .entry import Here, enter, need_draft, no_draft, show, speak, thank
from .fields import read_answers
from .flow import steps
from .jobs import ask_for_release
from .keys import load_public_key
from .letter_code import check_typed, spend
from .navigation import furthest, is_complete, next_address, step_at
from .noting import note_page, note_sent, note_start
from .queries import find_draft, is_over, was_sent
from .same import show_page, show_same
from .sealing import key_from_cookie, new_key
from .services.drafts import begin_draft, erase_draft, keep_code, purge_expired, save_answers
from .services.submission import Circumstances, Sending, send_survey
from .views import NEUTRAL_PAGE, EndView
from .words import languages_of, load_words

blueprint = Blueprint("survey", __name__, url_prefix="/<lang>/survey")
csrf.exempt(blueprint)  # no token: the Origin check and the SameSite cookie stand in for it

YES = 1
for rule, view, method in (*returning.VIEWS, *device.VIEWS):
    blueprint.add_url_rule(rule, view.__name__, view, methods=[method])

#: A box that no person sees. What is written into it is told with the response (`suspicion.py`).
TRAP = "website"


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """The count by address. A production server that could not seal an answer does not start."""
    config: Config = state.app.extensions["config"]
    state.app.extensions["crowd"] = Crowd()
    if config.is_production:
        load_public_key(config)


@blueprint.get("")
def start() -> ResponseReturnValue:
    here = enter()
    response = show_same("front.html", here, (), lambda: front_view(here.words, here.frame, {}, {}))
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Eligible: a draft is begun, or the one already begun goes on. Not eligible: nothing is kept."""
    if "exit" in request.form:
        return _leave_at_once()
    sent = request.form.to_dict(flat=False)
    here = speak(enter(), request.form.get("language"))
    if "language" in request.form:
        return show("front.html", here, view=front_view(here.words, here.frame, sent, {}))
    given, errors = read_answers(ask_eligibility(here.words), sent)
    for name, value in given.items():
        if value is None:
            errors.setdefault(name, ask_again())
    typed = request.form.get("code", "").strip() if here.door.takes_codes else ""
    code, trouble = check_typed(here.session, here.wave.id, typed)
    if here.door.by_invitation and not code:
        trouble = _("Write the code from your invitation: nine letters and digits. It works once.")
    if trouble is not None:
        errors["code"] = trouble
    if errors:
        return show("front.html", here, 422, view=front_view(here.words, here.frame, sent, errors))
    if any(value != YES for value in given.values()):
        return redirect(url_for(".not_eligible"), code=303)
    turn_away_floods("begin")
    purge_expired(here.session)
    key = read_key()
    contents = find_draft(here.session, key)
    if contents is None and here.door.leads_away and was_sent(here.session, key):
        # The confirmation was lost on its way: whoever is told so begins no second survey unawares.
        return thank()
    begun = key is None or contents is None or contents.wave_id != here.wave.id
    if key is None or contents is None or contents.wave_id != here.wave.id:
        key = _fresh_key(here.session, request.form.get("id"))
        trapped = bool(request.form.get(TRAP))
        contents = begin_draft(here.session, key, wave_id=here.wave.id, code=code, trapped=trapped)
    elif code:
        keep_code(here.session, key, code)
    here.session.commit()
    if begun:
        note_start(here, contents)
    response = make_response(redirect(furthest(here, contents), code=303))
    give_key(response, key)
    return response


@blueprint.get("/continue")
def resume() -> ResponseReturnValue:
    here = enter()
    _key, contents = need_draft(here)
    return redirect(furthest(here, contents), code=303)


@blueprint.get("/<page_id>")
def page(page_id: str) -> ResponseReturnValue:
    here = enter()
    _key, contents = need_draft(here)
    step = step_at(here, contents, page_id)
    if step is None:
        return redirect(furthest(here, contents), code=303)
    return show_page(here, contents, step)


@blueprint.post("/<page_id>")
def send_page(page_id: str) -> ResponseReturnValue:
    """Save what is ticked, then go where the button says; without a named button, on."""
    if "exit" in request.form:
        return _leave_at_once()
    here = enter()
    key, contents = need_draft(here)
    step = step_at(here, contents, page_id)
    if step is None:
        return redirect(furthest(here, contents), code=303)
    sent = request.form.to_dict(flat=False)
    asked = ask_step(here.words, step)
    given, errors = read_answers(asked, {} if "clear" in request.form else sent)
    if errors:
        here = speak(here, request.form.get("language"))
        _given, errors = read_answers(ask_step(here.words, step), sent)
        view = page_view(here.words, here.frame, contents, step, sent=sent, errors=errors)
        return show("page.html", here, 422, view=view)
    after = save_answers(here.session, key, given, before=contents)
    if after is None:
        return no_draft(here, key)
    here.session.commit()
    note_page(here, contents, after, step)
    return redirect(next_address(here, contents, after, step), code=303)


@blueprint.get("/review")
def review() -> ResponseReturnValue:
    here = enter()
    _key, contents = need_draft(here)
    if not is_complete(here, contents):
        return redirect(furthest(here, contents), code=303)
    return show("review.html", here, view=review_view(here.words, here.frame, contents))


@blueprint.post("/review")
def send() -> ResponseReturnValue:
    """Send the survey. Sending it again, at once or later, changes nothing and says thank you."""
    if "exit" in request.form:
        return _leave_at_once()
    here = enter()
    if "language" in request.form:
        speak(here, request.form["language"])
        return redirect(url_for(".review"), code=303)
    if "leave" in request.form and here.door.has("kept"):
        return redirect(url_for(".kept"), code=303)
    key = read_key() or key_from_cookie(request.form.get("id"))
    if key is None:
        return no_draft(here, None)
    if "back" in request.form:
        _key, contents = need_draft(here)
        last = steps(here.words.instrument, contents.answers)[-1]
        return redirect(url_for(".page", page_id=last.id), code=303)
    turn_away_floods("send")
    config: Config = current_app.extensions["config"]
    outcome = send_survey(
        here.session,
        key,
        wave_id=here.wave.id,
        instrument=here.words.instrument,
        how=Circumstances(here.words.language, mode=here.door.mode, crowded=is_crowded("send")),
        public_key=load_public_key(config),
        spend=spend,
    )
    if outcome is Sending.UNKNOWN:
        return no_draft(here, key)
    if outcome is Sending.UNFINISHED:
        return redirect(url_for(".resume"), code=303)
    here.session.commit()
    if outcome is Sending.SENT:
        note_sent(here)
    ask_for_release(get_database(), here.wave.id)
    return thank(".code_used") if outcome is Sending.SENT_WITHOUT_CODE else thank()


@blueprint.get("/thank-you")
def thank_you() -> ResponseReturnValue:
    """The same bytes for all: whether there is a gift card hangs on the wave, not on who asks."""
    return _end("thank_you.html", "thanks", gift=find_gift(get_session()) is not None)


@blueprint.get("/code-used")
def code_used() -> ResponseReturnValue:
    """Sent, though another answer came with the same code first."""
    return _end("code_used.html", "thanks")


@blueprint.get("/not-eligible")
def not_eligible() -> ResponseReturnValue:
    return _end("not_eligible.html", "not_eligible")


@blueprint.get("/kept")
def kept() -> ResponseReturnValue:
    """After "save and leave": what is kept, where, how long, and how to erase it."""
    return show("kept.html", enter())


@blueprint.post("/erase")
def erase() -> ResponseReturnValue:
    here = enter()
    _erase(here.session)
    response = make_response(redirect(url_for(".erased"), code=303))
    take_key_away(response)
    return response


@blueprint.get("/erased")
def erased() -> ResponseReturnValue:
    return show("erased.html", enter())


def _fresh_key(session: Session, made: str | None) -> bytes:
    """The id that the phone made for this survey; without JavaScript, or if used before, a new one."""
    key = key_from_cookie(made)
    if key is None or find_draft(session, key) or is_over(session, key):
        return new_key()
    return key


def _erase(session: Session) -> None:
    """Erase the draft of the cookie, and the one whose id the phone names."""
    for key in {read_key(), key_from_cookie(request.form.get("id"))}:
        if key is not None:
            erase_draft(session, key)
    session.commit()


def _leave_at_once() -> ResponseReturnValue:
    """Erase the draft and go to a page that says nothing about this one."""
    _erase(get_session())
    if current_door().leads_away:
        response = make_response(render_template("survey/left.html", neutral_page=NEUTRAL_PAGE))
        # Browsers replace this page's entry in the history by the page that follows at once.
        response.headers["Refresh"] = f"0; url={NEUTRAL_PAGE}"
    else:
        response = make_response(redirect(url_for(".start"), code=303))
    take_key_away(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _end(template: str, name: str, *, gift: bool = False) -> ResponseReturnValue:
    """A last page, also for somebody whose wave was closed a moment ago."""
    session, door = get_session(), current_door()
    wave = find_open_wave(session, series=door.series)
    words = load_words(session, wave, current_language().code) if wave is not None else None
    if wave is None or words is None:
        view = EndView(None, _("Thank you"), "")
        return render_template(f"{door.templates}/{template}", view=view, demo=False, gift=gift)
    here = Here(session, wave, words, make_frame(words, languages_of(session, wave)), door)
    text = words.text
    return show_same(
        template,
        here,
        (gift,),
        lambda: EndView(here.frame, text(f"end.{name}_title"), text(f"end.{name}_text")),
        gift=gift,
    )
