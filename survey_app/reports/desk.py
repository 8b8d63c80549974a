"""The staff's report desk: build, look, approve, publish."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from ..accounts.gate import require_staff
from ..accounts.models import StaffAccount
from ..accounts.permissions import may
from ..db import get_session
from ..i18n import current_language
from ..problems import BadInputProblem, NotFoundProblem
from ..waves.titles import wave_title
from . import compose, compose_data, queries
from .forms import BuildForm
from .jobs import request_build, request_print
from .models import APPROVED, DRAFT, PUBLISHED, Edition
from .sending import send_file
from .services import editions
from .services.build import COMMAND
from .speech import gettext as _
from .views import DeskYear, EditionRow


def add_routes(blueprint: Blueprint) -> None:
    """The staff pages of the blueprint `reports`."""
    for rule, endpoint, view, method in (
        ("/staff/reports", "desk", desk, "GET"),
        ("/staff/reports/build", "build", build, "POST"),
        ("/staff/reports/<edition_id>", "preview", preview, "GET"),
        ("/staff/reports/<edition_id>/measure/<measure>", "preview_measure", preview_measure, "GET"),
        ("/staff/reports/<edition_id>/open-link", "preview_open", preview_open, "GET"),
        ("/staff/reports/<edition_id>/data", "preview_data", preview_data, "GET"),
        ("/staff/reports/<edition_id>/files/<path:name>", "preview_file", preview_file, "GET"),
        ("/staff/reports/<edition_id>/approve", "approve", approve, "POST"),
        ("/staff/reports/<edition_id>/publish", "publish", publish, "POST"),
    ):
        blueprint.add_url_rule(rule, endpoint, view, methods=[method])


def desk() -> ResponseReturnValue:
    actor = require_staff()
    session = get_session()
    rows = queries.list_desk(session)
    people = {
        person
        for row in rows
        for one in row.editions
        for person in (one.built_by, one.approved_by)
        if person
    }
    names = queries.list_names(session, sorted(people)) | {COMMAND: _("the command line")}
    years = tuple(
        DeskYear(
            wave_id=row.wave.id,
            year=row.wave.year,
            title=wave_title(row.wave),
            demo=row.wave.demo,
            may_build=row.may_build,
            corrects=any(one.state == PUBLISHED for one in row.editions),
            editions=tuple(_edition_row(one, names, actor) for one in row.editions),
        )
        for row in rows
    )
    return render_template(
        "reports/desk.html",
        years=years,
        demo=any(one.demo for one in years),
        may_publish=may(actor.role, "reports.publish"),
    )


def _edition_row(edition: Edition, names: dict[str, str], actor: StaffAccount) -> EditionRow:
    publisher = may(actor.role, "reports.approve")
    return EditionRow(
        id=edition.id,
        number=edition.number,
        state=edition.state,
        built=_by(edition.built_by, names),
        approved=_by(edition.approved_by, names) if edition.approved_by else "",
        published_on=format_date(edition.published_on, "long") if edition.published_on else "",
        correction=edition.correction,
        digest=edition.sha256[:12],
        may_approve=publisher and edition.state == DRAFT and edition.built_by != actor.id,
        may_publish=publisher and edition.state == APPROVED,
        second_person=publisher and edition.state == DRAFT and edition.built_by == actor.id,
    )


def _by(account_id: str, names: dict[str, str]) -> str:
    return names.get(account_id, account_id)


def build() -> ResponseReturnValue:
    form = BuildForm()
    if not form.validate_on_submit():
        raise BadInputProblem(next(error for errors in form.errors.values() for error in errors))
    session = get_session()
    job = request_build(
        session,
        year=form.year.data,
        correction=form.correction.data or "",
        actor=require_staff(),
    )
    session.commit()
    return redirect(url_for("accounts.job", job_id=job.id), code=303)


def approve(edition_id: str) -> ResponseReturnValue:
    session = get_session()
    edition = editions.approve_edition(session, edition_id, actor=require_staff())
    # Other words since the build are another edition, which has not been printed.
    request_print(session, edition, actor=require_staff())
    session.commit()
    return redirect(url_for("reports.desk"), code=303)


def publish(edition_id: str) -> ResponseReturnValue:
    session = get_session()
    editions.publish_edition(session, edition_id, actor=require_staff())
    session.commit()
    return redirect(url_for("reports.desk"), code=303)


def preview(edition_id: str) -> ResponseReturnValue:
    edition = queries.find_edition(get_session(), edition_id)
    view = compose.year_view(_read(edition), years=(), preview=True)
    return render_template("reports/year.html", view=view, demo=edition.demo)


def preview_measure(edition_id: str, measure: str) -> ResponseReturnValue:
    edition = queries.find_edition(get_session(), edition_id)
    reading = _read(edition)
    found = reading.snapshot.measure(measure)
    if found is None:
        raise NotFoundProblem(_("This year has no such measure."))
    view = compose.measure_page(reading, found, preview=True)
    return render_template("reports/measure.html", view=view, demo=edition.demo)


def preview_open(edition_id: str) -> ResponseReturnValue:
    edition = queries.find_edition(get_session(), edition_id)
    view = compose.open_page(_read(edition), preview=True)
    return render_template("reports/open.html", view=view, demo=edition.demo)


def preview_data(edition_id: str) -> ResponseReturnValue:
    session = get_session()
    edition = queries.find_edition(session, edition_id)
    codebook = queries.find_file(session, edition_id, "codebook.json")
    held = queries.list_file_names(get_session(), edition.id)
    view = compose_data.data_page(_read(edition), codebook.body, held, preview=True)
    return render_template("reports/data.html", view=view, demo=edition.demo)


def preview_file(edition_id: str, name: str) -> ResponseReturnValue:
    session = get_session()
    edition = queries.find_edition(session, edition_id)
    return send_file(edition, queries.find_file(session, edition_id, name))


def _read(edition: Edition) -> compose.Reading:
    language = current_language()
    links = compose.Links(
        home=url_for("reports.preview", edition_id=edition.id),
        open_link=url_for("reports.preview_open", edition_id=edition.id),
        data=url_for("reports.preview_data", edition_id=edition.id),
        session=lambda one: url_for("meetings.session", session_id=one),
        measure=lambda one: url_for("reports.preview_measure", edition_id=edition.id, measure=one),
        picture=lambda name: _picture_address(edition, language.code, name),
        file=lambda name: url_for("reports.preview_file", edition_id=edition.id, name=name),
    )
    return compose.read(edition, language, links)


def _picture_address(edition: Edition, language: str, name: str) -> str:
    """Before it is published an edition has its pictures as SVG, and one table of all figures."""
    if name.endswith(".csv"):
        name = "figures.csv"
    else:
        name = f"{language}/{name.removesuffix('.png').removesuffix('.svg')}.svg"
    return url_for("reports.preview_file", edition_id=edition.id, name=name)
