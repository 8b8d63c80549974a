"""What one completed survey costs the server: processor time of gunicorn on SQLite.

    .venv/bin/python tools/resident_cpu.py [--responses 100]

Two ways, over HTTP. *Page by page*, as without JavaScript: every page is fetched (with brotli, as
browsers ask for it), answered and saved, from the front page to the thank-you page. *With the worker*:
a cold visit with its files, worker and pack of all pages, then what is answered so far is kept on the
server with every page, and the survey is sent. Counted is user and system time of all of gunicorn's
processes, read from /proc before and after; a first round warms the caches and is not counted.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import secrets
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from questionnaires.load import load_instrument  # noqa: E402
from tests.journeys.phone import Phone  # noqa: E402
from tests.journeys.server import Server, running_server  # noqa: E402

#: One answer to each question asked with single choices on the first pages, and an area.
GIVEN = {
    "near_home": ("safe_by_day", "safe_after_dark", "safety_change_5y", "safety_change_1y"),
    "around_city": ("safe_downtown_day", "safe_downtown_dark", "safe_transit"),
    "police": ("trust_police", "police_respect", "police_fair", "police_effective", "police_fear"),
    "getting_help": ("would_call_police", "would_call_other", "neighbors_act"),
    "city_work": ("trust_city", "agencies_together_safer", "violence_workers_aware", "plan_heard"),
}


def processes(first: int) -> list[int]:
    """The process and its children."""
    children = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii")
    return [first, *(int(one) for one in children.split())]


def seconds(pids: list[int]) -> float:
    """User and system time of these processes so far; of one that has ended, none."""
    ticks = 0
    for pid in pids:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        except OSError:
            continue
        fields = stat.rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def respond(server: Server) -> int:
    """One survey, every page looked at; the number of requests it took."""
    phone = Phone(server, headers={"Accept-Encoding": "gzip, deflate, br"})
    given = {page: dict.fromkeys(names, "1") for page, names in GIVEN.items()}
    phone.get("/en/survey")
    requests = phone.answer_all({**given, "area": {"area": "Abell"}}, look=True) + 1
    phone.get("/en/survey/review")
    if not phone.send("/en/survey/review").endswith("thank-you"):
        sys.exit("the survey was not accepted")
    phone.get("/en/survey/thank-you")
    return requests + 3


def respond_with_worker(server: Server) -> int:
    """One survey on a phone that has the pages; the number of requests it took."""
    phone = Phone(server, headers={"Accept-Encoding": "gzip, deflate, br"})
    front = brotli.decompress(phone.get("/en/survey")[1])
    files = sorted(
        set(re.findall(rb'(?:src|href|data-worker|data-kept)="(/[^"]+\.(?:js|css)[^"]*)"', front))
    )
    for name in files:
        phone.get(html.unescape(name.decode()))
    pack = json.loads(brotli.decompress(phone.get("/en/survey/pack")[1]))
    given = {name: value for page in GIVEN.values() for name, value in dict.fromkeys(page, "1").items()}
    held = {
        ".id": urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="),
        ".wave": pack["wave"],
        ".begun": str(int(time.time()) - 300),
        ".code": "",
    }
    steps = [step for step in pack["steps"] if step["id"] != "district"]
    for step in steps:
        held |= {name: given[name] for name in step["questions"] if name in given}
        held |= {"area": "Abell"} if step["id"] == "area" else {}
        told = phone.tell("/en/survey/keep", held)
        if told["state"] != "kept":
            sys.exit(f"not kept: {told}")
    if phone.tell("/en/survey/whole", held)["state"] != "sent":
        sys.exit("the survey was not accepted")
    return 3 + len(files) + len(steps)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=100)
    count = parser.parse_args().responses
    questions = len(load_instrument("2026").questions)
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        for name, way in (("page by page", respond), ("with the worker", respond_with_worker)):
            for _ in range(10):
                requests = way(server)
            pids = processes(server.pid)
            before = seconds(pids)
            for _ in range(count):
                way(server)
            each = (seconds(pids) - before) / count
            print(f"{name}: {count} responses, {len(pids)} processes, {requests} requests each")
            print(f"  whole questionnaire ({questions} questions): {each:.4f} s of processor time each")
            print(
                f"  for 20 of its questions, in proportion: {each * 20 / questions:.4f} s", flush=True
            )
    print(f"load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
