"""Languages: one list (translations/languages.toml), the page's language and direction.

A language whose interface is complete is offered everywhere. One in preparation, and the pseudo-locale,
can be looked at in a demonstration under its own code, and anywhere below /<code>/staff.
"""

from __future__ import annotations

import logging
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations
from flask import Flask, abort, current_app, g, has_request_context, request, url_for
from flask_babel import Babel, Domain, force_locale, get_locale
from sqlalchemy.exc import DBAPIError

from .config import ROOT, Config
from .db import get_database
from .languages.models import INTERFACE
from .languages.pseudo import PseudoTranslations
from .languages.queries import corrections, count_reviews

log = logging.getLogger("survey_app")

TRANSLATIONS = ROOT / "translations"
DEFAULT = "en"
SOURCE, DRAFTED, REVIEWED, PSEUDO = "source", "drafted", "reviewed", "pseudo"
#: Seconds until a process sees what a reviewer corrected in another.
FRESH = 30.0


@dataclass(frozen=True)
class Language:
    """One language of the product, as its row in languages.toml says."""

    code: str
    own_name: str
    english_name: str
    direction: str
    interface: bool
    status: str
    reviewed_by: str | None
    reviewed_on: str | None


@cache
def languages(path: Path = TRANSLATIONS / "languages.toml") -> dict[str, Language]:
    """All languages by code, in the order of the file. Raises ValueError naming a wrong row."""
    with path.open("rb") as file:
        rows = tomllib.load(file)["language"]
    found: dict[str, Language] = {}
    for row in rows:
        code = row["code"]
        if row["direction"] not in {"ltr", "rtl"}:
            raise ValueError(f"{path}: language {code}: direction must be ltr or rtl")
        if row["status"] not in {SOURCE, DRAFTED, REVIEWED, PSEUDO}:
            raise ValueError(f"{path}: language {code}: status must be source, drafted or reviewed")
        try:
            Locale.parse(_locale(code, row["status"]), sep="-")
        except UnknownLocaleError:
            raise ValueError(f"{path}: language {code}: Babel does not know this code") from None
        found[code] = Language(
            code=code,
            own_name=row["own_name"],
            english_name=row["english_name"],
            direction=row["direction"],
            interface=bool(row.get("interface", True)),
            status=row["status"],
            reviewed_by=row.get("reviewed_by"),
            reviewed_on=row.get("reviewed_on"),
        )
    return found


def _locale(code: str, status: str) -> str:
    """Babel's locale for dates and numbers; the pseudo-locale has none of its own."""
    return DEFAULT if status == PSEUDO else code


def translated() -> dict[str, Language]:
    """Languages with catalogues, offered or in preparation: all but English and the pseudo-locale."""
    return {code: item for code, item in languages().items() if item.status in {DRAFTED, REVIEWED}}


def spoken() -> dict[str, Language]:
    """Every language people speak: all but the pseudo-locale."""
    return {code: item for code, item in languages().items() if item.status != PSEUDO}


def offered() -> dict[str, Language]:
    """Languages whose interface is complete: the ones a page can be shown in."""
    return {code: item for code, item in languages().items() if item.interface}


def current_language() -> Language:
    """The language of this request's page; English outside a request."""
    code = g.get("language", DEFAULT) if has_request_context() else DEFAULT
    return languages().get(code, languages()[DEFAULT])


