"""The survey in one piece, for a phone that may lose its signal: every page, blank, in one language.

The worker on the phone (static/survey-worker.js) answers from it what the server would answer: it puts
questions into pages, follows the same conditions, says the same errors in the same words. The pack is
the same bytes for everybody in a wave and language, so each process makes it once, and compresses it
once, as well as it can.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from questionnaires.areas import POLICE_DISTRICTS, needs_district, neighborhoods, zip_codes
from questionnaires.schema import Instrument

from ..config import ROOT
from ..invitations.queries import find_gift
from ..security import HEADERS
from .compose import ask_again, ask_eligibility, ask_step, front_view, headings
from .entry import Here, render
from .fields import FIELDS, Sent
from .flow import Step
from .same import Bytes
from .services.submission import DEVICE_DAYS
from .views import EndView, ErrorLine, PageView, ReviewLine, ReviewView
from .words import DISTRICT, Asked, Words

#: Places that the worker fills in.
NUMBER, TOTAL = 888888, 999999
PAGE, ANCHOR, QUESTION, ANSWER, NOTE = ("-page-", "-anchor-", "\ue000", "\ue001", "\ue002")
WORKER = ROOT / "static" / "survey-worker.js"


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack as sent, and the version that its address and the worker carry."""

    version: str
    body: Bytes


_made: dict[tuple[object, ...], Pack] = {}


def make_pack(here: Here) -> Pack:
    """The pack of this door, wave and language; made once by each process."""
    edition = current_app.extensions["words"].edition
    gift = find_gift(here.session) is not None
    place = (here.door.name, here.wave.id, here.words.language, edition, gift)
    found = _made.get(place)
    if found is None:
        plain = json.dumps(_body(here, gift), ensure_ascii=False, separators=(",", ":")).encode()
        version = hashlib.sha256(plain + WORKER.read_bytes()).hexdigest()[:12]
        found = Pack(version, Bytes.of(plain))
        _made[place] = found
    return found


def _body(here: Here, gift: bool) -> dict[str, Any]:
    words, instrument = here.words, here.words.instrument
    eligibility = ask_eligibility(words)
    steps = _all_steps(instrument)
    asked = (*eligibility, *(one for step in steps for one in ask_step(words, step)))
    return {
        "wave": here.wave.id,
        "language": words.language,
        "days": DEVICE_DAYS,
        "headers": {name: HEADERS[name] for name in ("Content-Security-Policy", "Referrer-Policy")},
        "files": [
            url_for("static", filename=name) for name in ("site.css", "survey.js", "survey-kept.js")
        ],
        "pages": _pages(here, steps, gift),
        "error": str(_("Error:")),
        "summary": _summary_shell(),
        "fields": {one.id: _field(one) for one in asked},
        "wrong": {
            **{one.id: _wrong(one, None) for one in eligibility},
            **{one.id: _wrong(one, sent) for one in asked if (sent := _mistake(one)) is not None},
        },
        "checks": {one.id: _check(one) for one in asked},
        "eligibility": [one.id for one in eligibility],
        "steps": [{"id": step.id, "questions": step.questions} for step in steps],
        "only_if": {
            question.id: [question.only_if.question, list(question.only_if.codes)]
            for question in instrument.questions
            if question.only_if is not None
        },
        "review": _review_parts(),
        "titles": {step.id: headings(words, step)[0] for step in steps},
        **_areas(words),
    }


def _areas(words: Words) -> dict[str, Any]:
    """What a phone needs to know of areas; nothing where the survey asks for none."""
    if all(question.kind != "area" for question in words.instrument.questions):
        return {"zips": [], "places": {}, "districts": {}}
    return {
        "zips": sorted(zip_codes()),
        "places": _places(),
        "districts": {code: words.text(f"area.district.{code}") for code in POLICE_DISTRICTS},
    }


def _all_steps(instrument: Instrument) -> tuple[Step, ...]:
    """Every page somebody can get, with every question it may ask."""
    found: list[Step] = []
    for page in instrument.pages:
        asked = tuple(question.id for question in page.questions if question.kind != "area")
        if asked:
            found.append(Step(page.id, asked))
        for question in page.questions:
            if question.kind == "area":
                found.append(Step(question.id, (question.id,)))
                found.append(Step(DISTRICT, (DISTRICT,), tuple(POLICE_DISTRICTS)))
    return tuple(found)


