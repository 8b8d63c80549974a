"""What the attacker goes after: a city with invited people, its states, and what is taken of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from questionnaires.load import load_instrument
from survey_app import schema
from survey_app.app import create_app
from survey_app.config import Config
from survey_app.db import Database
from survey_app.invitations.codes import make_code, show_code
from survey_app.invitations.keys import load_keys
from survey_app.invitations.sample_file import SampleRow
from survey_app.invitations.services.importing import SampleTerms, prepare_sample, store_sample
from survey_app.survey.flow import steps
from survey_app.survey.keys import load_private_key, load_public_key
from survey_app.survey.letter_code import spend
from survey_app.survey.sealing import new_key
from survey_app.survey.services.drafts import begin_draft, save_answers
from survey_app.survey.services.grouping import Cell
from survey_app.survey.services.release import forget_the_log, release_batches
from survey_app.survey.services.submission import Circumstances, send_survey
from survey_app.waves.models import Wave
from survey_app.waves.services import create_wave, open_wave

#: Where each PSU lies, as a public map tells: neighborhood, police district, statistical area.
PLACES = {
    "C1": ("Downtown", "Central", "Downtown/Seton Hill"),
    "C2": ("Downtown West", "Central", "Inner Harbor/Federal Hill"),
    "C3": ("Dunbar-Broadway", "Central", "Oldtown/Middle East"),
    "C4": ("Fells Point", "Central", "Fells Point"),
    "C5": ("Harbor East", "Central", "Harbor East/Little Italy"),
    "C6": ("Johnston Square", "Central", "Oliver/Johnston Square"),
    "D1": ("Abell", "Northern", "Greater Charles Village/Barclay"),
    "D2": ("Hamilton", "Northeastern", "Hamilton"),
    "D3": ("Cherry Hill", "Southern", "Cherry Hill"),
    "D4": ("Canton", "Southeastern", "Canton"),
    "D5": ("Ashburton", "Northwestern", "Dorchester/Ashburton"),
    "D6": ("Belair-Edison", "Eastern", "Belair-Edison"),
    "W1": ("Druid Heights", "Western", "Upton/Druid Heights"),
}
STRATA = {"C": "Central", "D": "dense", "W": "Western"}
#: Replies of each PSU, of 12 addresses each.
REPLIES = {"C1": 1, "C2": 10, "C3": 12, "C4": 12, "C5": 12, "C6": 5} | dict.fromkeys(
    ("D1", "D2", "D3", "D4", "D5", "D6"), 6
)
REPLIES["W1"] = 3
OPEN = 24
PER_PSU = 12
_DIGITS = ("safe_by_day", "safe_after_dark", "trust_police", "police_respect")
_INSTRUMENT = load_instrument("2026")


@dataclass(frozen=True)
class State:
    """Everything that a moment's copy of the database holds, as its tables tell it."""

    used: frozenset[int]
    sealed: frozenset[str]
    responses: tuple[dict[str, Any], ...]
    texts: tuple[dict[str, Any], ...]


@dataclass
class Spoils:
    """What the attacker took: the sample's map, states in their order, and where bytes were found."""

    psu_of: dict[int, str]
    cell_of: dict[int, Cell]
    states: list[State] = field(default_factory=list)
    #: number of searches in raw bytes, and what they found
    searches: int = 0
    found: list[str] = field(default_factory=list)
    last_bytes: bytes = b""


@dataclass(frozen=True)
class Truth:
    """Of each person: the letter's number (None for the open link)."""

    numbers: tuple[int | None, ...]

    def mode(self, person: int) -> str:
        """Every seventh answer comes on paper. The attacker is told which: forms can be watched."""
        return "paper" if person % 7 == 3 else "web"


@dataclass(frozen=True)
class Attack:
    """`tries` guesses with `expected` right ones (or counted ones), `worst` the surest single guess."""

    name: str
    tries: int
    right: float
    worst: float | None = None

    @property
    def rate(self) -> float:
        return self.right / self.tries if self.tries else 0.0


def sample_rows() -> list[SampleRow]:
    """PSU by PSU; in the stratum `dense` no two addresses share a base weight."""
    rows = []
    for psu in PLACES:
        for _place in range(PER_PSU):
            own = 60 + len(rows) / 100
            weight = own if psu.startswith("D") else 40 + int(psu[1:])
            rows.append(SampleRow(STRATA[psu[0]], psu, weight, "1"))
    return rows


def open_city(folder: Path) -> tuple[Flask, Database, str]:
    """A migrated SQLite city with the wave of 2026 open and the sample brought in; no server."""
    app = create_app(Config.from_environment({"SURVEY_INSTANCE": str(folder)}))
    database: Database = app.extensions["database"]
    schema.upgrade(database.engine)
    with app.app_context(), database.transaction() as session:
        wave = create_wave(session, questionnaire="2026", demo=True)
        session.flush()
        open_wave(session, wave, production=False)
        wave_id = wave.id
    draw(app, database, wave_id)
    return app, database, wave_id


def draw(app: Flask, database: Database, wave_id: str) -> None:
    terms = SampleTerms(100, ("en", "es"))
    rows = sample_rows()
    with app.app_context(), database.transaction() as session:
        keys = load_keys(app.extensions["config"])
        prepared = prepare_sample(wave_id, rows, terms, keys)
        store_sample(session, session.get_one(Wave, wave_id), prepared, terms)


