"""Write the template that translators work from: `python -m questionnaires.extract`.

Every string of every questionnaire stands in it once a context and wording; the context
tells where it stands. No line numbers and no dates, so that the file changes only with the words.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from questionnaires.load import every_available, load_instrument
from questionnaires.schema import Instrument, Message

TEMPLATE = Path(__file__).resolve().parent.parent / "translations" / "instrument.pot"

_HEADER = """\
# Words of the questionnaires. Made by `python -m questionnaires.extract`; do not edit by hand.
# The context (msgctxt) says where a string stands: question id, then text, hint or choice.
msgid ""
msgstr ""
"Project-Id-Version: instrument\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def messages_of(instruments: Iterable[Instrument]) -> dict[Message, list[str]]:
    """Every message with the questionnaires that use it; the newest gives the order."""
    years: dict[Message, list[str]] = {}
    newest = sorted(instruments, key=lambda one: (one.id.isdecimal(), one.year), reverse=True)
    for instrument in newest:
        for message in instrument.messages():
            years.setdefault(message, []).append(instrument.id)
    return years


def template(instruments: Iterable[Instrument]) -> str:
    """The text of the template (gettext .pot)."""
    entries = [
        f"#. {', '.join(sorted(years))}\n"
        f'msgctxt "{_escaped(message.context)}"\nmsgid "{_escaped(message.text)}"\nmsgstr ""\n'
        for message, years in messages_of(instruments).items()
    ]
    return "\n".join([_HEADER, *entries])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def main(arguments: list[str] | None = None) -> int:
    """Write the template, or with --check say whether the one on disk is up to date."""
    parser = argparse.ArgumentParser(description="Write translations/instrument.pot.")
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    parser.add_argument("--out", type=Path, default=TEMPLATE)
    options = parser.parse_args(arguments)
    text = template(load_instrument(identifier) for identifier in every_available())
    if options.check:
        if options.out.exists() and options.out.read_text(encoding="utf-8") == text:
            return 0
        print(f"{options.out} is out of date: run `make messages` and translate what is new.")
        return 1
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
