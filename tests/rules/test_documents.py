"""Documents that can be wrong are compared with what they describe."""

from __future__ import annotations

import re

from survey_app.config import SETTINGS
from tests.shared import ROOT


def rows(name: str) -> list[list[str]]:
    """Cells of every table row of a page below docs/."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_settings_is_complete() -> None:
    told = {row[0].strip("`"): row[1:] for row in rows("settings.md")}
    for name, (default, meaning) in SETTINGS.items():
        assert told.get(name) == [default, meaning], f"docs/settings.md: {name}"
    assert set(told) - set(SETTINGS) <= {"Setting", "---"}


def test_every_dependency_is_explained() -> None:
    explained = {row[0].strip("`").lower() for row in rows("dependencies.md")}
    for name in ("requirements.in", "requirements-dev.in"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if match := re.match(r"([a-z][a-z0-9-]*)", line):
                assert match.group(1) in explained, f"docs/dependencies.md lacks {match.group(1)}"


def test_every_link_between_documents_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "translations" / "GLOSSARY.md"]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


def test_every_pinned_package_has_a_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for block in re.split(r"\n(?=[a-z])", text):
            if re.match(r"[a-z][\w.-]*==", block):
                assert "--hash=sha256:" in block, f"{name}: {block.splitlines()[0]}"
