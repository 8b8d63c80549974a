"""The staff's page of an edition's commentary: a text a language, each saved by itself."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..accounts.gate import require_staff
from ..db import get_session
from ..i18n import Language, offered
from ..problems import Problem
from . import queries
from .commentary import texts_of
from .forms import CommentaryForm
from .models import DRAFT
from .services.commentary import write_commentary
from .speech import gettext as _
from .views import CommentaryText, WordsPage
from .wording import SOURCE_LANGUAGE


def add_routes(blueprint: Blueprint) -> None:
    """The commentary's pages of the blueprint `reports`.

    They go by year: the draft that holds a text is another one after each change.
    """
    rule = "/staff/reports/years/<int:year>/words"
    blueprint.add_url_rule(rule, "words", words, methods=["GET"])
    blueprint.add_url_rule(rule, "write_words", write_words, methods=["POST"])


def words(year: int) -> ResponseReturnValue:
    return _page(year, None)


def write_words(year: int) -> ResponseReturnValue:
    form = CommentaryForm()
    if not form.validate_on_submit():
        return _page(year, form), 422
    session = get_session()
    try:
        write_commentary(
            session,
            year,
            _asked_for().code,
            form.text.data or "",
            reviewed=bool(form.reviewed.data),
            actor=require_staff(),
        )
    except Problem as problem:  # what was typed stays on the page
        session.rollback()
        form.text.errors = [str(problem)]
        return _page(year, form), problem.status
    session.commit()
    return redirect(url_for("reports.words", year=year, language=_asked_for().code), code=303)


def _asked_for() -> Language:
    known = offered()
    return known.get(request.args.get("language", ""), known[SOURCE_LANGUAGE])


def _page(year: int, form: CommentaryForm | None) -> str:
    edition = queries.find_newest(get_session(), year)
    held = texts_of(edition.wording)
    texts = {code: _text(language, held.get(code)) for code, language in offered().items()}
    chosen = texts[_asked_for().code]
    if form is None:
        form = CommentaryForm(formdata=None, text=chosen.text, reviewed=chosen.reviewed)
    form.text.render_kw = {"lang": chosen.code, "dir": chosen.direction, "rows": 12}
    view = WordsPage(
        edition_id=edition.id,
        year=year,
        number=edition.number,
        open=edition.state == DRAFT,
        english=texts[SOURCE_LANGUAGE].text,
        chosen=chosen,
        texts=tuple(texts.values()),
    )
    return render_template("reports/words.html", view=view, form=form, demo=edition.demo)


def _text(language: Language, held: tuple[str, bool] | None) -> CommentaryText:
    text, reviewed = held or ("", False)
    if held is None:
        standing = _("Missing")
    elif language.code == SOURCE_LANGUAGE:
        standing = _("Original")
    else:
        standing = _("Reviewed") if reviewed else _("Draft")
    return CommentaryText(
        language.code, language.own_name, language.direction, standing, reviewed, text
    )
