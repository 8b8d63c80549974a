"""The report and its one-page summary as PDF, in the language that is being spoken."""

from __future__ import annotations

from flask import render_template

from analysis.charts import paint

from ..i18n import Language
from ..printing import FONT_FAMILY, picture_address, render_pdf
from . import compose
from .map_picture import map_picture
from .models import DRAFT, Edition
from .pictures import trend_picture
from .snapshot import Snapshot
from .wording import words_of

SUMMARY, REPORT = "summary", "report"


def print_edition(
    snapshot: Snapshot, wording: str, language: Language, *, number: int
) -> dict[str, bytes]:
    """`summary` and `report`, tagged (PDF/UA).

    Needs the packages of the system that survey_app/printing.py names.
    """
    reading = _reading(snapshot, wording, language, number)
    view = compose.year_view(reading, years=(), preview=False)
    pages = [compose.measure_page(reading, measure, preview=False) for measure in snapshot.measures]
    pictures = _outlined(reading)
    shared = {
        "view": view,
        "language": language,
        "fonts": FONT_FAMILY,
        "foot": f"{view.edition.year} · {snapshot.input_sha256[:12]}",
    }
    return {
        SUMMARY: render_pdf(render_template("reports/print/summary.html", **shared), pictures=pictures),
        REPORT: render_pdf(
            render_template(
                "reports/print/report.html",
                measures=pages,
                primary={one.id for one in view.primary},
                **shared,
            ),
            pictures=pictures,
        ),
    }


def _outlined(reading: compose.Reading) -> dict[str, bytes]:
    """The pictures that are printed, their letters as shapes: by the address that the pages know."""
    found = {}
    for measure in reading.snapshot.measures:
        said = (reading.snapshot, measure, reading.wording)
        printed = [trend_picture(*said, rtl=reading.rtl)]
        if measure.primary:
            printed.append(map_picture(*said, rtl=reading.rtl))
        for picture in printed:
            if picture is not None:
                found[f"{picture.name}.svg"] = paint(picture.drawing).outlined()
    return found


def _reading(snapshot: Snapshot, wording: str, language: Language, number: int) -> compose.Reading:
    """The edition without addresses: a picture is found under its name."""
    edition = Edition(
        year=snapshot.year,
        number=number,
        state=DRAFT,
        demo=snapshot.demo,
        sha256="",
        correction="",
        wave_id="",
    )
    links = compose.Links(
        home="",
        open_link="",
        data="",
        measure=lambda _measure: "",
        picture=picture_address,
        file=lambda _name: "",
    )
    return compose.Reading(
        edition, snapshot, words_of(snapshot, wording, language.code), language, links
    )
