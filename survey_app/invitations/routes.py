"""Staff pages about drawn addresses: the sample, letters, outcomes, thank-you cards, a planner."""

from __future__ import annotations

import csv
import io

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from analysis.errors import AnalysisError
from analysis.planning import Design

from ..accounts.gate import require_staff
from ..config import Config
from ..db import get_session
from ..handed_out import safe
from ..waves.models import Wave
from ..waves.queries import find_wave, list_waves
from ..waves.titles import wave_title
from . import queries, views
from .forms import ConfirmForm, LettersForm, OutcomeFileForm, OutcomeForm, PlanForm, SampleForm
from .jobs import request_import, request_letters
from .letter_files import letters_folder, list_files
from .sample_file import read_outcomes
from .services.claims import mark_sent
from .services.importing import SampleTerms
from .services.outcomes import set_outcomes

blueprint = Blueprint("invitations", __name__, url_prefix="/<lang>/staff/invitations")


@blueprint.get("")
def index() -> ResponseReturnValue:
    session = get_session()
    own = [wave for wave in list_waves(session) if wave.kind == "own"]
    return render_template(
        "invitations/index.html",
        lines=[views.wave_line(session, wave) for wave in own],
        demo=any(wave.demo for wave in own),
    )


@blueprint.get("/plan")
def plan() -> ResponseReturnValue:
    """How many answers are needed. Nothing is stored: the question is in the address."""
    form = PlanForm(request.args) if request.args else PlanForm()
    view = None
    if not request.args or form.validate():
        try:
            design = Design(float(form.cv.data), float(form.per_psu.data), float(form.icc.data))
            view = views.plan_view(
                form.responses.data, float(form.expected_percent.data), design, form.groups.data
            )
        except AnalysisError:
            form.form_errors.append(views.PLAN_IMPOSSIBLE)
    return render_template("invitations/plan.html", form=form, view=view), 200 if view else 422


@blueprint.get("/<slug>")
def sample(slug: str) -> ResponseReturnValue:
    session = get_session()
    wave = _wave(slug)
    return render_template(
        "invitations/sample.html",
        view=views.sample_view(session, wave, _config()),
        form=SampleForm().offer(),
        demo=wave.demo,
    )


@blueprint.post("/<slug>")
def bring_in(slug: str) -> ResponseReturnValue:
    session = get_session()
    wave = _wave(slug)
    form = SampleForm().offer()
    if not form.validate_on_submit():
        view = views.sample_view(session, wave, _config())
        return render_template("invitations/sample.html", view=view, form=form, demo=wave.demo), 422
    content, name = _read(form.file.data)
    terms = SampleTerms(form.expected_percent.data, tuple(form.languages.data), form.incentive.data)
    job = request_import(session, wave, content, name, terms, actor=require_staff())
    session.commit()
    return redirect(url_for("accounts.job", job_id=job.id), code=303)


@blueprint.get("/<slug>/letters")
def letters(slug: str) -> ResponseReturnValue:
    session = get_session()
    wave = _wave(slug)
    return render_template(
        "invitations/letters.html",
        slug=slug,
        title=wave_title(wave),
        form=LettersForm().offer(queries.list_batches(session, wave.id)),
        files=views.letter_files(list_files(_config(), slug)),
        demo=wave.demo,
    )


@blueprint.post("/<slug>/letters")
def lay_out(slug: str) -> ResponseReturnValue:
    session = get_session()
    wave = _wave(slug)
    form = LettersForm().offer(queries.list_batches(session, wave.id))
    if not form.validate_on_submit():
        abort(422)
    job = request_letters(
        session,
        wave,
        batch=form.batch.data or None,
        reminder=form.reminder.data,
        actor=require_staff(),
    )
    session.commit()
    return redirect(url_for("accounts.job", job_id=job.id), code=303)


@blueprint.get("/<slug>/letters/<name>")
def letter_file(slug: str, name: str) -> ResponseReturnValue:
    """Only a file that the list of this wave shows."""
    if name not in {path.name for path in list_files(_config(), slug)}:
        abort(404)
    return send_file(letters_folder(_config()) / name, as_attachment=True, max_age=0)


@blueprint.get("/<slug>/reminders.csv")
def reminders(slug: str) -> ResponseReturnValue:
    """Letters whose code was not used: their numbers, for whoever holds the addresses."""
    rows = queries.list_letters(get_session(), _wave(slug).id, batch=None, reminder=True)
    return _csv(("letter", "batch"), rows, f"reminders-{slug}.csv")


@blueprint.get("/<slug>/outcomes")
def outcomes(slug: str) -> ResponseReturnValue:
    return _outcomes(_wave(slug), OutcomeForm(), OutcomeFileForm())


@blueprint.post("/<slug>/outcomes")
def set_outcome(slug: str) -> ResponseReturnValue:
    wave, form = _wave(slug), OutcomeForm()
    if not form.validate_on_submit():
        return _outcomes(wave, form, OutcomeFileForm()), 422
    chosen = {form.letter.data: form.disposition.data or None}
    session = get_session()
    set_outcomes(session, wave, chosen, source=str(form.letter.data), actor=require_staff())
    session.commit()
    return redirect(url_for("invitations.outcomes", slug=slug), code=303)


@blueprint.post("/<slug>/outcomes/file")
def bring_in_outcomes(slug: str) -> ResponseReturnValue:
    wave, form = _wave(slug), OutcomeFileForm()
    if not form.validate_on_submit():
        return _outcomes(wave, OutcomeForm(), form), 422
    content, name = _read(form.file.data)
    session = get_session()
    set_outcomes(session, wave, read_outcomes(content, name), source=name, actor=require_staff())
    session.commit()
    return redirect(url_for("invitations.outcomes", slug=slug), code=303)


@blueprint.get("/<slug>/thanks")
def thanks(slug: str) -> ResponseReturnValue:
    session = get_session()
    wave = _wave(slug)
    return render_template(
        "invitations/thanks.html",
        slug=slug,
        title=wave_title(wave),
        asked=queries.list_claims(session, wave.id, "asked"),
        sent=len(queries.list_claims(session, wave.id, "sent")),
        form=ConfirmForm(),
        demo=wave.demo,
    )


@blueprint.post("/<slug>/thanks")
def thanks_sent(slug: str) -> ResponseReturnValue:
    if not ConfirmForm().validate_on_submit():
        abort(400)
    session = get_session()
    mark_sent(session, _wave(slug), actor=require_staff())
    session.commit()
    return redirect(url_for("invitations.thanks", slug=slug), code=303)


def _outcomes(wave: Wave, one: OutcomeForm, file: OutcomeFileForm) -> str:
    return render_template(
        "invitations/outcomes.html",
        view=views.outcomes_view(get_session(), wave),
        one=one,
        file=file,
        demo=wave.demo,
    )


def _wave(slug: str) -> Wave:
    """A wave of our own: others have no addresses."""
    wave = find_wave(get_session(), slug)
    if wave.kind != "own":
        abort(404)
    return wave


def _read(upload: FileStorage) -> tuple[bytes, str]:
    return upload.stream.read(), (upload.filename or "file")[:80]


def _csv(header: tuple[str, ...], rows: list[tuple[int, str]], name: str) -> Response:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows((number, safe(batch)) for number, batch in rows)
    response = Response(text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config
