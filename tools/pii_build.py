"""Write the rules for personal data for the browser: static/pii-rules.js from survey_app/pii/*.toml.

    .venv/bin/python tools/pii_build.py           # write
    .venv/bin/python tools/pii_build.py --check   # only say whether the file is up to date

A script and not a JSON file, so that the page has the rules at once, also without a network, and never
runs a moment without them.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from survey_app.pii.compose import LANGUAGES, table  # noqa: E402
from survey_app.pii.doors import doors  # noqa: E402

TARGET = ROOT / "static" / "pii-rules.js"
SOURCES = "survey_app/pii/rules.toml, words.toml and doors.toml"
NOTE = f"// Made by tools/pii_build.py from {SOURCES}. Do not edit.\n"


def script() -> str:
    shown = [{"code": one.code, "patterns": one.patterns} for one in doors().values()]
    rules = {**table(), "languages": list(LANGUAGES), "doors": shown}
    return f"{NOTE}window.piiRules = {json.dumps(rules, ensure_ascii=True, separators=(',', ':'))};\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Write static/pii-rules.js.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when out of date")
    if parser.parse_args().check:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != script():
            raise SystemExit("static/pii-rules.js is out of date: run tools/pii_build.py")
        return
    TARGET.write_text(script(), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
