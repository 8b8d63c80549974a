"""The report and its one-page summary as PDF, in the language that is being spoken."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, render_template

from analysis.charts import Drawing, paint

from ..config import Config
from ..i18n import Language
from ..printing import FONT_FAMILY, picture_address, render_pdf
from . import compose
from .map_picture import map_picture
from .models import DRAFT, Edition
from .pictures import trend_picture
from .snapshot import Snapshot
from .wording import words_of

SUMMARY, REPORT = "summary", "report"


@dataclass(frozen=True)
class Sheets:
    """What is to be printed in one language: HTML by the name of its file, and drawings by address."""

    pages: dict[str, str]
    drawings: dict[str, Drawing]

    def printed(self) -> dict[str, bytes]:
        """Tagged PDF files (PDF/UA) by name. Needs no application, only the packages of the system
        that survey_app/printing.py names."""
        # Letters as shapes, so that no viewer needs a font of ours.
        pictures = {name: paint(drawing).outlined() for name, drawing in self.drawings.items()}
        return {name: render_pdf(html, pictures=pictures) for name, html in self.pages.items()}


def sheets_of(snapshot: Snapshot, wording: str, language: Language, *, number: int) -> Sheets:
    """`summary` and `report`."""
    reading = _reading(snapshot, wording, language, number)
    view = compose.year_view(reading, years=(), preview=False)
    pages = [compose.measure_page(reading, measure, preview=False) for measure in snapshot.measures]
    shared = {
        "view": view,
        "language": language,
        "fonts": FONT_FAMILY,
        "foot": f"{view.edition.year} · {snapshot.input_sha256[:12]}",
    }
    return Sheets(
        {
            SUMMARY: render_template("reports/print/summary.html", **shared),
            REPORT: render_template(
                "reports/print/report.html",
                measures=pages,
                primary={one.id for one in view.primary},
                **shared,
            ),
        },
        _drawings(reading),
    )


def _drawings(reading: compose.Reading) -> dict[str, Drawing]:
    """The pictures that are printed, by the address that the pages know."""
    found = {}
    for measure in reading.snapshot.measures:
        said = (reading.snapshot, measure, reading.wording)
        printed = [trend_picture(*said, rtl=reading.rtl)]
        if measure.primary:
            printed.append(map_picture(*said, rtl=reading.rtl))
        for picture in printed:
            if picture is not None:
                found[f"{picture.name}.svg"] = picture.drawing
    return found


def _reading(snapshot: Snapshot, wording: str, language: Language, number: int) -> compose.Reading:
    """The edition without addresses of its own: a picture is found under its name."""
    edition = Edition(
        year=snapshot.year,
        number=number,
        state=DRAFT,
        demo=snapshot.demo,
        sha256="",
        correction="",
        wave_id="",
    )
    config: Config = current_app.extensions["config"]
    site = config.public_url
    links = compose.Links(
        home="",
        open_link="",
        data="",
        session=lambda one: f"{site}/{language.code}/sessions/{one}" if site else "",
        measure=lambda _measure: "",
        picture=picture_address,
        file=lambda _name: "",
    )
    return compose.Reading(
        edition, snapshot, words_of(snapshot, wording, language.code), language, links
    )
