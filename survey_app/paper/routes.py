"""Staff pages about paper: print the questionnaires, key what came back, settle what differs."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..accounts.gate import require_staff
from ..config import Config
from ..db import get_database, get_session
from ..i18n import current_language
from ..problems import ConflictProblem, NotFoundProblem
from ..survey.fields import Sent, Value, read_answers
from ..survey.jobs import ask_for_release
from ..survey.keys import load_public_key
from ..survey.letter_code import check_typed, spend
from ..survey.words import Words
from ..waves.models import Wave
from ..waves.queries import find_open_wave, find_wave
from ..waves.titles import wave_title
from . import services
from .jobs import ask_to_print
from .keyed import CODE, Keyed
from .models import DIFFERS, SIZES, PaperForm
from .queries import find_form, find_sheet, list_paper_waves
from .services import Keying
from .views import key_view, wave_view
from .words import asked_on_paper, sheet_words

blueprint = Blueprint("paper", __name__, url_prefix="/<lang>/staff/paper")


@blueprint.get("")
def index() -> ResponseReturnValue:
    session = get_session()
    waves = [(wave.slug, wave_title(wave)) for wave in list_paper_waves(session)]
    return render_template("paper/index.html", waves=waves)


@blueprint.get("/<slug>")
def wave(slug: str) -> ResponseReturnValue:
    session = get_session()
    found = _own(session, slug)
    return render_template("paper/wave.html", view=wave_view(session, found), demo=found.demo)


@blueprint.post("/<slug>/print")
def print_sheets(slug: str) -> ResponseReturnValue:
    session = get_session()
    job = ask_to_print(session, _own(session, slug), actor=require_staff())
    session.commit()
    return redirect(url_for("accounts.job", job_id=job.id), code=303)


@blueprint.get("/<slug>/<language>-<size>.pdf")
def sheet(slug: str, language: str, size: str) -> ResponseReturnValue:
    if size not in SIZES:
        abort(404)
    session = get_session()
    found = find_sheet(session, _own(session, slug), language, size)
    response = Response(found.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{slug}-{language}-{size}.pdf"'
    return response


@blueprint.get("/<slug>/key")
def key(slug: str) -> ResponseReturnValue:
    """The form to key; without a number, the question which one."""
    session = get_session()
    found = _own(session, slug)
    number = request.args.get("number", type=int)
    choices = {code: source.words for code, source in sheet_words(session, found).items()}
    if number is None or not 0 < number < 1_000_000:
        wrong = "number" in request.args
        whole = wave_view(session, found)
        page = render_template("paper/choose.html", view=whole, wrong=wrong, demo=found.demo)
        return page, 422 if wrong else 200
    language = _language(session, found, number, choices, request.args.get("language", ""))
    view = key_view(
        found, _screen(choices, language), number=number, language=language, sent={}, errors={}
    )
    return render_template("paper/key.html", view=view, demo=found.demo)


@blueprint.post("/<slug>/key")
def save(slug: str) -> ResponseReturnValue:
    session = get_session()
    found = _open(session, slug)
    number = request.form.get("number", type=int)
    choices = {code: source.words for code, source in sheet_words(session, found).items()}
    language = request.form.get("language", "")
    if number is None or not 0 < number < 1_000_000 or language not in choices:
        abort(400)
    language = _language(session, found, number, choices, language)
    screen = _screen(choices, language)
    sent = request.form.to_dict(flat=False)
    given, errors, code = _read(session, found, screen, sent)
    if errors:
        view = key_view(found, screen, number=number, language=language, sent=sent, errors=errors)
        return render_template("paper/key.html", view=view, demo=found.demo), 422
    keyed = Keyed({name: value for name, value in given.items() if value is not None}, code)
    form = services.key_form(session, _keying(found, choices[language]), number, keyed)
    state = form.state
    session.commit()
    ask_for_release(get_database(), found.id)
    return redirect(url_for(".kept", slug=slug, state=state), code=303)


@blueprint.get("/<slug>/kept/<any(once, differs, done):state>")
def kept(slug: str, state: str) -> ResponseReturnValue:
    """What became of the form just keyed. It names no form: the address stays in the history."""
    session = get_session()
    found = _own(session, slug)
    return render_template(
        "paper/kept.html", slug=slug, title=wave_title(found), state=state, demo=found.demo
    )


@blueprint.get("/<slug>/forms/<int:number>")
def differences(slug: str, number: int) -> ResponseReturnValue:
    session = get_session()
    found = _own(session, slug)
    return _show_differences(session, found, number, {}, {})


@blueprint.post("/<slug>/forms/<int:number>")
def settle(slug: str, number: int) -> ResponseReturnValue:
    session = get_session()
    found = _open(session, slug)
    form = _differing(session, found, number)
    words = _words_of_form(session, found, form)
    differing, _first, _second = services.list_differences(_keying(found, words), form)
    sent = request.form.to_dict(flat=False)
    given, errors, code = _read(session, found, words, sent, only=differing)
    if errors:
        return _show_differences(session, found, number, sent, errors)
    services.settle_form(session, _keying(found, words), form, given, code)
    session.commit()
    ask_for_release(get_database(), found.id)
    return redirect(url_for(".kept", slug=slug, state="done"), code=303)


def _show_differences(
    session: Session, wave: Wave, number: int, sent: Sent, errors: dict[str, str]
) -> ResponseReturnValue:
    form = _differing(session, wave, number)
    services.check_third_person(form, require_staff())
    words = _words_of_form(session, wave, form)
    differing, first, second = services.list_differences(_keying(wave, words), form)
    language = form.language or words.language
    screen = _screen({code: one.words for code, one in sheet_words(session, wave).items()}, language)
    view = key_view(
        wave,
        screen,
        number=number,
        language=language,
        sent=sent,
        errors=errors,
        only=differing,
        read=(first, second),
    )
    page = render_template("paper/differences.html", view=view, read=(first, second), demo=wave.demo)
    return page, 422 if errors else 200


def _read(
    session: Session, wave: Wave, words: Words, sent: Sent, only: tuple[str, ...] | None = None
) -> tuple[dict[str, Value | None], dict[str, str], str]:
    """Values and errors by question, and the code of a letter."""
    asked = tuple(one for one in asked_on_paper(words) if only is None or one.id in only)
    given, errors = read_answers(asked, sent)
    values = sent.get(CODE, ())
    code, trouble = check_typed(session, wave.id, values[0].strip() if values else "")
    if trouble is not None:
        errors[CODE] = trouble
    return given, errors, code


def _own(session: Session, slug: str) -> Wave:
    found = find_wave(session, slug)
    if found.kind != "own":
        abort(404)
    return found


def _open(session: Session, slug: str) -> Wave:
    """The wave while it takes answers, held so that it does not close under what is being keyed."""
    found = _own(session, slug)
    if find_open_wave(session, series=found.series, hold=True) is not found:
        raise ConflictProblem(_("This wave takes no answers now, so no form can be keyed for it."))
    return found


def _language(session: Session, wave: Wave, number: int, choices: dict[str, Words], asked: str) -> str:
    """The language of the form: of the first keying when there was one."""
    form = find_form(session, wave, number)
    if form is not None and form.language in choices:
        return form.language
    return asked if asked in choices else next(iter(choices))


def _screen(choices: dict[str, Words], language: str) -> Words:
    """Words for the screen: in the language of the page where the wave has them, else of the form."""
    return choices.get(current_language().code, choices[language])


def _differing(session: Session, wave: Wave, number: int) -> PaperForm:
    form = find_form(session, wave, number)
    if form is None or form.state != DIFFERS:
        raise NotFoundProblem(_("Nothing is to be settled for this form."))
    return form


def _words_of_form(session: Session, wave: Wave, form: PaperForm) -> Words:
    sources = sheet_words(session, wave)
    return sources[form.language or next(iter(sources))].words


def _keying(wave: Wave, words: Words) -> Keying:
    config: Config = current_app.extensions["config"]
    return Keying(
        wave=wave,
        words=words,
        secret=config.secret_key,
        public_key=load_public_key(config),
        spend=spend,
        actor=require_staff(),
    )
