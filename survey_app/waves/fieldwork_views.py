"""What the pages about help lines and outreach show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from questionnaires.areas import POLICE_DISTRICTS

from ..i18n import DEFAULT, catalogue, current_language, languages
from ..jobs import now
from ..survey.suspicion import CROWD, FAST, TRAP
from . import leaving, opening, outreach, queries
from .freeze import stale_help_lines
from .models import Wave
from .views import MODES, SOURCES

AGES: dict[str, LazyString] = {
    "18_34": _l("18 to 34"),
    "35_54": _l("35 to 54"),
    "55_69": _l("55 to 69"),
    "70_up": _l("70 or older"),
}
RACES: dict[str, LazyString] = {
    "black": _l("Black"),
    "white": _l("White"),
    "latino": _l("Hispanic or Latino"),
    "another": _l("Another race"),
}
SUBJECTS: dict[str, LazyString] = {
    "district": _l("Police district"),
    "age": _l("Age"),
    "race": _l("Race and ethnicity"),
    "language": _l("Language"),
    "source": _l("Source"),
    "mode": _l("Way"),
    outreach.FLAG: _l("Looks unlike a person"),
}
FLAGS: dict[str, LazyString] = {
    TRAP: _l("Filled in a box that nobody sees"),
    FAST: _l("Quicker than anybody reads"),
    CROWD: _l("Very many from one connection within minutes"),
}


@dataclass(frozen=True)
class HelpView:
    """A help line of a wave and its last check."""

    id: str
    number: str
    name: str
    checked_on: date
    checked_how: str
    fresh: bool


def help_views(session: Session, wave: Wave) -> tuple[HelpView, ...]:
    instrument = queries.load_instrument_of(wave)
    lines = opening.help_lines_of(session, wave, instrument)
    stale = {line.id for line in stale_help_lines(lines, now().date())}
    return tuple(
        HelpView(
            id=line.id,
            number=line.number,
            name=_instrument_text(f"help.{line.id}.name", line.name),
            checked_on=line.checked_on,
            checked_how=line.checked_how,
            fresh=line.id not in stale,
        )
        for line in lines
    )


@dataclass(frozen=True)
class LevelView:
    name: str
    language: str
    count: outreach.LevelCount


@dataclass(frozen=True)
class SubjectView:
    id: str
    title: LazyString
    levels: tuple[LevelView, ...]


@dataclass(frozen=True)
class LeavingView:
    title: str
    line: leaving.PageLine


@dataclass(frozen=True)
class OutreachView:
    """Counts against targets, and where people leave."""

    counted_on: date | None
    sent: outreach.LevelCount
    subjects: tuple[SubjectView, ...]
    pages: tuple[LeavingView, ...]


def outreach_view(session: Session, wave: Wave) -> OutreachView:
    found = outreach.find_outreach(session, wave)
    instrument = queries.load_instrument_of(wave)
    titles = {
        page.id: _instrument_text(f"page.{page.id}.title", page.title) for page in instrument.pages
    }
    titles[leaving.REVIEW] = _("Check your answers")
    return OutreachView(
        counted_on=found.counted_on,
        sent=found.sent,
        subjects=tuple(
            SubjectView(
                subject,
                SUBJECTS[subject],
                tuple(LevelView(*_level_name(wave, subject, one.level), one) for one in levels),
            )
            for subject, levels in found.subjects.items()
            if levels
        ),
        pages=tuple(
            LeavingView(titles.get(line.page, _("Where you live")), line)
            for line in leaving.list_leaving(session, wave, instrument)
        ),
    )


def _level_name(wave: Wave, subject: str, level: str) -> tuple[str, str]:
    """What a level is called, and in which language (own names of languages are in their own)."""
    here = current_language().code
    if level == outreach.NO_LEVEL:
        return _("Not said, or none of these"), here
    if subject == "language":
        item = languages().get(level)
        return (item.own_name, level) if item is not None else (level, here)
    if subject == "district":
        return _district(wave, level), here
    tables = {"age": AGES, "race": RACES, "source": SOURCES, "mode": MODES, "flag": FLAGS}
    return str(tables[subject].get(level, level)), here


def _district(wave: Wave, name: str) -> str:
    code = {text: number for number, text in POLICE_DISTRICTS.items()}.get(name)
    area = queries.load_instrument_of(wave).area
    english = {choice.code: choice.text for choice in area.districts} if area else {}
    if code is None or code not in english:
        return name
    return _instrument_text(f"area.district.{code}", english[code])


def _instrument_text(context: str, english: str) -> str:
    code = current_language().code
    if code == DEFAULT:
        return english
    return str(catalogue(code, "instrument").pgettext(context, english))
