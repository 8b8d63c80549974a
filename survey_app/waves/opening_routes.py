"""Staff pages of a wave's life beside its steps: languages, help lines, who was reached, targets."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..accounts.gate import require_staff
from ..db import get_session
from ..i18n import offered
from ..problems import BadInputProblem
from ..survey.models import SOURCES
from . import opening, outreach, queries
from .counts import TOTAL
from .fieldwork_views import help_views, outreach_view
from .forms import ConfirmForm, HelpCheckForm
from .models import DRAFT, Wave
from .views import MODES, wave_line
from .views import SOURCES as SOURCE_NAMES

blueprint = Blueprint("opening", __name__, url_prefix="/<lang>/staff/waves/<slug>")


def _own(slug: str) -> Wave:
    wave = queries.find_wave(get_session(), slug)
    if wave.kind != "own":
        abort(404)
    return wave


@blueprint.get("/languages")
def languages(slug: str) -> ResponseReturnValue:
    session, wave = get_session(), _own(slug)
    return render_template(
        "waves/languages.html",
        line=wave_line(session, wave),
        states=opening.language_states(session, wave),
        frozen=[row.language for row in queries.list_wordings(session, wave)],
        draft=wave.state == DRAFT,
        demo=wave.demo,
        most=opening.REASON[1],
    )


@blueprint.post("/languages")
def waive(slug: str) -> ResponseReturnValue:
    if not ConfirmForm().validate_on_submit():
        abort(400)
    session, wave = get_session(), _own(slug)
    opening.waive_review(
        session,
        wave,
        request.form.get("language", ""),
        request.form.get("reason", ""),
        actor=require_staff(),
    )
    session.commit()
    return redirect(url_for("opening.languages", slug=slug), code=303)


@blueprint.get("/help-lines")
def help_lines(slug: str) -> ResponseReturnValue:
    session, wave = get_session(), _own(slug)
    return render_template(
        "waves/help_lines.html",
        line=wave_line(session, wave),
        lines=help_views(session, wave),
        draft=wave.state == DRAFT,
        demo=wave.demo,
    )


@blueprint.post("/help-lines")
def check(slug: str) -> ResponseReturnValue:
    form = HelpCheckForm()
    if not form.validate_on_submit() or form.day.data is None:
        raise BadInputProblem(_("Give the day and how it was checked."))
    session, wave = get_session(), _own(slug)
    opening.check_help_line(
        session,
        wave,
        form.line.data or "",
        day=form.day.data,
        how=form.how.data or "",
        actor=require_staff(),
    )
    session.commit()
    return redirect(url_for("opening.help_lines", slug=slug), code=303)


@blueprint.get("/outreach")
def reached(slug: str) -> ResponseReturnValue:
    session, wave = get_session(), _own(slug)
    return render_template(
        "waves/outreach.html",
        line=wave_line(session, wave),
        view=outreach_view(session, wave),
        demo=wave.demo,
    )


@blueprint.get("/targets")
def targets(slug: str) -> ResponseReturnValue:
    session, wave = get_session(), _own(slug)
    return render_template(
        "waves/targets.html",
        line=wave_line(session, wave),
        total=wave.targets.get(TOTAL),
        subjects=_asked(wave),
        demo=wave.demo,
    )


@blueprint.post("/targets")
def set_targets(slug: str) -> ResponseReturnValue:
    if not ConfirmForm().validate_on_submit():
        abort(400)
    session, wave = get_session(), _own(slug)
    numbers = {
        subject: {level: _number(f"{subject}-{level}") for level, _name, _now in levels}
        for subject, _title, levels in _asked(wave)
    }
    outreach.set_targets(session, wave, numbers, total=_number("total"), actor=require_staff())
    session.commit()
    return redirect(url_for("opening.reached", slug=slug), code=303)


def _number(name: str) -> int | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal():
        raise BadInputProblem(_("A target is a whole number up to %(most)s.", most=outreach.MOST))
    return int(text)


def _asked(wave: Wave) -> list[tuple[str, str, list[tuple[str, str, int | None]]]]:
    """Subjects whose targets staff set: id, title, and for each level its id, name and number now."""
    names = {
        "language": {code: item.own_name for code, item in offered().items()},
        "source": {code: str(SOURCE_NAMES[code]) for code in SOURCES},
        "mode": {code: str(name) for code, name in MODES.items() if code != "other"},
    }
    titles = {"language": _("Language"), "source": _("Source"), "mode": _("Way")}
    return [
        (
            subject,
            titles[subject],
            [(code, name, wave.targets.get(subject, {}).get(code)) for code, name in levels.items()],
        )
        for subject, levels in names.items()
    ]
