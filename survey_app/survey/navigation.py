"""Addresses: where a resident may be, and where a button leads."""

from __future__ import annotations

from flask import abort, request, url_for

from .contents import Contents
from .doors import current_door
from .entry import Here, speak
from .flow import Step, first_unseen, is_open, is_page, position, steps, was_past


def step_at(here: Here, contents: Contents, page_id: str) -> Step | None:
    """The page, when it applies and everything before it was seen."""
    way = steps(here.words.instrument, contents.answers)
    number = position(way, page_id)
    if number is None:
        if not is_page(here.words.instrument, page_id):
            abort(404)
        return None
    return way[number] if is_open(way, number, contents.seen) else None


def is_complete(here: Here, contents: Contents) -> bool:
    way = steps(here.words.instrument, contents.answers)
    return first_unseen(way, contents.seen) is None


def furthest(here: Here, contents: Contents) -> str:
    """The first page not seen yet, or the review."""
    step = first_unseen(steps(here.words.instrument, contents.answers), contents.seen)
    return url_for(".review") if step is None else url_for(".page", page_id=step.id)


def next_address(here: Here, before: Contents, after: Contents, step: Step) -> str:
    """Where the button leads, once the page is saved."""
    form = request.form
    if "language" in form or "clear" in form:
        speak(here, form.get("language"))
        return url_for(".page", page_id=step.id)
    if "leave" in form and current_door().has("kept"):
        return url_for(".kept")
    way = steps(here.words.instrument, after.answers)
    number = position(way, step.id) or 0
    if "back" in form:
        if number == 0:
            return url_for(".start")
        return url_for(".page", page_id=way[number - 1].id)
    if is_complete(here, before) or was_past(way, number, after.seen):
        return furthest(here, after)
    return url_for(".page", page_id=way[number + 1].id)
