"""Public pages of the pulse and of partner agencies, and the staff page that publishes them."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..accounts.gate import require_staff
from ..db import get_session
from ..waves.models import Wave
from ..waves.queries import find_wave, list_waves
from ..waves.titles import wave_title
from . import services
from .forms import PublishForm, ReachForm
from .models import SeriesResult
from .queries import COUNTED, count_asked, find_newest, find_reach, list_published, read_codes
from .views import series_view

blueprint = Blueprint("series", __name__, url_prefix="/<lang>")


@blueprint.get("/results/<any(pulse, partners):series>")
def results(series: str) -> ResponseReturnValue:
    session = get_session()
    view = series_view(session, series, list_published(session, series))
    response = make_response(render_template("series/results.html", view=view, demo=view.demo))
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/staff/series")
def index() -> ResponseReturnValue:
    session = get_session()
    waves = [
        (wave.slug, wave_title(wave), wave.state in {"closed", "archived"}, find_newest(session, wave))
        for series in COUNTED
        for wave in reversed(list_waves(session, kind="own", series=series))
    ]
    return render_template("series/index.html", waves=waves)


@blueprint.get("/staff/series/<slug>")
def desk(slug: str) -> ResponseReturnValue:
    """What would be published now, before it is."""
    session = get_session()
    wave = _counted(session, slug)
    reach = find_reach(session, wave)
    return _desk(session, wave, ReachForm(obj=reach), PublishForm())


@blueprint.post("/staff/series/<slug>/reach")
def set_reach(slug: str) -> ResponseReturnValue:
    session = get_session()
    wave, form = _counted(session, slug), ReachForm()
    if not form.validate_on_submit():
        return _desk(session, wave, form, PublishForm()), 422
    services.set_reach(session, wave, events=form.events.data, people=form.people.data)
    session.commit()
    return redirect(url_for("series.desk", slug=slug), code=303)


@blueprint.post("/staff/series/<slug>/publish")
def publish(slug: str) -> ResponseReturnValue:
    session = get_session()
    wave, form = _counted(session, slug), PublishForm()
    if not form.validate_on_submit():
        return _desk(session, wave, ReachForm(obj=find_reach(session, wave)), form), 422
    services.publish_result(session, wave, actor=require_staff(), correction=form.correction.data or "")
    session.commit()
    return redirect(url_for("series.desk", slug=slug), code=303)


def _counted(session: Session, slug: str) -> Wave:
    wave = find_wave(session, slug)
    if wave.kind != "own" or wave.series not in COUNTED:
        abort(404)
    return wave


def _desk(session: Session, wave: Wave, reach: ReachForm, publishing: PublishForm) -> str:
    closed = wave.state in {"closed", "archived"}
    preview = None
    if closed:
        now = SeriesResult(
            wave_id=wave.id,
            number=1,
            document=services.build_document(session, wave),
            sha256="",
            published_on=wave.closed_on,
            correction="",
        )
        preview = series_view(session, wave.series, [(wave, now)])
    return render_template(
        "series/desk.html",
        slug=wave.slug,
        title=wave_title(wave),
        by_invitation=wave.series == "partners",
        asked=count_asked(session, wave),
        answered=len(read_codes(session, wave)) if closed else None,
        preview=preview,
        published=find_newest(session, wave),
        reach=reach,
        publishing=publishing,
        demo=wave.demo,
    )
