"""ARCHITECTURE.md and the tree say the same."""

from __future__ import annotations

import re
import subprocess

from tests.shared import ROOT

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def drawn() -> set[str]:
    """Every path in the drawing, folders without their slash."""
    block = PAGE.split("```")[1]
    found: set[str] = set()
    parent = ""
    for line in block.strip().splitlines():
        words = re.match(r"( *)(\S.*?)(?:  |$)", line)
        assert words, line
        names = words.group(2).split()
        if not words.group(1):
            parent = names[0].rstrip("/") if names[0].endswith("/") else ""
            found |= {name.rstrip("/") for name in names}
        else:
            found |= {f"{parent}/{name}".rstrip("/") for name in names if "<" not in name}
    return found


def tracked() -> set[str]:
    output = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return set(output.splitlines())


def test_what_is_drawn_exists() -> None:
    missing = {path for path in drawn() if not (ROOT / path).exists()}
    assert not missing, "ARCHITECTURE.md draws what is not there"


def test_every_folder_and_module_of_the_product_is_drawn() -> None:
    """Folders at the top, and everything directly inside the three packages."""
    usual = {".ci", ".gitignore"}
    packages = ("survey_app", "analysis", "questionnaires")
    there: set[str] = set()
    for path in tracked():
        top, _, rest = path.partition("/")
        if rest and top not in usual:
            there.add(top)
        if top in packages and rest:
            name = rest.split("/")[0]
            if name not in {"__init__.py", "__main__.py"}:
                there.add(f"{top}/{name}")
    missing = there - drawn()
    assert not missing, "ARCHITECTURE.md does not draw what is there"


def test_no_module_has_a_name_under_which_anything_fits() -> None:
    grown = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert not {path for path in tracked() if path.rsplit("/", 1)[-1] in grown}


def test_no_module_grows_beyond_one_subject() -> None:
    long = {
        path: length
        for path in tracked()
        if path.endswith(".py")
        and (length := len((ROOT / path).read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long, "split these by subject"
