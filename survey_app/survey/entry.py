"""What every page of the survey needs first: the open wave, its words, the resident's draft."""

from __future__ import annotations

from dataclasses import dataclass

import flask_babel
from flask import abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ..db import get_session
from ..i18n import current_language, offered
from ..waves.models import Wave
from ..waves.queries import find_live_wave, find_paused_wave
from .compose import make_frame
from .contents import Contents
from .cookie import read_key, take_key_away
from .doors import Door, current_door
from .queries import find_draft, was_sent
from .views import Frame
from .words import Words, languages_of, load_words


@dataclass(frozen=True, slots=True)
class Here:
    """The open wave in the language of the page, and the door somebody came in by."""

    session: Session
    wave: Wave
    words: Words
    frame: Frame
    door: Door

    @property
    def worker(self) -> str:
        """Address of the worker that keeps the survey on the phone; empty where nothing is kept there.

        While a wave is on trial its words may change any day, so no phone keeps them.
        """
        return url_for(".worker") if self.door.keeps_on_phone and not self.wave.pilot else ""


def enter(wave: Wave | None = None) -> Here:
    """The wave that is open now (`wave`, where it was found before); answers with a clear page when
    there is none in this language."""
    session, door = get_session(), current_door()
    wave = wave or find_live_wave(session, series=door.series, hold=request.method == "POST")
    if wave is None:
        paused = find_paused_wave(session, series=door.series) is not None
        page = render_template(f"{door.templates}/no_wave.html", paused=paused, series=door.series)
        abort(make_response(page))
    languages = languages_of(session, wave)
    words = load_words(session, wave, current_language().code)
    if words is None:
        choices = [item for item in offered().values() if item.code in languages]
        page = render_template(f"{door.templates}/other_language.html", choices=choices)
        abort(make_response(page))
    return Here(session, wave, words, make_frame(words, languages), door)


def speak(here: Here, language: str | None) -> Here:
    """The same page in another language of the wave, from here on in this request."""
    if language is None or language not in {choice.code for choice in here.frame.languages}:
        return here
    words = load_words(here.session, here.wave, language)
    if words is None:
        return here
    g.language = language
    flask_babel.refresh()
    languages = frozenset(choice.code for choice in here.frame.languages)
    return Here(here.session, here.wave, words, make_frame(words, languages), here.door)


def show(template: str, here: Here, status: int = 200, **context: object) -> ResponseReturnValue:
    """A page of the survey."""
    return render(template, here, **context), status


def render(template: str, here: Here, **context: object) -> str:
    """A page of the survey, with the mark of a demonstration or a trial when it is one."""
    page = f"{here.door.templates}/{template}"
    told = {"door": here.door, "demo": here.wave.demo, "pilot": here.wave.pilot, "worker": here.worker}
    return render_template(page, **{**told, **context})


def need_draft(here: Here) -> tuple[bytes, Contents]:
    """The resident's unfinished survey; answers with a page or the thank-you when there is none."""
    key = read_key()
    contents = find_draft(here.session, key, for_update=request.method == "POST")
    if key is None or contents is None or contents.wave_id != here.wave.id:
        abort(no_draft(here, key))
    return key, contents


def no_draft(here: Here, key: bytes | None) -> Response:
    """Sent already: the thank-you page. Expired, erased or never begun: a page that says so."""
    if was_sent(here.session, key):
        return thank()
    response = make_response(show("gone.html", here, 410))
    take_key_away(response)
    return response


def thank(endpoint: str = ".thank_you") -> Response:
    """To the last page; the key has done its work and leaves the phone."""
    response = make_response(redirect(url_for(endpoint), code=303))
    take_key_away(response)
    return response
