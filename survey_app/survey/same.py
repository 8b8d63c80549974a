"""Pages that are the same bytes for everybody: made once, and compressed once, by each process.

The front page, a page of questions that nothing is ticked on yet, the last pages: who gets them makes
no difference, so there is nothing of a person in what is kept here.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass

import brotli
from flask import Response, current_app, request

from .compose import page_view
from .contents import Contents
from .doors import RESIDENT
from .entry import Here, render
from .flow import Step, position, steps, was_past

#: All doors, languages and pages are a few hundred. More means that the words changed often.
MOST = 2000


@dataclass(frozen=True, slots=True)
class Bytes:
    """A body as it is, and as browsers take it."""

    plain: bytes
    gzip: bytes
    brotli: bytes

    @classmethod
    def of(cls, plain: bytes) -> Bytes:
        return cls(
            plain, gzip.compress(plain, 9, mtime=0), brotli.compress(plain, quality=11, lgwin=20)
        )

    def answer(self, mimetype: str) -> Response:
        """The smallest that this browser takes."""
        response = Response(mimetype=mimetype)
        response.headers["Vary"] = "Accept-Encoding"
        accepted = request.headers.get("Accept-Encoding", "")
        for encoding, body in (("br", self.brotli), ("gzip", self.gzip)):
            if encoding in accepted:
                response.headers["Content-Encoding"] = encoding
                response.set_data(body)
                return response
        response.set_data(self.plain)
        return response


_made: dict[tuple[object, ...], Bytes] = {}


def show_same(
    template: str,
    here: Here,
    name: tuple[object, ...],
    view: Callable[[], object],
    **context: object,
) -> Response:
    """The page of this template and name; `view` is asked for when it is not made yet.

    `name` holds everything that the page depends on besides its door, wave, language and words.
    """
    if here.wave.pilot or here.door.for_staff or here.door.templates != RESIDENT.templates:
        # Words on trial may change with every request; other doors have their own marks on pages.
        return Response(render(template, here, view=view(), **context))
    edition = current_app.extensions["words"].edition
    place = (template, here.door.name, here.wave.id, here.words.language, edition, *name)
    found = _made.get(place)
    if found is None:
        if len(_made) >= MOST:
            _made.clear()
        found = _made[place] = Bytes.of(render(template, here, view=view(), **context).encode())
    return found.answer("text/html")


def show_page(here: Here, contents: Contents, step: Step) -> Response:
    """A page of questions; while nothing on it is answered it is the same for everybody."""
    view = page_view(here.words, here.frame, contents, step) if _is_touched(contents, step) else None
    if view is not None:
        return Response(render("page.html", here, view=view))
    way = steps(here.words.instrument, contents.answers)
    number = position(way, step.id) or 0
    back = contents.seen.issuperset(step.questions) and was_past(way, number, contents.seen)
    name = (step, number, len(way), back)
    return show_same("page.html", here, name, lambda: page_view(here.words, here.frame, contents, step))


def _is_touched(contents: Contents, step: Step) -> bool:
    return any(question in contents.answers for question in step.questions)
