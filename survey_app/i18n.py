"""Languages: one list (translations/languages.toml), the page's language and direction."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations
from flask import Flask, abort, g, has_request_context, request, url_for
from flask_babel import Babel, force_locale

from .config import ROOT

TRANSLATIONS = ROOT / "translations"
DEFAULT = "en"


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
        try:
            Locale.parse(code, sep="-")
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


def offered() -> dict[str, Language]:
    """Languages whose interface is complete: the ones a page can be shown in."""
    return {code: item for code, item in languages().items() if item.interface}


def current_language() -> Language:
    """The language of this request's page; English outside a request."""
    code = g.get("language", DEFAULT) if has_request_context() else DEFAULT
    return offered().get(code, languages()[DEFAULT])


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


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DOMAIN"] = "interface"
    Babel(app, locale_selector=lambda: current_language().code)

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        """Every page lives below its language; an unknown one is an unknown page."""
        if values and "lang" in values:
            g.language = values.pop("lang")
            if g.language not in offered():
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
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
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