def best_language() -> str:
    """The offered language that the browser asks for first."""
    return request.accept_languages.best_match(list(offered())) or DEFAULT


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Within a page: everything said inside is in this language."""
    before = g.get("language", DEFAULT)
    g.language = code
    try:
        with force_locale(code):
            yield
    finally:
        g.language = before


@cache
def catalogue(language: str, domain: str) -> NullTranslations:
    """A compiled catalogue; empty when the language has none."""
    return Translations.load(TRANSLATIONS, [language], domain=domain)


class ReviewedDomain(Domain):  # type: ignore[misc]
    """The interface as compiled, with what reviewers corrected on top; the pseudo-locale by rule.

    One for the application: each catalogue is read from the disk once in a process.
    """

    def __init__(self) -> None:
        super().__init__(str(TRANSLATIONS), INTERFACE)
        self._known = 0
        self._asked = -FRESH
        self._pseudo = PseudoTranslations()

    def refresh(self) -> None:
        """Ask the database, at most every FRESH seconds, whether a review was recorded."""
        now = time.monotonic()
        if now - self._asked < FRESH:
            return
        self._asked = now
        try:
            with get_database().session(read_only=True) as session:
                count = count_reviews(session)
                if count == self._known:
                    return
                found = {code: corrections(session, code, INTERFACE) for code in translated()}
        except DBAPIError as error:  # before the first migration; /healthz tells
            log.warning("reviews not read: %s", type(error).__name__)
            return
        for code, words in found.items():
            merged = Translations.load(TRANSLATIONS, [code], domain=INTERFACE)
            correct(merged, words)
            self.cache[code] = merged
        self._known = count

    @property
    def edition(self) -> int:
        """A number that changes with the words of the interface."""
        return self._known

    def look_again(self) -> None:
        """Read the reviews at the next request: one was recorded here a moment ago."""
        self._asked = -FRESH

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        code = str(locale).replace("_", "-") if locale is not None else DEFAULT
        if code == DEFAULT and current_language().status == PSEUDO:
            return self._pseudo
        found: NullTranslations | None = self.cache.get(code)
        if found is None:
            found = self.cache[code] = Translations.load(TRANSLATIONS, [code], domain=INTERFACE)
        return found


class _Babel(Babel):  # type: ignore[misc]
    """Flask-Babel makes a domain, and reads the catalogue, for every request; ours keeps one."""

    @property
    def domain_instance(self) -> ReviewedDomain:
        found: ReviewedDomain = current_app.extensions["words"]
        return found


def correct(catalogue: NullTranslations, words: dict[str, Any]) -> None:
    """Put a reviewer's words over those of a compiled catalogue; sentences it lacks are passed over."""
    messages: dict[Any, str] = getattr(catalogue, "_catalog", {})
    for key, text in words.items():
        forms = list(enumerate(text)) if isinstance(text, list) else [(None, text)]
        for number, form in forms:
            place = key if number is None else (key, number)
            if place in messages:
                messages[place] = form


def _may_look(code: str) -> bool:
    """Whether a page may be shown in this language: offered, or one to be previewed."""
    item = languages().get(code)
    if item is None or item.interface:
        return item is not None
    config: Config = current_app.extensions["config"]
    return not config.is_production or request.path.startswith(f"/{code}/staff")


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DOMAIN"] = INTERFACE
    app.extensions["words"] = words = ReviewedDomain()
    _Babel(app, locale_selector=lambda: _locale(current_language().code, current_language().status))

    @app.before_request
    def see_reviews() -> None:
        words.refresh()

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        """Every page lives below its language; an unknown one is an unknown page."""
        if values and "lang" in values:
            g.language = values.pop("lang")
            if not _may_look(g.language):
                g.language = best_language()
                abort(404)
        elif request.endpoint is None:
            # No route matched: read the language from the path so that the error page speaks it.
            g.language = request.path.split("/", 2)[1] if "/" in request.path else DEFAULT
            if g.language not in offered():
                g.language = best_language()
        else:
            g.language = best_language()

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, Any]) -> None:
        known = endpoint in app.view_functions  # else: building the address fails, with its own words
        if "lang" not in values and known and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = current_language().code

    @app.template_global()
    def in_language(code: str) -> str:
        """The address of this page in another language."""
        if request.endpoint is None or not app.url_map.is_endpoint_expecting(request.endpoint, "lang"):
            return url_for("pages.home", lang=code)
        return url_for(request.endpoint, **{**(request.view_args or {}), "lang": code})

    @app.context_processor
    def language_of_page() -> dict[str, Any]:
        return {"language": current_language(), "offered_languages": list(offered().values())}
