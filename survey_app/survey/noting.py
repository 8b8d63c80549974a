"""Tell the tally of pages that somebody went on: after their answers are safe, and not who."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app

from ..db import get_database
from ..waves.leaving import FRONT, REVIEW, Tally
from .contents import Contents
from .entry import Here
from .flow import Step, first_unseen, steps


def note_start(here: Here, contents: Contents) -> None:
    """A new survey was begun."""
    _note(here, FRONT, _next(here, contents))


def note_page(here: Here, before: Contents, after: Contents, step: Step) -> None:
    """A page was sent; only the first time counts."""
    if not before.seen.issuperset(step.questions):
        _note(here, step.id, _next(here, after))


def note_progress(here: Here, before: Contents | None, after: Contents) -> None:
    """A phone brought several pages at once: each that is new counts as if it had come alone."""
    now = replace(after, seen=before.seen if before is not None else frozenset())
    if before is None:
        note_start(here, now)
    for step in steps(here.words.instrument, after.answers):
        if after.seen.issuperset(step.questions):
            then = replace(now, seen=now.seen.union(step.questions))
            note_page(here, now, then, step)
            now = then


def note_sent(here: Here) -> None:
    """The survey was sent from the review."""
    _note(here, REVIEW, None)


def _next(here: Here, contents: Contents) -> str:
    step = first_unseen(steps(here.words.instrument, contents.answers), contents.seen)
    return REVIEW if step is None else step.id


def _note(here: Here, passed: str, reached: str | None) -> None:
    tally: Tally = current_app.extensions["tally"]
    tally.note(here.wave.id, passed=passed, reached=reached)
    tally.write(get_database())
