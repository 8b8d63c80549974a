"""Staff pages about waves: what there is, how many answered (coarsely), and the steps of its life."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..accounts.gate import require_staff
from ..config import Config
from ..db import get_session
from . import opening, pilot, queries, services
from .forms import ConfirmForm, CreateWaveForm
from .jobs import ask_to_close
from .models import Wave
from .views import Step, find_step, steps_for, wave_line, wave_view

blueprint = Blueprint("waves", __name__, url_prefix="/<lang>/staff/waves")


@blueprint.get("")
def waves() -> ResponseReturnValue:
    session = get_session()
    lines = [wave_line(session, wave) for wave in queries.list_waves(session)]
    return render_template(
        "waves/waves.html",
        own=[line for line in lines if not line.foreign],
        foreign=[line for line in lines if line.foreign],
        form=CreateWaveForm().offer(),
        demo=any(line.demo for line in lines),
    )


@blueprint.post("")
def create_wave() -> ResponseReturnValue:
    form = CreateWaveForm().offer()
    if not form.validate_on_submit():
        abort(422)
    session = get_session()
    wave = services.create_wave(
        session,
        questionnaire=form.questionnaire.data,
        demo=not _config().is_production,
        production=_config().is_production,
        actor=require_staff(),
    )
    session.commit()
    return redirect(url_for("waves.wave", slug=wave.slug), code=303)


@blueprint.get("/<slug>")
def wave(slug: str) -> ResponseReturnValue:
    session = get_session()
    view = wave_view(session, queries.find_wave(session, slug))
    return render_template("waves/wave.html", view=view, demo=view.line.demo)


@blueprint.get("/<slug>/<step>")
def confirm_step(slug: str, step: str) -> ResponseReturnValue:
    session = get_session()
    found = queries.find_wave(session, slug)
    return render_template(
        "waves/confirm.html",
        line=wave_line(session, found),
        step=_step(found, step),
        form=ConfirmForm(),
        states=opening.language_states(session, found) if step == "open" else (),
        demo=found.demo,
    )


@blueprint.post("/<slug>/<step>")
def take_step(slug: str, step: str) -> ResponseReturnValue:
    if not ConfirmForm().validate_on_submit():
        abort(400)
    session = get_session()
    found = queries.find_wave(session, slug)
    target = _take(session, found, _step(found, step))
    session.commit()
    return redirect(target, code=303)


def _step(wave: Wave, name: str) -> Step:
    """The step of this name, if the wave's state allows it: 404 for an unknown one, 409 otherwise."""
    step = find_step(name)
    if step is None:
        abort(404)
    if step not in steps_for(wave):
        abort(409)
    return step


def _take(session: Session, wave: Wave, step: Step) -> str:
    """Do what the step says; returns where to go on."""
    actor = require_staff()
    if step.name == "close":
        job = ask_to_close(session, wave, actor=actor)
        return url_for("accounts.job", job_id=job.id)
    if step.name == "open":
        services.open_wave(session, wave, production=_config().is_production, actor=actor)
    elif step.name == "pilot":
        pilot.start_pilot(session, wave, actor=actor)
    elif step.name == "end-pilot":
        pilot.end_pilot(session, wave, actor=actor)
    elif step.name == "pause":
        services.pause_wave(session, wave, actor=actor)
    elif step.name == "resume":
        services.resume_wave(session, wave, actor=actor)
    else:
        services.archive_wave(session, wave, actor=actor)
    return url_for("waves.wave", slug=wave.slug)


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config
