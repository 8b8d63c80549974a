"""Write tests/analysis/themes/golden/ppi.json with `ppi_mean_ci` of ppi-python 0.2.3.

ppi-python needs numba, pandas, statsmodels and gdown, too much for the test environment, so its numbers
are kept. Run in an environment of its own:

    python -m venv /tmp/ppi && /tmp/ppi/bin/pip install ppi-python==0.2.3
    /tmp/ppi/bin/python tools/themes_golden.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

try:
    from ppi_py import ppi_mean_ci
except ImportError:
    sys.exit("ppi-python is not installed here; the first lines of this file say how to get it.")

GOLDEN = Path(__file__).resolve().parent.parent / "tests/analysis/themes/golden/ppi.json"


def main() -> None:
    random = np.random.default_rng(20261124)
    cases = []
    for number, (n, others, binary) in enumerate(
        [(40, 300, True), (100, 500, True), (60, 250, False), (30, 60, False), (50, 400, True)]
    ):
        truth = random.random(n + others) < 0.3
        noise = random.random(n + others) < (0.15 if number < 4 else 0.5)
        scores = (truth ^ noise).astype(float)
        if not binary:
            scores = np.round(np.clip(scores * 0.6 + random.random(n + others) * 0.4, 0, 1), 6)
        y, f, rest = truth[:n].astype(float), scores[:n], scores[n:]
        for tuning in (None, 0.0, 0.5, 1.0):
            low, high = ppi_mean_ci(y, f, rest, alpha=0.05, lam=tuning)
            cases.append(
                {
                    "codes": y.tolist(),
                    "scores": f.tolist(),
                    "others": rest.tolist(),
                    "tuning": tuning,
                    "low": float(low[0]),
                    "high": float(high[0]),
                }
            )
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(cases) + "\n", encoding="utf-8")
    print(f"{len(cases)} cases -> {GOLDEN}")


if __name__ == "__main__":
    main()
