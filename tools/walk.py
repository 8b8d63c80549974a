"""Walk every page of the product: each GET route, each offered language, phone and desk, in Chromium.

    .venv/bin/python tools/walk.py [--instance FOLDER] [--languages en,ar] [--desk en,ar]

What a page must hold stands in `tools/looking.py`. A route that nothing here reaches fails as well:
pages are found at every address that needs no more than a language, by following links from there and
from the desk of each role, and by taking the survey behind every door.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
import tempfile
import time
from collections import Counter, deque
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from urllib.parse import urlsplit

from city import chromium, running_city, sign_ins
from looking import SIZES, Errand, Place, endpoint_of, url_map, walk_language
from preparing import ANYBODY, HALF, KIOSK, Preparation

from survey_app.accounts.permissions import may
from survey_app.i18n import offered

#: Asked for by programs, or only by people who mistype; each is reached by no link.
EXTRA = ("/static/staff.css", "/en/staff/paper/city-2026/kept/once")
#: Not there without a setting that the walk does not make.
CLOSED = {"metrics.show"}
#: They lead to a page in the language of the browser, which is looked at by itself.
LEAD_ON = {"pages.root", "room.enter"}
#: Addresses of one endpoint that are read; the first is looked at in the browser, the rest look alike.
EACH = 2


def find(ready: Preparation) -> list[Place]:
    """Every endpoint that somebody's browser reaches in English, at most EACH addresses of one."""
    found: dict[str, list[Place]] = {}
    bare = [
        rule.rule.replace("<lang>", "en")
        for rule in url_map(str(ready.instance)).iter_rules()
        if "GET" in (rule.methods or ()) and set(rule.arguments) <= {"lang"}
    ]
    for who in (ANYBODY, KIOSK, HALF, *sign_ins(ready.instance)):
        context = ready.open(who)
        queue = deque((*EXTRA, *ready.made, *bare))
        seen: set[str] = set(queue)
        asked: Counter[str] = Counter()
        while queue:
            path = queue.popleft()
            endpoint = endpoint_of(str(ready.instance), path)
            if endpoint is None or not may(who or None, endpoint):
                continue
            asked[endpoint] += 1
            if asked[endpoint] > EACH:
                continue
            answer = context.request.get(ready.address + path, max_redirects=5)
            # Pages inside a survey lead back to its front; the survey itself is taken later.
            at = endpoint_of(str(ready.instance), urlsplit(answer.url).path)
            if answer.status != 200 or (at != endpoint and endpoint not in LEAD_ON):
                continue
            is_page = "text/html" in answer.headers.get("content-type", "")
            is_page = is_page and endpoint not in LEAD_ON
            places = found.setdefault(endpoint, [])
            if len(places) < EACH:
                places.append(Place(endpoint, path, who, is_page, first=not places))
            if not is_page:
                continue
            for link in re.findall(r'(?:href|src)="(/[^"#?]*)', answer.text()):
                if link not in seen and not re.match(r"/(?!en/|static/|api/)[a-zA-Z-]{2,6}/", link):
                    seen.add(link)
                    queue.append(link)
        context.close()
    return [place for places in found.values() for place in places]


def prepare(address: str, instance: Path) -> Errand:
    with chromium() as browser:
        ready = Preparation(browser, address, instance)
        ready.all()
        return Errand(address, str(instance), tuple(find(ready)), ready.cookies, ready.codes)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", type=Path, help="use this installation's data")
    parser.add_argument("--languages", help="of those offered; all without this")
    parser.add_argument("--desk", help="languages also looked at on a desk; all without this")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    instance = options.instance or Path(tempfile.mkdtemp(prefix="city"))
    chosen = options.languages.split(",") if options.languages else list(offered())
    desks = options.desk.split(",") if options.desk is not None else chosen
    units = [(code, size) for code in chosen for size in SIZES if size == "phone" or code in desks]
    began = time.monotonic()
    pages, failed, seen = 0, [], set()
    with running_city(instance) as address:
        errand = prepare(address, instance)
        seen |= {place.endpoint for place in errand.places}
        print(f"{len(errand.places)} addresses of {len(seen)} routes to look at", flush=True)
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(options.processes, mp_context=context) as pool:
            running = [pool.submit(walk_language, errand, *unit) for unit in units]
            for number, done in enumerate(as_completed(running), start=1):
                report = done.result()
                pages, seen = pages + report.pages, seen | report.seen
                failed += report.failed
                spent = time.monotonic() - began
                print(
                    f"{number} of {len(units)}, {report.language} {report.size}: {report.pages} pages, "
                    f"{len(report.failed)} failures, {spent / 60:.0f} minutes so far",
                    flush=True,
                )
    rules = {
        rule.endpoint for rule in url_map(str(instance)).iter_rules() if "GET" in (rule.methods or ())
    }
    failed += [f"no page of {endpoint} was visited" for endpoint in sorted(rules - seen - CLOSED)]
    for line in failed:
        print(line)
    print(
        f"{pages} pages, {len(rules & seen)} routes, {len(chosen)} languages in "
        f"{time.monotonic() - began:.0f} s: {len(failed)} failures"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
