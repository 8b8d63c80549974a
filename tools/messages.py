"""Collect every sentence for translators: interface.pot, instrument.pot, and updated catalogues.

make messages              write the templates and merge them into every language's catalogues
tools/messages.py --check  fail when a template or a catalogue is not up to date
"""

from __future__ import annotations

import argparse
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from questionnaires.extract import template as instrument_template  # noqa: E402
from questionnaires.load import every_available, load_instrument  # noqa: E402
from survey_app.i18n import languages  # noqa: E402

TRANSLATIONS = ROOT / "translations"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.svg", "ignore")]
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def interface() -> Catalog:
    """Every sentence of pages, forms and errors."""
    catalog = Catalog(project="interface", header_comment="# Sentences of pages, forms and errors.")
    found = extract_from_dir(
        ROOT / "survey_app", method_map=METHODS, keywords=KEYWORDS, comment_tags=("Translators:",)
    )
    for _name, _line, message, comments, context in sorted(found, key=lambda item: str(item[2])):
        catalog.add(message, context=context, auto_comments=comments)
    return catalog


def instrument() -> bytes:
    """Every sentence of every questionnaire, with its place as context."""
    return instrument_template(load_instrument(name) for name in every_available()).encode()


def as_bytes(catalog: Catalog) -> bytes:
    """A catalogue without dates and line numbers, so that it changes only when words do."""
    catalog.creation_date = catalog.revision_date = None  # type: ignore[assignment]
    buffer = BytesIO()
    write_po(buffer, catalog, no_location=True, omit_header=False, sort_output=False, width=100)
    keep = [
        line
        for line in buffer.getvalue().decode().splitlines()
        if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By'))
    ]
    return ("\n".join(keep) + "\n").encode()


def updated(path: Path, template: Catalog, language: str) -> bytes:
    """The catalogue at `path` brought up to date; sentences no longer used are dropped."""
    catalog = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    return as_bytes(catalog)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for domain, content in (("interface", as_bytes(interface())), ("instrument", instrument())):
        template = read_po(BytesIO(content))
        wanted = {TRANSLATIONS / f"{domain}.pot": content}
        for code, language in languages().items():
            path = TRANSLATIONS / code / "LC_MESSAGES" / f"{domain}.po"
            if code != "en" and (language.interface or path.exists()):
                wanted[path] = updated(path, template, code)
        for path, fresh in wanted.items():
            if path.exists() and path.read_bytes() == fresh:
                continue
            stale.append(path)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(fresh)
                print(f"wrote {path.relative_to(ROOT)}")
    if check and stale:
        print("Not up to date; run `make messages`:", file=sys.stderr)
        for path in stale:
            print(f"  {path.relative_to(ROOT)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
