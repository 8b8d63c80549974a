"""The staff's page of what comes before the release of an edition."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_wtf import FlaskForm

from ..accounts.gate import require_staff
from ..db import get_session
from ..i18n import offered
from ..printing import missing_packages
from ..problems import NotFoundProblem
from ..waves.models import Wave
from ..waves.titles import wave_title
from . import queries
from .forms import ReaderForm, ReleaseForm, SignOffForm
from .jobs import request_print
from .models import PUBLISHED, Edition
from .sending import send_print
from .services import release
from .speech import gettext as _
from .views import ReaderView, ReleaseDay, ReleasePage, SignOffView


def add_routes(blueprint: Blueprint) -> None:
    """The pages about release of the blueprint `reports`."""
    for rule, endpoint, view, method in (
        ("/staff/reports/<edition_id>/release", "release_page", release_page, "GET"),
        ("/staff/reports/waves/<wave_id>/day", "release_day", release_day, "GET"),
        ("/staff/reports/waves/<wave_id>/day", "announce", announce, "POST"),
        ("/staff/reports/<edition_id>/prints/<name>", "preview_print", preview_print, "GET"),
        ("/staff/reports/<edition_id>/release/print", "print_now", print_now, "POST"),
        ("/staff/reports/<edition_id>/release/sign-off", "sign_off", sign_off, "POST"),
        ("/staff/reports/<edition_id>/release/readers", "add_reader", add_reader, "POST"),
    ):
        blueprint.add_url_rule(rule, endpoint, view, methods=[method])


def release_page(edition_id: str) -> ResponseReturnValue:
    return _page(queries.find_edition(get_session(), edition_id))


def release_day(wave_id: str) -> ResponseReturnValue:
    return _day_page(_wave(wave_id), ReleaseForm(formdata=None))


def announce(wave_id: str) -> ResponseReturnValue:
    session = get_session()
    wave, form = _wave(wave_id), ReleaseForm()
    if not form.validate_on_submit():
        return _day_page(wave, form), 422
    release.announce_release(
        session,
        wave,
        release_on=form.release_on.data,
        reason=form.reason.data or "",
        actor=require_staff(),
    )
    session.commit()
    return redirect(url_for("reports.release_day", wave_id=wave.id), code=303)


def _wave(wave_id: str) -> Wave:
    wave = get_session().get(Wave, wave_id)
    if wave is None or wave.kind != "own":
        raise NotFoundProblem(_("There is no such wave."))
    return wave


def _day_page(wave: Wave, form: FlaskForm) -> str:
    return render_template(
        "reports/release_day.html",
        wave_id=wave.id,
        title=wave_title(wave),
        days=release_days(wave.id),
        form=form,
        demo=wave.demo,
    )


def sign_off(edition_id: str) -> ResponseReturnValue:
    session = get_session()
    edition, form = queries.find_edition(session, edition_id), SignOffForm()
    if not form.validate_on_submit():
        return _page(edition, signed=form), 422
    release.sign_off(
        session,
        edition.id,
        name=form.name.data,
        affiliation=form.affiliation.data,
        statement=form.statement.data,
        actor=require_staff(),
    )
    return _done(edition)


def add_reader(edition_id: str) -> ResponseReturnValue:
    session = get_session()
    edition, form = queries.find_edition(session, edition_id), ReaderForm()
    if not form.validate_on_submit():
        return _page(edition, reader=form), 422
    release.add_reader(
        session,
        edition.id,
        name=form.reader_name.data,
        organization=form.organization.data,
        actor=require_staff(),
    )
    return _done(edition)


def preview_print(edition_id: str, name: str) -> ResponseReturnValue:
    return send_print(queries.find_edition(get_session(), edition_id), name)


def print_now(edition_id: str) -> ResponseReturnValue:
    """Queue the printing of what is missing, for example once the packages were installed."""
    session = get_session()
    job = request_print(session, queries.find_edition(session, edition_id), actor=require_staff())
    session.commit()
    return redirect(url_for("accounts.job", job_id=job.id), code=303)


def _done(edition: Edition) -> ResponseReturnValue:
    get_session().commit()
    return redirect(url_for("reports.release_page", edition_id=edition.id), code=303)


def _page(
    edition: Edition,
    *,
    signed: FlaskForm | None = None,
    reader: FlaskForm | None = None,
) -> str:
    session = get_session()
    standing = queries.find_sign_off(session, edition.id)
    view = ReleasePage(
        edition_id=edition.id,
        year=edition.year,
        number=edition.number,
        published=edition.state == PUBLISHED,
        wave_id=edition.wave_id,
        days=release_days(edition.wave_id),
        signed=sign_off_view(edition.id),
        stale=standing is not None and standing.sha256 != edition.sha256,
        readers=reader_views(edition.id),
        prints=tuple(queries.list_prints(session, edition.id)),
        missing=" ".join(missing_packages(tuple(offered()))),
    )
    return render_template(
        "reports/release.html",
        view=view,
        signed=signed or SignOffForm(formdata=None),
        reader=reader or ReaderForm(formdata=None),
        demo=edition.demo,
    )


def release_days(wave_id: str) -> tuple[ReleaseDay, ...]:
    """Every promised day of a wave's report, ready to print."""
    return tuple(
        ReleaseDay(
            format_date(one.release_on, "long"), format_date(one.announced_on, "long"), one.reason
        )
        for one in queries.list_releases(get_session(), wave_id)
    )


def sign_off_view(edition_id: str) -> SignOffView | None:
    found = queries.find_sign_off(get_session(), edition_id)
    if found is None:
        return None
    day = format_date(found.signed_on, "long")
    return SignOffView(found.name, found.affiliation, found.statement, day)


def reader_views(edition_id: str) -> tuple[ReaderView, ...]:
    return tuple(
        ReaderView(one.name, one.organization, format_date(one.given_on, "long"))
        for one in queries.list_readers(get_session(), edition_id)
    )
