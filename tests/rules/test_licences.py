"""The licences told in docs/dependencies.md are those that the installed packages state themselves."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution, metadata

import pytest

from tests.rules.test_documents import rows
from tests.shared import ROOT

#: What the page calls a licence -> words of which one stands in the package's own metadata.
SAID = {
    "AGPL": ("agpl", "affero"),
    "LGPL": ("lgpl", "lesser"),
    "GPL": ("gpl",),
    "MPL": ("mpl", "mozilla"),
    "Apache": ("apache",),
    "BSD": ("bsd",),
    "PSF": ("psf", "python software foundation"),
    "MIT": ("mit",),
}
#: Shipped with the product although its licence asks for something back, with the reason.
COPYLEFT = dict.fromkeys(("psycopg", "psycopg-binary"), "LGPL: used as a library, unchanged")
TOLD = {row[0].strip("`"): row[1] for row in rows("dependencies.md") if row[0].startswith("`")}


def stated(name: str) -> str:
    """What a package says of its licence, in small letters; fails for one that is not installed."""
    found = metadata(name)
    classifiers = [one for one in found.get_all("Classifier", []) if one.startswith("License ::")]
    parts = (found.get("License-Expression"), (found.get("License") or "")[:120], *classifiers)
    told = " ".join(part for part in parts if part).lower()
    if told:
        return told
    files = [one for one in distribution(name).files or () if "license" in one.name.lower()]
    return " ".join(str(one.locate().read_text(encoding="utf-8"))[:400] for one in files).lower()


@pytest.mark.parametrize("name", sorted(TOLD))
def test_a_package_has_the_licence_that_is_told(name: str) -> None:
    try:
        own = stated(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed here")
    words = next((words for called, words in SAID.items() if TOLD[name].startswith(called)), None)
    assert words, f"docs/dependencies.md: the licence {TOLD[name]} of {name} is not known here"
    assert any(word in own for word in words), f"{name} says: {own}"


def test_nothing_shipped_asks_for_more_than_is_argued() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for name in re.findall(r"^([a-z][\w.-]*)==", text, re.M):
        try:
            own = stated(name)
        except PackageNotFoundError:
            continue  # for another system or version of Python
        strict = re.search(r"\b(agpl|gpl|lgpl|affero|lesser|general public)", own)
        others = re.search(r"\b(mit|bsd|apache|mpl|psf)\b", own)
        assert not strict or others or name in COPYLEFT, f"{name} says: {own}"
