"""Find personal data in a comment, and mask it. The same as static/pii.js, on the server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from .compose import KINDS, LANGUAGES, expand, table

_ORDER = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Finding:
    """Characters `start` up to `end` (code points) of a comment that may lead to a person.

    `kind` is one of phone, email, address, plate, id, name; `rule` the rule that found it; `why` one
    English sentence for the person who decides, the same for every rule of its kind of reason.
    """

    start: int
    end: int
    kind: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    kind: str
    languages: frozenset[str] | None
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    why: str


@cache
def _rules() -> tuple[_Rule, ...]:
    parts = table()["parts"]
    return tuple(
        _Rule(
            id=row["id"],
            kind=row["kind"],
            languages=None if row["languages"] is None else frozenset(row["languages"]),
            pattern=re.compile(expand(row["pattern"], parts)),
            unless=None if row["unless"] is None else re.compile(expand(row["unless"], parts)),
            needs=None if row["needs"] is None else re.compile(row["needs"]),
            why=row["why"],
        )
        for row in table()["rules"]
    )


@cache
def _rules_for(language: str | None) -> tuple[_Rule, ...]:
    return tuple(
        rule
        for rule in _rules()
        if language is None or rule.languages is None or language in rule.languages
    )


@cache
def _fold() -> dict[int, str]:
    from_, to = table()["fold"]
    return str.maketrans(from_, to)  # type: ignore[return-value]  # one character to one character


def _search(rule: _Rule, folded: str) -> Iterable[Finding]:
    place = 0
    while match := rule.pattern.search(folded, place):
        start, end = match.span(2)
        if rule.unless is None or not rule.unless.search(folded[:start]):
            yield Finding(start, end, rule.kind, rule.id, rule.why)
            place = end
        else:
            place = start + 1


def _join(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding where several overlap: from the first to the last character, named by the kind that
    is surest (e-mail before id before phone before plate before address before name)."""
    joined: list[Finding] = []
    for found in sorted(
        findings, key=lambda found: (found.start, -found.end, _ORDER[found.kind], found.rule)
    ):
        if not joined or found.start >= joined[-1].end:
            joined.append(found)
            continue
        last = joined[-1]
        named = found if _ORDER[found.kind] < _ORDER[last.kind] else last
        joined[-1] = Finding(last.start, max(last.end, found.end), named.kind, named.rule, named.why)
    return tuple(joined)


def find(text: str, language: str | None) -> tuple[Finding, ...]:
    """Personal data in `text`, in order, never overlapping.

    `language` is the code of the comment's language; English rules always run as well: officers and
    streets have English names in every language. None, or a language without rules, runs all of them.
    `text` should be in Unicode normal form C, as the browser sends it.
    """
    folded = text.translate(_fold())
    return _join(
        found
        for rule in _rules_for(language if language in LANGUAGES else None)
        if rule.needs is None or rule.needs.search(folded)
        for found in _search(rule, folded)
    )


def mask(text: str, findings: Iterable[Finding], labels: Mapping[str, str] | None = None) -> str:
    """`text` with every finding replaced by `[kind]`, or by `[label]` when `labels` gives one.

    Raises ValueError when findings overlap or lie outside the text: they belong to another text.
    """
    out, place = [], 0
    for found in sorted(findings, key=lambda found: found.start):
        if found.start < place or found.end > len(text):
            raise ValueError(
                "These findings do not belong to this text; find them again before masking."
            )
        label = found.kind if labels is None else labels.get(found.kind, found.kind)
        out += [text[place : found.start], f"[{label}]"]
        place = found.end
    return "".join([*out, text[place:]])