def _pages(here: Here, steps: tuple[Step, ...], gift: bool) -> dict[str, str]:
    front = replace(front_view(here.words, here.frame, {}, {}), fields=())
    review = ReviewView(here.frame, TOTAL, ())
    pages = {step.id: render("page.html", here, view=_page_view(here, step)) for step in steps}
    pages |= {
        "": render("front.html", here, view=front),
        "review": render("review.html", here, view=review),
        "thank-you": render("thank_you.html", here, view=_end_view(here, "thanks"), gift=gift),
        "code-used": render("code_used.html", here, view=_end_view(here, "thanks")),
        "not-eligible": render("not_eligible.html", here, view=_end_view(here, "not_eligible")),
    }
    for name in ("waiting", "kept", "erased"):
        pages[name] = render(f"{name}.html", here)
    return pages


def _end_view(here: Here, name: str) -> EndView:
    text = here.words.text
    return EndView(here.frame, text(f"end.{name}_title"), text(f"end.{name}_text"))


def _page_view(here: Here, step: Step) -> PageView:
    title, intro = headings(here.words, step)
    return PageView(
        frame=here.frame,
        page_id=step.id,
        title=title,
        intro=intro,
        number=NUMBER,
        total=TOTAL,
        fields=(),
        errors=(),
        from_review=False,
        can_clear=True,
    )


def _part(name: str, *values: object) -> str:
    """One macro of the questions' or the review's parts, in the words of this request."""
    folder, macro = name.split(".")
    module = current_app.jinja_env.get_template(f"survey/parts/{folder}.html").make_module()
    return str(getattr(module, macro)(*values))


def _field(asked: Asked) -> str:
    return _part("questions.question", FIELDS[asked.kind].view(asked, {}, None))


def _mistake(asked: Asked) -> Sent | None:
    """A form that this question answers with an error; None when nothing typed on a page can."""
    if asked.kind == "count":
        return {asked.id: [str((asked.maximum or 9999) + 1)]}
    if asked.kind == "area":
        return {f"{asked.id}-zip": ["0"]}
    if asked.exclusive:
        return {asked.id: [str(code) for code in asked.codes]}
    return None


def _wrong(asked: Asked, sent: Sent | None) -> dict[str, str]:
    """The question with the error of a wrong answer (None: of none), and its line in the summary."""
    error = FIELDS[asked.kind].parse(asked, sent).error if sent is not None else ask_again()
    view = FIELDS[asked.kind].view(asked, {}, error)
    line = _part("questions.summary", (ErrorLine(view.anchor, view.text, error or ""),))
    return {"field": _part("questions.question", view), "line": _between(line)}


def _between(summary: str) -> str:
    return summary[summary.index("<ul>") + 4 : summary.index("</ul>")]


def _summary_shell() -> list[str]:
    whole = _part("questions.summary", (ErrorLine("", "", ""),))
    return [whole[: whole.index("<ul>") + 4], whole[whole.index("</ul>") :]]


def _check(asked: Asked) -> dict[str, Any]:
    check: dict[str, Any] = {"kind": asked.kind}
    if asked.kind == "count":
        check |= {"low": asked.minimum or 0, "high": asked.maximum or 9999}
    if asked.exclusive:
        check["alone"] = list(asked.exclusive)
    return check


def _review_parts() -> dict[str, str]:
    line = ReviewLine(PAGE, ANCHOR, QUESTION, (ANSWER,), written=False, note=NOTE)
    whole = _part("answers.line", line)
    skipped = _part("answers.line", replace(line, answers=(), note=""))
    return {"line": whole, "skipped": skipped, "noted": NOTE}


def _places() -> dict[str, int | list[int]]:
    """By neighborhood: the code of its police district, or the codes to choose from."""
    codes = {name: code for code, name in POLICE_DISTRICTS.items()}
    return {
        place.name: codes[place.police_district]
        if place.police_district is not None
        else list(needs_district(place.name))
        for place in neighborhoods()
    }
