"""More than one machine, tried: two web hosts, a primary and a replica of PostgreSQL, a proxy.

    sudo .venv/bin/python tools/several_hosts.py --instance FOLDER [--residents 40]

nginx hands every request to the next web host, so that nobody meets the same one twice in a row. FOLDER
is a demonstration city on SQLite (`make run` makes one); it is copied into the primary with
`flask db copy-to`. The machines are those of `tools/hosts.py`. Prints Markdown for docs/scaling.md.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyotp
from hosts import PRIMARY, PROXY, REPLICA, WEB, Hosts, address, cable, network, until

from survey_app.config import Config
from survey_app.demo.sign_ins import read_sign_ins

#: A resident on a bad line tries again this often, a second apart.
TRIES = 30
SENT = "SELECT (SELECT count(*) FROM sealed_answers) + (SELECT count(*) FROM responses)"
PUBLISHED = ("/en/results", "/en/results/2025", "/ar/results/2025", "/en/results/2025/figures.csv")


@dataclass
class Told:
    """What one browser met on its way."""

    hosts: set[str]
    thanked: bool = False
    again: int = 0
    last: str = ""


class Browser:
    """One person behind the proxy: forms sent as browsers do, and again where no answer came."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}
        self.told = Told(set())
        self.page = ""

    def ask(self, method: str, path: str, given: Mapping[str, str] | None = None) -> int:
        for attempt in range(TRIES):
            if attempt:
                self.told.again += 1
                time.sleep(1)
            try:
                status, where = self.once(method, path, given)
            except (OSError, http.client.HTTPException):
                continue
            if status in (500, 502, 503, 504):
                continue
            return self.ask("GET", where) if status in (302, 303) else status
        return 0

    def once(self, method: str, path: str, given: Mapping[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection(address(PROXY), 80, timeout=30)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://{address(PROXY)}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        connection.request(method, path, urlencode(given or {}), headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        self.told.hosts.add(answer.getheader("X-Host", "?"))
        for name, value in re.findall(
            r"(\w+)=([^;]*)", "\n".join(answer.headers.get_all("Set-Cookie") or [])
        ):
            if name in {"survey", "staff", "staff_form"}:
                self.cookies[name] = value
        if answer.status == 200 or answer.status >= 400:
            self.page, self.told.last = body, path
        connection.close()
        return answer.status, answer.getheader("Location") or ""

    def answer_survey(self) -> Told:
        """The whole survey, nothing ticked but what lets one in."""
        self.ask("POST", "/en/survey", {"adult": "1", "city": "1"})
        for _ in range(40):
            if 'data-page="thank-you"' in self.page:
                self.told.thanked = True
                break
            self.ask("POST", self.told.last)
        return self.told

    def sign_in(self, name: str, password: str, secret: str) -> None:
        self.ask("GET", "/en/staff/sign-in")
        self.ask(
            "POST", "/en/staff/sign-in", {**self._token(), "sign_in_name": name, "password": password}
        )
        if secret:
            self.ask("POST", self.told.last, {**self._token(), "code": pyotp.TOTP(secret).now()})

    def _token(self) -> dict[str, str]:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
        return {"csrf_token": found.group(1)} if found else {}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--instance", type=Path, required=True)
    parser.add_argument("--residents", type=int, default=40)
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("Network namespaces need root: run it with sudo.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with tempfile.TemporaryDirectory(prefix="hosts") as name, network():
        folder = Path(name)
        shutil.chown(folder, "postgres")
        folder.chmod(0o755)
        hosts = Hosts(folder, options.instance.resolve())
        trial = Trial(hosts, options.residents)
        try:
            trial.all()
        except RuntimeError as error:
            trial.failed.append(str(error))
        finally:
            for running in list(hosts.running):
                hosts.stop(running)
            if trial.failed:
                for log in folder.glob("*.log"):
                    print(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
    for line in trial.failed:
        print(f"FAILED: {line}")
    return 1 if trial.failed else 0


class Trial:
    """What is tried, one after the other, and what came out."""

    def __init__(self, hosts: Hosts, count: int) -> None:
        self.hosts, self.count = hosts, count
        self.failed: list[str] = []

    def all(self) -> None:
        print("| what | came out |\n|---|---|", flush=True)
        self.hosts.make_databases()
        self.hosts.start_web()
        self.hosts.start_proxy()
        people = self.everybody(f"{self.count} residents at once, every request to the next host")
        met = sum(len(one.hosts) == len(WEB) for one in people)
        self.tell("residents who met both hosts", f"{met}", met == self.count)
        self.staff()
        self.everybody(
            f"a web host loses its cable while {self.count} answer", lambda: cable(WEB[1], "down")
        )
        cable(WEB[1], "up")
        self.replica()
        self.without_primary()

    def tell(self, what: str, came: str, right: bool) -> None:
        print(f"| {what} | {came} |", flush=True)
        if not right:
            self.failed.append(what)

    def sent(self, host: str = PRIMARY) -> int:
        return self.hosts.count(SENT, host)

    def everybody(
        self, what: str, meanwhile: Callable[[], object] | None = None, *, before: int | None = None
    ) -> list[Told]:
        """So many at once answer; after the first pages something happens."""
        before = self.sent() if before is None else before
        with ThreadPoolExecutor(self.count) as pool:
            running = [pool.submit(Browser().answer_survey) for _ in range(self.count)]
            if meanwhile is not None:
                time.sleep(1.5)
                meanwhile()
            people = [one.result() for one in running]
        thanked, stored = sum(one.thanked for one in people), self.sent() - before
        again = sum(one.again for one in people)
        self.tell(
            what,
            f"thanked {thanked}, stored {stored}, requests repeated {again}",
            thanked == stored == self.count,
        )
        return people

    def staff(self) -> None:
        config = Config.from_environment({"SURVEY_INSTANCE": str(self.hosts.instance)})
        name, _role, password, secret = next(
            known for known in read_sign_ins(config) if known[1] == "analyst"
        )
        browser = Browser()
        browser.sign_in(name, password, secret)
        seen = 0
        for _ in range(10):
            seen += browser.ask("GET", "/en/staff/") == 200 and "sign_in_name" not in browser.page
        hosts = len(browser.told.hosts)
        self.tell(
            "staff sign in on one host and work on both",
            f"{seen} of 10 pages, {hosts} hosts",
            seen == 10 and hosts == len(WEB),
        )

    def replica(self) -> None:
        start = time.monotonic()
        until(lambda: self.sent(REPLICA) == self.sent(), "the replica does not follow")
        self.tell("the replica has every answer", f"within {time.monotonic() - start:.1f} s", True)

    def without_primary(self) -> None:
        before = self.sent()
        self.hosts.stop(PRIMARY)
        browser = Browser()
        statuses = [browser.once("GET", path)[0] for path in PUBLISHED]
        self.tell(
            "the primary is stopped: published results",
            f"{statuses}",
            statuses == [200] * len(PUBLISHED),
        )
        status, _where = browser.once("POST", "/en/survey", {"adult": "1", "city": "1"})
        words = "<h1" in browser.page
        self.tell(
            "the primary is stopped: a survey is begun",
            f"{status}, told in words" if words else f"{status}",
            status == 503 and words,
        )
        self.everybody(
            f"{self.count} begin while it is away, and it comes back",
            lambda: self.hosts.start_database(PRIMARY),
            before=before,
        )


if __name__ == "__main__":
    sys.exit(main())
