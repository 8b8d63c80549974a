"""Nobody who has everything but the release key finds an invited person's answer more often than one
time in ten. What is tried, and how often it succeeds, is printed; docs/privacy.md has the table."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from survey_app.invitations import cells
from survey_app.invitations.codes import show_code
from survey_app.survey.services import release
from tests.journeys import attacker
from tests.journeys.attacked import (
    Spoils,
    Truth,
    answer_in_process,
    answers_of,
    draw,
    open_city,
    people,
    run,
)
from tests.journeys.attacker import (
    all_attacks,
    batches,
    match,
    more_than_chance,
)
from tests.journeys.phone import Phone
from tests.journeys.server import Server

#: Every so many people answer through the real server, so that its log has them; the others through
#: the same services.
THROUGH_THE_SERVER = 20


@pytest.fixture
def taken(fresh_server: Server) -> tuple[Spoils, Truth]:
    server, wave_id = fresh_server, fresh_server.wave.id
    draw(server.app, server.database, wave_id)
    truth = people(random.Random(20261126))

    def answer(person: int, code: str) -> None:
        mode = truth.mode(person)
        if person % THROUGH_THE_SERVER or mode != "web":
            answer_in_process(server.app, server.database, wave_id, person, code, mode)
        else:
            answer_by_phone(server, person, truth.numbers[person], code)

    path = server.instance / "city.db"
    return run(server.app, server.database, path, wave_id, truth, answer), truth


def answer_by_phone(server: Server, person: int, number: int | None, code: str) -> None:
    phone = Phone(server, source=f"127.0.8.{person + 1}")
    given = answers_of(person, number)
    pages = {
        "near_home": ("safe_by_day", "safe_after_dark"),
        "police": ("trust_police", "police_respect"),
        "experience": ("own_words",),
    }
    sent = {page: {name: str(given[name]) for name in names} for page, names in pages.items()}
    sent["area"] = {"area": given["area"]["neighborhood"]}
    path = phone.begin(code=show_code(code) if code else "")
    while not path.endswith("review"):
        path = phone.send(path, sent.get(path.rsplit("/", 1)[1]))
    assert phone.send("/en/survey/review").endswith("thank-you")


def test_the_attacker_does_no_better_than_one_in_ten(taken: tuple[Spoils, Truth]) -> None:
    spoils, truth = taken
    invited = [number for number in truth.numbers if number is not None]
    shown = batches(spoils)
    assert sorted(n for batch in shown for n in batch.numbers) == sorted(invited), "all were followed"
    assert len(shown) >= 2, "an answer left before the wave was closed"
    attacks = all_attacks(spoils, truth)
    for attack in attacks:
        worst = "" if attack.worst is None else f", surest single guess {attack.worst:.3f}"
        print(f"{attack.name}: {attack.right:.1f} of {attack.tries} = {attack.rate:.3f}{worst}")
    for attack in attacks:
        if attack.worst is not None:
            assert attack.worst <= 0.1 + 1e-9, attack.name
        else:
            assert more_than_chance(attack) > 1e-5 or attack.right == 0, attack.name
    assert attacks[-2].right == attacks[-1].right == 0, spoils.found


def test_the_knife_is_sharp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without averaged weights, merged groups and hidden places the same attack finds
    most people. So it is those rules that stop it."""
    monkeypatch.setattr(cells, "enough_addresses", lambda _percent: 1)
    for module in (release, attacker):
        monkeypatch.setattr(module, "merge_small", lambda counts, _least: {one: one for one in counts})
    monkeypatch.setattr(release, "hide_what_is_rare", lambda _bodies, _least: None)
    app, database, wave_id = open_city(tmp_path)
    everybody = people(random.Random(7)).numbers
    truth = Truth(tuple(number for number in everybody if number is not None)[:16])

    def answer(person: int, code: str) -> None:
        answer_in_process(app, database, wave_id, person, code, truth.mode(person))

    spoils = run(app, database, tmp_path / "city.db", wave_id, truth, answer)
    database.engine.dispose()
    assert match(spoils, truth, by_place=True).rate > 0.5
