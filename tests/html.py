"""What must hold on every page that the product sends."""

from __future__ import annotations

import re
from collections import Counter

import html5lib

#: html5lib speaks of these although the living standard allows them.
_ALLOWED = {"unknown-attribute"}
#: Landmarks by which people who hear a page find their way; what stands beside them is easily missed.
_LANDMARKS = {"header", "nav", "main", "footer"}


def problems(html: str, *, language: str | None = None, direction: str | None = None) -> list[str]:
    """Everything wrong with a page: invalid HTML, headings, title, ids, labels, language."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree = parser.parse(html)
    found = [
        f"invalid HTML at {place}: {code} {values}"
        for place, code, values in parser.errors
        if code not in _ALLOWED
    ]
    elements = list(tree.iter())
    headings = [item for item in elements if item.tag == "h1"]
    if len(headings) != 1:
        found.append(f"{len(headings)} h1")
    title = tree.find(".//title")
    if title is None or not (title.text or "").strip(" –"):
        found.append("no title")
    ids = Counter(item.get("id") for item in elements if item.get("id"))
    found += [f"id {name} stands {count} times" for name, count in ids.items() if count > 1]
    labels = {item.get("for") for item in elements if item.tag == "label"}
    inside = {id(control) for item in elements if item.tag == "label" for control in item.iter()}
    for item in elements:
        if item.tag in {"input", "select", "textarea"} and item.get("type") not in {
            "hidden",
            "submit",
        }:
            named = item.get("aria-label") or item.get("aria-labelledby")
            if not (named or id(item) in inside or item.get("id") in labels):
                found.append(f"control {item.get('name')} has no label")
        if item.tag == "img" and item.get("alt") is None:
            found.append(f"picture {item.get('src')} has no alternative text")
        for name in ("for", "aria-describedby", "aria-labelledby"):
            for target in (item.get(name) or "").split():
                if target not in ids:
                    found.append(f"{name} points to {target}, which is not there")
        if item.get("style") is not None or (item.tag == "script" and not item.get("src")):
            found.append(f"{item.tag} is inline: the content policy blocks it")
        if any(name.startswith("on") for name in item.attrib):
            found.append(f"{item.tag} has an inline handler")
        href = item.get("href") or ""
        if item.tag == "a" and href.startswith("#") and href[1:] not in ids:
            found.append(f"link to {href}, which is not there")
    body = tree.find("body")
    for item in body if body is not None else ():
        words = "".join(item.itertext()).strip() if isinstance(item.tag, str) else ""
        if words and item.tag not in {*_LANDMARKS, "dialog", "script"} and item.get("class") != "skip":
            found.append(f"outside every landmark: {words[:60]}")
    root = tree if tree.tag == "html" else tree.find(".//html")
    if language is not None and root is not None and root.get("lang") != language:
        found.append(f"lang is {root.get('lang')}, not {language}")
    if direction is not None and root is not None and root.get("dir") != direction:
        found.append(f"dir is {root.get('dir')}, not {direction}")
    if re.search(r"\{\{|\{%|%\([a-z_]+\)[sd]", html):
        found.append("an unfilled place in a sentence")
    return found
