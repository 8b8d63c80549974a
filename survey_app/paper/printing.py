"""A sheet as PDF: tagged, right to left where the language is, fetching nothing."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import force_locale
from weasyprint import HTML
from weasyprint.logger import PROGRESS_LOGGER

from ..i18n import languages
from .models import LARGE
from .sheet import paper_view
from .words import SheetWords

PROGRESS_LOGGER.setLevel("WARNING")  # the job tells its progress itself


def _fetch_nothing(url: str) -> Any:
    raise ValueError(f"A sheet of paper fetches nothing, least of all {url}.")


def print_sheet(source: SheetWords, *, size: str, demo: bool) -> tuple[bytes, int]:
    """The PDF (PDF/UA, Letter) and its number of pages. Needs an application context."""
    language = languages()[source.words.language]
    with force_locale(language.code):
        html = render_template(
            "paper/questionnaire.html",
            view=paper_view(source.words, source.sha256),
            language=language,
            large=size == LARGE,
            demo=demo,
        )
    document = HTML(string=html, url_fetcher=_fetch_nothing).render()
    return document.write_pdf(pdf_variant="pdf/ua-1"), len(document.pages)
