"""Adding a language needs no code: a copy of the product gets a ninth one as data, and offers it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from survey_app.languages.pseudo import pseudo
from tests.shared import ROOT

#: Not words of Urdu: the shape of a translation, from right to left, to show that only data is needed.
ROW = """
[[language]]
code = "ur"
own_name = "اردو"
english_name = "Urdu"
direction = "rtl"
interface = true
status = "drafted"
"""
#: Runs inside the copy: opens a wave, and reads pages as a resident.
SCRIPT = """
import json, sys
from survey_app import schema
from survey_app.app import create_app
from survey_app.config import Config
from survey_app.waves.services import create_wave, open_wave
app = create_app(Config.from_environment({"SURVEY_INSTANCE": sys.argv[1]}))
database = app.extensions["database"]
schema.upgrade(database.engine)
with app.app_context(), database.transaction() as session:
    wave = create_wave(session, questionnaire="2026", demo=True)
    session.flush()
    languages = [row.language for row in open_wave(session, wave, production=False)]
client = app.test_client()
pages = {path: client.get(path).get_data(as_text=True) for path in sys.argv[2:]}
sent = client.post("/ur/survey", data={"adult": "1", "city": "1"})
pages["question"] = client.get(sent.headers["Location"]).get_data(as_text=True)
print(json.dumps({"languages": languages, "pages": pages}))
"""


def translate(source: Path, target: Path) -> None:
    """A catalogue with every sentence, written and compiled as `make catalogues` does."""
    with source.open("rb") as file:
        catalog = read_po(file, locale="ur")
    for message in catalog:
        if not message.id:
            continue
        forms = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        words = tuple(pseudo(form) for form in forms)
        message.string = (
            words[0] if isinstance(message.id, str) else (*words, *words)[: catalog.num_plurals]
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_po(file, catalog)
    with target.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


def test_a_ninth_language_is_data_and_nothing_else(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for name in ("survey_app", "analysis", "questionnaires", "static", "translations", "migrations"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.suffix in {".py", ".html"}}
    with (copy / "translations" / "languages.toml").open("a", encoding="utf-8") as file:
        file.write(ROW)
    for domain in ("interface", "instrument"):
        template = copy / "translations" / f"{domain}.pot"
        translate(template, copy / "translations" / "ur" / "LC_MESSAGES" / f"{domain}.po")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "instance"), "/en/", "/ur/", "/ur/survey"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert "ur" in found["languages"]
    assert "اردو" in found["pages"]["/en/"], "it stands among the languages"
    for path in ("/ur/", "/ur/survey", "question"):
        assert '<html lang="ur" dir="rtl">' in found["pages"][path], path
        assert "⟦" in found["pages"][path], path
    assert {path: path.read_bytes() for path in before} == before
