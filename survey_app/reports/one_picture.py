"""One picture of an edition, or the figures behind it, made when somebody asks for it."""

from __future__ import annotations

from ..db import get_session
from ..problems import NotFoundProblem
from . import queries
from .compose import Reading
from .models import Edition
from .pictures import pictures_of
from .speech import gettext as _
from .tables import figures_of


def photograph_of(reading: Reading, name: str) -> bytes:
    """A picture as PNG in the language of the page. Raises NotFoundProblem."""
    measure = reading.snapshot.measure(name.partition("-")[0])
    found = (
        []
        if measure is None
        else pictures_of(reading.snapshot, measure, reading.wording, rtl=reading.rtl)
    )
    for picture in found:
        if picture.name == name:
            return picture.photograph()
    raise NotFoundProblem(_("This year has no such picture."))


def figures_behind(edition: Edition, measure: str) -> bytes:
    """The figures of one measure as CSV. Raises NotFoundProblem when there are none."""
    table = figures_of(queries.find_file(get_session(), edition.id, "figures.csv").body, measure)
    if table.count(b"\r\n") < 2:
        raise NotFoundProblem(_("This year has no such measure."))
    return table
