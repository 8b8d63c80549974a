"""Pack what the project may hold of the reference set: every case but those on the api data (GPL).

    .venv/bin/python tools/golden_oracle.py ../shared/oracle

Writes tests/golden/oracle.zip, the same bytes for the same set.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "tests" / "golden" / "oracle.zip"


def main() -> int:
    folder = Path(sys.argv[1])
    content = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    cases = [case for case in content["cases"] if "data/api" not in json.dumps(case)]
    content |= {"cases": cases, "n_cases": len(cases)}
    files = {"cases.json": json.dumps(content, indent=1).encode()}
    for case in cases:
        for name in re.findall(r'"((?:data|margins|expected)/[^"]+)"', json.dumps(case)):
            files[name] = (folder / name).read_bytes()
        weights = f"expected/{case['id']}_weights.csv"
        if (folder / weights).exists():
            files[weights] = (folder / weights).read_bytes()
    with zipfile.ZipFile(OUT, "w") as archive:
        for name, body in sorted(files.items()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, body, zipfile.ZIP_DEFLATED, 9)
    print(f"{len(cases)} cases, {len(files)} files, {OUT.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
