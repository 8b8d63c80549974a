"""A sheet as PDF: tagged, right to left where the language is."""

from __future__ import annotations

from flask import render_template
from flask_babel import force_locale

from ..i18n import languages
from ..printing import render_pages
from .models import LARGE
from .sheet import paper_view
from .words import SheetWords


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
    return render_pages(html)