def people(chance: Any) -> Truth:
    """Who answers, in the order in which they come."""
    numbers: list[int | None] = [None] * OPEN
    for at, psu in enumerate(PLACES):
        inside = range(at * PER_PSU + 1, (at + 1) * PER_PSU + 1)
        numbers += chance.sample(list(inside), REPLIES[psu])
    chance.shuffle(numbers)
    return Truth(tuple(numbers))


def answers_of(person: int, number: int | None) -> dict[str, Any]:
    """What tells us, and only us, whose answer it is."""
    given: dict[str, Any] = {name: person // 4**power % 4 + 1 for power, name in enumerate(_DIGITS)}
    place = "C1" if number is None else list(PLACES)[(number - 1) // PER_PSU]
    given["area"] = {"neighborhood": PLACES[place][0]}
    given["own_words"] = f"words of person {person:03d}"
    return given


def person_of(answers: dict[str, Any]) -> int:
    return sum((answers[name] - 1) * 4**power for power, name in enumerate(_DIGITS))


def code_of(app: Flask, wave_id: str, number: int | None) -> str:
    if number is None:
        return ""
    return make_code(load_keys(app.extensions["config"]).making, wave_id, number)


def answer_in_process(
    app: Flask, database: Database, wave_id: str, person: int, code: str, mode: str
) -> None:
    """The services that the pages call, without the pages."""
    config = app.extensions["config"]
    number = None if not code else person_number(app, wave_id, code)
    given = answers_of(person, number)
    key = new_key()
    with app.app_context(), database.transaction() as session:
        begin_draft(session, key, wave_id=wave_id, code=code)
        session.flush()
        seen = [name for step in steps(_INSTRUMENT, given) for name in step.questions]
        save_answers(session, key, {name: given.get(name) for name in seen})
    with app.app_context(), database.transaction() as session:
        send_survey(
            session,
            key,
            wave_id=wave_id,
            instrument=_INSTRUMENT,
            how=Circumstances("en", mode=mode),
            public_key=load_public_key(config),
            spend=spend,
        )


def person_number(app: Flask, wave_id: str, code: str) -> int:
    return next(
        number for number in range(1, len(sample_rows()) + 1) if code_of(app, wave_id, number) == code
    )


def open_spoils(path: Path, wave_id: str) -> Spoils:
    """The map of the sample, as the tables tell it."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT number, psu, stratum, psu_group, c.base_weight FROM invitation_cases a "
            "JOIN invitation_cells c ON c.id = a.cell_id WHERE a.wave_id = ?",
            (wave_id,),
        ).fetchall()
    return Spoils(
        {number: psu for number, psu, *_rest in rows},
        {number: Cell(stratum, group, weight) for number, _psu, stratum, group, weight in rows},
    )


def take_state(path: Path, spoils: Spoils, traces: Sequence[bytes]) -> None:
    """Copy the tables, and search the raw bytes of database, write-ahead log and server log."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row

        def rows(query: str) -> list[dict[str, Any]]:
            return [dict(row) for row in connection.execute(query)]

        state = State(
            frozenset(row["number"] for row in rows("SELECT number FROM invitation_cases WHERE used")),
            frozenset(row["id"] for row in rows("SELECT id FROM sealed_answers")),
            tuple(rows("SELECT * FROM responses")),
            tuple(rows("SELECT * FROM open_answers")),
        )
    spoils.states.append(state)
    files = [path, path.with_name(f"{path.name}-wal"), path.with_name("server.log")]
    raw = {file.name: file.read_bytes() for file in files if traces and file.exists()}
    spoils.last_bytes = raw.get(path.name, b"")
    for name, content in raw.items():
        for trace in traces:
            spoils.searches += 1
            if trace in content:
                spoils.found.append(f"{trace.decode(errors='replace')} in {name}")


def take_backup(path: Path, target: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def run(
    app: Flask,
    database: Database,
    path: Path,
    wave_id: str,
    truth: Truth,
    answer: Callable[[int, str], None],
) -> Spoils:
    """Everybody answers, with releases on the way and the last at the end; the tables are copied at
    every step, raw bytes searched at every tenth and around every release."""
    spoils = open_spoils(path, wave_id)
    private_key = load_private_key(app.extensions["config"])
    codes = [code_of(app, wave_id, number) for number in truth.numbers]
    plain = [text.encode() for code in codes if code for text in (code, show_code(code))]
    unreadable = [*plain, b'"safe_by_day"', b"words of person"]
    take_state(path, spoils, unreadable)
    releases = {len(codes) // 2, len(codes) * 19 // 20}
    released = False
    for person, code in enumerate(codes):
        if person in releases:
            take_state(path, spoils, plain if released else unreadable)
            released |= _release(database, private_key, wave_id, last=False) > 0
            take_state(path, spoils, plain)
        answer(person, code)
        # After the first release answers are meant to be readable; codes never.
        take_state(path, spoils, () if person % 10 else plain if released else unreadable)
    _release(database, private_key, wave_id, last=True)
    take_state(path, spoils, plain)
    backup = path.with_name("stolen.backup")
    take_backup(path, backup)
    take_state(backup, spoils, plain)
    return spoils


def _release(database: Database, private_key: Any, wave_id: str, *, last: bool) -> int:
    with database.transaction() as session:
        done = release_batches(session, private_key, wave_id=wave_id, force_last=last)
    forget_the_log(database)
    return done.responses
