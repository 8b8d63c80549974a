"""Public results as files that any web server can serve, or a folder on a stick.

Every public page of results, sessions and commitments is asked for as a browser would, in every
language, and written down with the files it needs. Addresses become relative, so the folder works
under any name; what is not public or not there (the survey itself, staff) leads to the live address.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
from collections import deque
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from ..accounts.permissions import PUBLIC, ROUTES
from ..i18n import offered
from ..problems import BadInputProblem, ConflictProblem

MARK = "site.json"
_FEATURES = {"reports", "reports_api", "series", "meetings", "languages", "static"}
_PAGES = {"pages.home", "pages.privacy", "pages.help_lines"}
#: Drawn when somebody asks, a second each: in the site only on request.
_SLIDES = "reports.photograph"
#: Parts of an address that only tell caches of a new content.
_FOR_CACHES = {"v", "e"}
_ATTRIBUTE = re.compile(r'(?P<before>\s(?:href|src|srcset)=")(?P<address>[^"]*)(?P<after>")')
_IN_STYLE = re.compile(r"(?P<before>url\(['\"]?)(?P<address>/[^)'\"]+)(?P<after>['\"]?\))")
#: Told after every file: how many are written, how many are known of.
Progress = Callable[[int, int], None]


class StaticSite:
    """One export: what is public here, where each address is written, and what is still to be asked."""

    def __init__(self, app: Flask, live: str, *, languages: tuple[str, ...], slides: bool) -> None:
        self._client = app.test_client()
        self._adapter = app.url_map.bind("localhost")
        self._live, self._languages, self._slides = live.rstrip("/"), languages, slides
        self._known: dict[str, PurePosixPath | None] = {}
        self._waiting: deque[str] = deque()

    def write(self, folder: Path, progress: Progress) -> int:
        """Write all files below `folder`; how many. Raises ConflictProblem at a broken link."""
        for code in self._languages:
            self._place(f"/{code}/results")
        done = 0
        while self._waiting:
            address = self._waiting.popleft()
            at = self._known[address]
            if at is None:
                continue
            path = folder / at
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._read(address, at))
            done += 1
            progress(done, done + len(self._waiting))
        (folder / "index.html").write_text(self._front(), encoding="utf-8")
        told = {"files": done + 1, "languages": list(self._languages), "live": self._live}
        (folder / MARK).write_text(json.dumps(told, indent=1), encoding="utf-8")
        return done + 1

    def _read(self, address: str, at: PurePosixPath) -> bytes:
        answer = self._client.get(address)
        if answer.status_code != 200:
            raise ConflictProblem(
                f"{address} answers {answer.status_code}; mend the page that leads there."
            )
        if answer.mimetype == "text/html":
            return _ATTRIBUTE.sub(
                lambda found: self._replace(found, at, html.unescape, html.escape),
                answer.get_data(as_text=True),
            ).encode()
        if answer.mimetype == "text/css":
            text = answer.get_data(as_text=True)
            return _IN_STYLE.sub(lambda found: self._replace(found, at, str, str), text).encode()
        return answer.get_data()

    def _replace(
        self,
        found: re.Match[str],
        at: PurePosixPath,
        read: Callable[[str], str],
        write: Callable[[str], str],
    ) -> str:
        return found["before"] + write(self._lead(read(found["address"]), at)) + found["after"]

    def _lead(self, address: str, at: PurePosixPath) -> str:
        """The address as the file `at` must have it."""
        if not address.startswith("/") or address.startswith("//"):
            return address
        target = self._place(address)
        if target is None:
            return self._live + address
        fragment = urlsplit(address).fragment
        relative = os.path.relpath(target, at.parent)
        return f"{relative}#{fragment}" if fragment else relative

    def _place(self, address: str) -> PurePosixPath | None:
        """Where the answer of an address is written; None where it stays on the live site."""
        parts = urlsplit(address)
        rest = [(k, v) for k, v in parse_qsl(parts.query) if k not in _FOR_CACHES]
        key = parts.path + ("?" + "&".join(f"{k}={v}" for k, v in rest) if rest else "")
        if key not in self._known:
            self._known[key] = self._file(parts.path, rest) if self._belongs(parts.path) else None
            self._waiting.append(key)
        return self._known[key]

    def _belongs(self, path: str) -> bool:
        try:
            endpoint, values = self._adapter.match(path)
        except HTTPException:
            return False
        feature = endpoint.partition(".")[0]
        return (
            ROUTES.get(endpoint) is PUBLIC
            and (feature in _FEATURES or endpoint in _PAGES)
            and (endpoint != _SLIDES or self._slides)
            and values.get("lang", self._languages[0]) in self._languages
        )

    @staticmethod
    def _file(path: str, rest: list[tuple[str, str]]) -> PurePosixPath:
        pure = PurePosixPath(path.lstrip("/"))
        for name, value in rest:
            pure = pure.with_name(
                f"{pure.stem}.{name}-{re.sub('[^0-9A-Za-z]', '_', value)}{pure.suffix}"
            )
        return pure if pure.suffix else pure / "index.html"

    def _front(self) -> str:
        known = offered()
        links = "".join(
            f'<li><a href="{code}/results/index.html" lang="{code}" hreflang="{code}" '
            f'dir="{known[code].direction}">{html.escape(known[code].own_name)}</a></li>'
            for code in self._languages
        )
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            "<title>Baltimore Safety and Trust Survey: results</title></head>"
            f"<body><main><h1>Baltimore Safety and Trust Survey: results</h1><ul>{links}</ul></main>"
            "</body></html>\n"
        )


def export_site(
    app: Flask,
    folder: Path,
    *,
    live: str,
    languages: tuple[str, ...],
    slides: bool = False,
    progress: Progress,
) -> int:
    """Write the site to `folder`, in the place of an older export once it is complete; how many files.

    Raises BadInputProblem where the folder holds something else, ConflictProblem at a broken link.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise BadInputProblem(f"{folder} holds something else; name a new folder.")
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        files = StaticSite(app, live, languages=languages, slides=slides).write(part, progress)
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return files
