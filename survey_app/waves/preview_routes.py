"""Previews: every page of a wave's survey, in every language and through every door; nothing is kept.

The survey's own templates are shown, with the words as they stand now (a draft) or as they were frozen.
Conditions are not followed, so that no question stays hidden. Errors can be seen: send a wrong answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from questionnaires.schema import Instrument

from ..db import get_session
from ..i18n import PSEUDO, current_language, languages
from ..security import csrf
from ..survey.compose import (
    ask_eligibility,
    ask_step,
    front_view,
    make_frame,
    page_view,
    review_view,
)
from ..survey.contents import Contents
from ..survey.doors import DOORS, Door
from ..survey.fields import FIELDS, Sent, Value
from ..survey.flow import Step
from ..survey.views import EndView, Frame
from ..survey.words import DISTRICT, Asked, Words, make_words
from . import queries
from .models import Wave
from .opening import words_now
from .titles import wave_title

blueprint = Blueprint("preview", __name__, url_prefix="/<lang>/staff/waves/<slug>/preview")
csrf.exempt(blueprint)  # nothing is stored, and the survey's own forms carry no token
_DOOR = "/<door>"


@dataclass(frozen=True)
class Looked:
    """What is looked at: the wave's words in the language of the page, and the door's templates."""

    wave: Wave
    words: Words
    frame: Frame
    door: Door


@blueprint.record_once
def forgive_other_addresses(state: BlueprintSetupState) -> None:
    """A template may lead to a view that a preview does not have: back to the list of pages."""

    def instead(_error: Exception, endpoint: str, _values: dict[str, Any]) -> str:
        if endpoint.startswith("preview.") and "preview" in g:
            return url_for("preview.index", slug=g.preview["slug"])
        raise _error

    state.app.url_build_error_handlers.append(instead)

    @state.app.context_processor
    def previewed() -> dict[str, Any]:
        return {"preview": g.get("preview")}


@blueprint.url_value_preprocessor
def remember_place(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.preview = {name: (values or {}).get(name) for name in ("slug", "door")}


@blueprint.url_defaults
def stay_in_place(endpoint: str, values: dict[str, Any]) -> None:
    """Views of the survey speak of each other without saying which wave and door."""
    if "preview" in g:
        values.setdefault("slug", g.preview["slug"])
        if not endpoint.endswith("index") and g.preview["door"]:
            values.setdefault("door", g.preview["door"])


def _look(slug: str, door_name: str) -> Looked:
    session = get_session()
    wave = queries.find_wave(session, slug)
    door = DOORS.get(door_name)
    if wave.kind != "own" or door is None or door.series != wave.series:
        abort(404)
    words = _words(session, wave, current_language().code)
    if words is None:
        abort(404)
    codes = [code for code in languages() if _words(session, wave, code) is not None]
    g.preview["title"] = wave_title(wave)
    frame = make_frame(words, frozenset(codes))
    return Looked(wave, words, frame, door)


def _words(session: Session, wave: Wave, language: str) -> Words | None:
    """Frozen words of an opened wave; else, and in the pseudo-locale, as they stand now."""
    frozen = queries.find_wording(session, wave, language)
    if frozen is not None:
        return make_words(wave, language, frozen.wording)
    if queries.list_wordings(session, wave) and languages()[language].status != PSEUDO:
        return None
    now = words_now(session, wave, [language])
    return make_words(wave, language, now[0].document) if now else None


def all_steps(instrument: Instrument) -> tuple[Step, ...]:
    """Every page with every question, whatever the conditions."""
    found: list[Step] = []
    for page in instrument.pages:
        asked = tuple(one.id for one in page.questions if one.kind != "area")
        if asked:
            found.append(Step(page.id, asked))
        for one in page.questions:
            if one.kind == "area" and instrument.area is not None:
                codes = tuple(district.code for district in instrument.area.districts)
                found += [Step(one.id, (one.id,)), Step(DISTRICT, (DISTRICT,), codes)]
    return tuple(found)


def _show(looked: Looked, template: str, status: int = 200, **context: object) -> ResponseReturnValue:
    page = render_template(
        f"{looked.door.templates}/{template}", demo=False, pilot=False, door=looked.door, **context
    )
    return page, status


def _read(asked: tuple[Asked, ...], sent: Sent) -> dict[str, str]:
    parsed = {one.id: FIELDS[one.kind].parse(one, sent) for one in asked}
    return {name: found.error for name, found in parsed.items() if found.error}


def _other_language(endpoint: str, **values: Any) -> ResponseReturnValue | None:
    """The same page in the language whose button was pressed."""
    code = request.form.get("language")
    if code is None or code not in languages():
        return None
    return redirect(url_for(endpoint, lang=code, **values), code=303)


@blueprint.get("")
def index(slug: str) -> ResponseReturnValue:
    session = get_session()
    wave = queries.find_wave(session, slug)
    instrument = queries.load_instrument_of(wave)
    shown = [(item, _words(session, wave, item.code) is not None) for item in languages().values()]
    words = _words(session, wave, current_language().code) or _words(session, wave, "en")
    titles = _titles(instrument, words) if words is not None else {}
    return render_template(
        "waves/preview.html",
        wave=wave,
        title=wave_title(wave),
        languages_shown=shown,
        doors=[door for door in DOORS.values() if door.series == wave.series],
        steps=[(step.id, titles.get(step.id, step.id)) for step in all_steps(instrument)],
        preview=None,
    )


def _titles(instrument: Instrument, words: Words) -> dict[str, str]:
    """What each page is called in the list; pages that were split off, by their question."""
    titles = {page.id: words.text(f"page.{page.id}.title") for page in instrument.pages}
    for question in instrument.questions:
        if question.kind == "area":
            titles[question.id] = words.text(f"{question.id}.text")
            titles[DISTRICT] = words.text("area.district_text")
    return titles


@blueprint.get(_DOOR)
def start(slug: str, door: str) -> ResponseReturnValue:
    looked = _look(slug, door)
    view = front_view(looked.words, looked.frame, {}, {})
    return _show(looked, "front.html", view=view)


@blueprint.post(_DOOR)
def begin(slug: str, door: str) -> ResponseReturnValue:
    if (other := _other_language(".start")) is not None:
        return other
    looked = _look(slug, door)
    sent = request.form.to_dict(flat=False)
    asked = ask_eligibility(looked.words)
    parsed = {one.id: FIELDS[one.kind].parse(one, sent).value for one in asked}
    if any(value == 2 for value in parsed.values()):
        return redirect(url_for(".not_eligible"), code=303)
    return redirect(url_for(".page", page_id=all_steps(looked.words.instrument)[0].id), code=303)


@blueprint.get(f"{_DOOR}/<page_id>")
def page(slug: str, door: str, page_id: str) -> ResponseReturnValue:
    looked = _look(slug, door)
    return _page(looked, _step(looked, page_id), None, {})


@blueprint.post(f"{_DOOR}/<page_id>")
def send_page(slug: str, door: str, page_id: str) -> ResponseReturnValue:
    if (other := _other_language(".page", page_id=page_id)) is not None:
        return other
    looked = _look(slug, door)
    step = _step(looked, page_id)
    way = all_steps(looked.words.instrument)
    at = way.index(step)
    if {"exit", "leave"} & set(request.form):
        return redirect(url_for(".index"), code=303)
    if "back" in request.form:
        before = url_for(".page", page_id=way[at - 1].id) if at else url_for(".start")
        return redirect(before, code=303)
    sent = request.form.to_dict(flat=False)
    errors = {} if "clear" in request.form else _read(ask_step(looked.words, step), sent)
    if errors or "clear" in request.form:
        return _page(looked, step, {} if "clear" in request.form else sent, errors)
    last = at + 1 == len(way)
    return redirect(url_for(".review") if last else url_for(".page", page_id=way[at + 1].id), code=303)


def _step(looked: Looked, page_id: str) -> Step:
    for step in all_steps(looked.words.instrument):
        if step.id == page_id:
            return step
    abort(404)


def _page(looked: Looked, step: Step, sent: Sent | None, errors: dict[str, str]) -> ResponseReturnValue:
    way = all_steps(looked.words.instrument)
    contents = Contents(looked.wave.id)
    view = page_view(looked.words, looked.frame, contents, step, sent=sent, errors=errors)
    view = replace(view, number=way.index(step) + 1, total=len(way) + 1)
    return _show(looked, "page.html", 422 if errors else 200, view=view)


@blueprint.get(f"{_DOOR}/review")
def review(slug: str, door: str) -> ResponseReturnValue:
    looked = _look(slug, door)
    answers: dict[str, Value] = {
        one.id: one.codes[0] if one.kind == "single" else [one.codes[0]]
        for one in looked.words.instrument.questions
        if one.kind in {"single", "multiple"}
    }
    contents = Contents(looked.wave.id, answers)
    return _show(looked, "review.html", view=review_view(looked.words, looked.frame, contents))


@blueprint.post(f"{_DOOR}/review")
def send(slug: str, door: str) -> ResponseReturnValue:
    if (other := _other_language(".review")) is not None:
        return other
    looked = _look(slug, door)
    if "back" in request.form:
        last = all_steps(looked.words.instrument)[-1]
        return redirect(url_for(".page", page_id=last.id), code=303)
    stay = {"exit", "leave"} & set(request.form)
    return redirect(url_for(".index") if stay else url_for(".thank_you"), code=303)


@blueprint.get(f"{_DOOR}/thank-you")
def thank_you(slug: str, door: str) -> ResponseReturnValue:
    return _end(_look(slug, door), "thank_you.html", "thanks")


@blueprint.get(f"{_DOOR}/not-eligible")
def not_eligible(slug: str, door: str) -> ResponseReturnValue:
    return _end(_look(slug, door), "not_eligible.html", "not_eligible")


def _end(looked: Looked, template: str, name: str) -> ResponseReturnValue:
    words = looked.words
    view = EndView(looked.frame, words.text(f"end.{name}_title"), words.text(f"end.{name}_text"))
    return _show(looked, template, view=view)
