"""Public results: one read and a template. Staff pages of the same feature are in desk.py."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from ..db import get_session
from ..i18n import current_language
from ..jobs import now
from ..problems import NotFoundProblem
from ..waves.models import CITY_SERIES
from . import compose, compose_data, desk, queries, release_desk, words_desk
from .models import Edition
from .one_picture import figures_behind, photograph_of
from .sending import send_file, send_made, send_picture, send_print
from .speech import gettext as _
from .views import AwaitedView, Checks

blueprint = Blueprint("reports", __name__, url_prefix="/<lang>")
desk.add_routes(blueprint)
release_desk.add_routes(blueprint)
words_desk.add_routes(blueprint)


@blueprint.get("/results")
def index() -> ResponseReturnValue:
    years = queries.list_published_years(get_session())
    if not years:
        return _cached(render_template("reports/none.html", awaited=_awaited()))
    return _year_page(years[0], years)


@blueprint.get("/results/<int:year>")
def year_page(year: int) -> ResponseReturnValue:
    return _year_page(year, queries.list_published_years(get_session()))


def _year_page(year: int, years: list[int]) -> ResponseReturnValue:
    edition = queries.find_published(get_session(), year)
    others = tuple((one, url_for("reports.year_page", year=one)) for one in years)
    view = compose.year_view(_read(edition), years=others, preview=False)
    checks = Checks(
        days=release_desk.release_days(edition.wave_id),
        signed=release_desk.sign_off_view(edition.id),
        readers=release_desk.reader_views(edition.id),
    )
    return _cached(
        render_template(
            "reports/year.html",
            view=view,
            checks=checks,
            awaited=_awaited(),
            prints=_prints(edition),
            demo=edition.demo,
        )
    )


def _prints(edition: Edition) -> tuple[tuple[str, str], ...]:
    """Names and addresses of the PDF files that are printed in the language of the page."""
    held = queries.list_prints(get_session(), edition.id)
    code = current_language().code
    return tuple(
        (title, url_for("reports.printed", year=edition.year, kind=kind))
        for kind, title in (("summary", _("One page (PDF)")), ("report", _("The whole report (PDF)")))
        if f"{kind}.{code}.pdf" in held
    )


def _awaited() -> tuple[AwaitedView, ...]:
    """Reports that are promised: what the public may hold the City to."""
    return tuple(
        AwaitedView(
            year=one.wave.year,
            release_on=format_date(one.release.release_on, "long"),
            overdue=one.release.release_on < now().date(),
        )
        for one in queries.list_awaited(get_session(), series=CITY_SERIES)
    )


@blueprint.get("/results/<int:year>/measure/<measure>")
def measure_page(year: int, measure: str) -> ResponseReturnValue:
    edition = queries.find_published(get_session(), year)
    reading = _read(edition)
    found = reading.snapshot.measure(measure)
    if found is None:
        raise NotFoundProblem(_("This year has no such measure."))
    view = compose.measure_page(reading, found, preview=False)
    return _cached(render_template("reports/measure.html", view=view, demo=edition.demo))


@blueprint.get("/results/<int:year>/open-link")
def open_page(year: int) -> ResponseReturnValue:
    edition = queries.find_published(get_session(), year)
    view = compose.open_page(_read(edition), preview=False)
    return _cached(render_template("reports/open.html", view=view, demo=edition.demo))


@blueprint.get("/results/<int:year>/<name>.svg")
def picture(year: int, name: str) -> ResponseReturnValue:
    edition = queries.find_published(get_session(), year)
    return send_picture(edition, f"{name}.svg")


@blueprint.get("/results/<int:year>/<name>.png")
def photograph(year: int, name: str) -> ResponseReturnValue:
    """The same picture for slides, drawn when it is asked for: few are, and they weigh much."""
    edition = queries.find_published(get_session(), year)
    return send_made(edition, photograph_of(_read(edition), name), "image/png")


@blueprint.get("/results/<int:year>/<measure>.csv")
def measure_figures(year: int, measure: str) -> ResponseReturnValue:
    edition = queries.find_published(get_session(), year)
    return send_made(edition, figures_behind(edition, measure), "text/csv; charset=utf-8")


@blueprint.get("/results/<int:year>/<any(summary, report):kind>.pdf")
def printed(year: int, kind: str) -> ResponseReturnValue:
    """The report or its one-page summary in the language of the page."""
    edition = queries.find_published(get_session(), year)
    return send_print(edition, f"{kind}.{current_language().code}.pdf")


@blueprint.get("/results/<int:year>/figures.csv")
def figures(year: int) -> ResponseReturnValue:
    return _download(year, "figures.csv")


@blueprint.get("/results/<int:year>/plan.json")
def plan(year: int) -> ResponseReturnValue:
    return _download(year, "plan.json")


@blueprint.get("/results/<int:year>/edition.zip")
def edition(year: int) -> ResponseReturnValue:
    return _download(year, "edition.zip")


@blueprint.get("/results/<int:year>/data")
def data_page(year: int) -> ResponseReturnValue:
    edition = queries.find_published(get_session(), year)
    codebook = queries.find_file(get_session(), edition.id, "codebook.json")
    held = queries.list_file_names(get_session(), edition.id)
    view = compose_data.data_page(_read(edition), codebook.body, held, preview=False)
    return _cached(render_template("reports/data.html", view=view, demo=edition.demo))


@blueprint.get("/results/<int:year>/files/<name>")
def data_file(year: int, name: str) -> ResponseReturnValue:
    return _download(year, name)


def _download(year: int, name: str) -> Response:
    edition = queries.find_published(get_session(), year)
    response = send_file(edition, queries.find_file(get_session(), edition.id, name))
    stem, _dot, ending = name.partition(".")
    demo = "-demonstration" if edition.demo else ""
    response.headers["Content-Disposition"] = (
        f'attachment; filename="baltimore-{stem}-{edition.year}-{edition.number}{demo}.{ending}"'
    )
    return response


def _cached(html: str) -> Response:
    """A public page: kept for five minutes, then asked for again by its tag."""
    response = make_response(html)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    response.make_conditional(request)
    return response


def _read(edition: Edition) -> compose.Reading:
    year, tag = edition.year, edition.sha256[:12]
    links = compose.Links(
        home=url_for("reports.year_page", year=year),
        open_link=url_for("reports.open_page", year=year),
        data=url_for("reports.data_page", year=year),
        session=lambda one: url_for("meetings.session", session_id=one),
        measure=lambda one: url_for("reports.measure_page", year=year, measure=one),
        picture=lambda name: _picture_address(year, name, tag),
        file=lambda name: _file_address(year, name),
    )
    return compose.read(edition, current_language(), links)


#: Files with an address of their own, as plans and papers cite them; the rest stand under files/.
_CITED = {"figures.csv": "figures", "plan.json": "plan", "edition.zip": "edition"}


def _picture_address(year: int, name: str, tag: str) -> str:
    stem, _dot, ending = name.rpartition(".")
    if ending == "csv":
        return url_for("reports.measure_figures", year=year, measure=stem, e=tag)
    endpoint = "reports.photograph" if ending == "png" else "reports.picture"
    return url_for(endpoint, year=year, name=stem, e=tag)


def _file_address(year: int, name: str) -> str:
    if name in _CITED:
        return url_for(f"reports.{_CITED[name]}", year=year)
    return url_for("reports.data_file", year=year, name=name)
