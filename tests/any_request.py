"""Requests that nobody would send, to every route by every method and every role: is each answered?

Addresses and forms are made by Hypothesis from what the city itself knows (ids in its tables, names and
values of the fields on its pages) and from what no page offers: other types, other lengths, other
alphabets, files that are none. What is looked for is an answer of 500 and above, and an exception.
"""

from __future__ import annotations

import html
import logging
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import String, select
from werkzeug.routing import Rule

from survey_app.db import Base, Database
from survey_app.i18n import offered

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: Signing out is asked for with a token that does not fit, so that the others find somebody signed in.
LEAVES = frozenset({"accounts.sign_out", "accounts.sign_out_everywhere"})
_FIELD = re.compile(r'<(?:input|select|textarea|button)[^>]*\bname="([^"]+)"[^>]*>')
_VALUE = re.compile(r'\bvalue="([^"]*)"')
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')

_ODD = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "1e999",
            "NaN",
            "9" * 40,
            "2026-02-30",
            "0000-00-00",
            "10000-01-01",
            "24:61",
            "true",
            "[]",
            "{}",
            '{"a": ',
            "null",
            "' OR 1=1 --",
            "=cmd|' /C calc'!A0",
            "../../etc/passwd",
            "%00",
            "\x00",
            "\ud7ff\uffff",
            "<script>alert(1)</script>",
            "{{ 7*7 }}",
            "a" * 5000,
            "\u202e\u0661\u0662",
            "http://127.0.0.1:1/",
        ]
    ),
    st.integers().map(str),
    st.dates().map(str),
)
FILES = (b"", b"a,b\n1\n", b"PK\x03\x04" + b"\0" * 40, b"\xff\xfe\x00", b"%PDF-1.7\n")


@dataclass
class Found:
    """What came of it: how many by status, and each failure once, with one request that shows it."""

    statuses: Counter[int] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)


class Listener(logging.Handler):
    """The application tells what went wrong in its log only."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()


class Asker:
    """Makes requests to one application, as each of `clients` (role -> signed in; '' is anybody)."""

    def __init__(self, app: Flask, clients: Mapping[str, FlaskClient]) -> None:
        self.app, self.clients = app, dict(clients)
        self.rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
        self.found = Found()
        self.names: dict[str, set[str]] = {}
        self.values: set[str] = set()
        self.tokens: dict[str, str] = {}
        self._listener = Listener()

    def look_around(self) -> None:
        """Read ids from the tables, and tokens and fields from every page that opens without an id."""
        database: Database = self.app.extensions["database"]
        with database.session(read_only=True) as session:
            for table in Base.metadata.tables.values():
                for column in table.columns:
                    if column.primary_key or column.foreign_keys or column.name in {"slug", "number"}:
                        query = select(column).distinct().limit(12)
                        self.values |= {str(one) for one in session.scalars(query) if one is not None}
                    elif isinstance(column.type, String) and (column.type.length or 999) <= 40:
                        query = select(column).distinct().limit(6)
                        self.values |= {str(one) for one in session.scalars(query) if one is not None}
        for role in self.clients:
            self.take_token(role)
        for role, client in self.clients.items():
            for rule in self.rules:
                known = self.names.get(rule.endpoint.partition(".")[0], set())
                if role and len(known) > 12:
                    continue  # this feature's fields are known
                if rule.arguments <= {"lang"} and "GET" in (rule.methods or ()):
                    answer = client.get(rule.rule.replace("<lang>", "en"), follow_redirects=True)
                    self._read_page(role, rule.endpoint, answer.get_data(as_text=True))

    def take_token(self, role: str) -> None:
        """The token of this session, from the desk."""
        page = self.clients[role].get("/en/staff/", follow_redirects=True)
        if token := _TOKEN.search(page.get_data(as_text=True)):
            self.tokens[role] = token.group(1)

    def _read_page(self, role: str, endpoint: str, text: str) -> None:
        if token := _TOKEN.search(text):
            self.tokens[role] = token.group(1)
        place = self.names.setdefault(endpoint.partition(".")[0], set())
        for one in _FIELD.finditer(text):
            place.add(html.unescape(one.group(1)))
            if value := _VALUE.search(one.group(0)):
                self.values.add(html.unescape(value.group(1)))

    def ask(self, number: int, odd: list[str]) -> None:
        """One request, settled by `number` and what is known by now; `odd` is what no page offers."""
        chance = random.Random(number)
        known = sorted(self.values) or ["1"]

        def value() -> str:
            return chance.choice(known if chance.random() < 0.65 else odd)

        rule = chance.choice(self.rules)
        role = chance.choice(sorted(self.clients))
        offered_here = sorted((rule.methods or set()) & set(METHODS))
        method = chance.choice(offered_here if chance.random() < 0.7 else METHODS)
        names = sorted(self.names.get(rule.endpoint.partition(".")[0], set()) | {"q"})
        query = {chance.choice(names): value() for _ in range(chance.randrange(3))}
        form: dict[str, object] = {}
        if method not in {"GET", "HEAD", "OPTIONS"}:
            form.update({chance.choice(names): value() for _ in range(chance.randrange(9))})
            if chance.random() < 0.8 and rule.endpoint not in LEAVES:
                form["csrf_token"] = self.tokens.get(role, "")
            if chance.random() < 0.1:
                form["file"] = (BytesIO(chance.choice(FILES)), chance.choice(["a.csv", "a.xlsx"]))
        self._send(rule, role, method, self._path(rule, chance, value), query, form)

    def _path(self, rule: Rule, chance: random.Random, value: Callable[[], str]) -> str:
        path = rule.rule
        for name in rule.arguments:
            one = chance.choice([*offered(), "en", "xx"]) if name == "lang" else value()
            text = quote(one, safe="") or "x"
            path = re.sub(rf"<(?:[^<>:]*:)?{name}>", lambda _found, text=text: text, path)
        return path

    def _send(
        self, rule: Rule, role: str, method: str, path: str, query: object, form: dict[str, object]
    ) -> None:
        told = (
            f"{method} {rule.rule} as {role or 'anybody'}: {path[:120]!r} {query!r:.200} {form!r:.400}"
        )
        self._listener.last = ""
        try:
            answer = self.clients[role].open(
                path,
                method=method,
                query_string=query,
                data=form or None,
                content_type="multipart/form-data" if "file" in form else None,
            )
            status, text = answer.status_code, answer.get_data(as_text=True)
        except Exception as error:  # nothing may come through to the server
            self.found.failures.setdefault(f"exception {type(error).__name__}: {error!s:.120}", told)
            return
        self.found.statuses[status] += 1
        if status >= 500:
            self.found.failures.setdefault(self._listener.last or f"{status} at {rule.endpoint}", told)
        if 200 <= status < 400:
            self.found.reached.add(rule.endpoint)
        if status == 200 and "<form" in text:
            self._read_page(role, rule.endpoint, text)

    def go(
        self, count: int, *, number: int, every: Callable[[int], None] = lambda _done: None
    ) -> Found:
        """`count` requests with this seed. `every` is called after each with how many there were."""
        done = 0

        @seed(number)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(_ODD, min_size=4, max_size=4))
        def requests(odd: list[str]) -> None:
            nonlocal done
            self.ask(number * 10**9 + done, odd)
            done += 1
            every(done)

        log = logging.getLogger("survey_app")
        log.addHandler(self._listener)
        try:
            requests()
        finally:
            log.removeHandler(self._listener)
        return self.found
