"""From rules.toml and words.toml to one table of patterns that Python and JavaScript read alike.

The table is plain data, so that tools/pii_build.py can write it out for the browser; `expand` is the
only thing the browser has to do as well.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict

HERE = Path(__file__).parent
KINDS = ("email", "id", "phone", "plate", "address", "name")
LANGUAGES = ("en", "es", "fr", "ar", "zh", "ko", "ru", "sw")

_REFERENCE = re.compile("<([a-z_@.]+)>")
_SYNTAX = re.compile(r"([\^$\\.*+?()\[\]{}|/])")
_RUSSIAN_ENDING = "(?:а|я|и|ы|е|у|ю|ой|ей)"


class RuleRow(TypedDict):
    """One rule: `pattern` has two groups, what stands in front and what is reported; parts as <name>.

    `languages` is None for a rule of every comment. `unless` is tried on the text before the target.
    The rule is tried only on a text that has what `needs` asks for.
    """

    id: str
    kind: str
    languages: list[str] | None
    pattern: str
    unless: str | None
    needs: str | None
    why: str


class Table(TypedDict):
    """`fold`: two strings of equal length in characters, from and to. `parts`: name to pattern."""

    fold: list[str]
    kinds: list[str]
    parts: dict[str, str]
    rules: list[RuleRow]


class _Written(TypedDict):
    """A rule as it stands in rules.toml."""

    id: str
    kind: str
    why: str
    before: str
    target: str
    after: NotRequired[str]
    unless: NotRequired[str]
    needs: NotRequired[str]
    languages: NotRequired[list[str]]
    english_everywhere: NotRequired[bool]


class RulesError(ValueError):
    """rules.toml or words.toml cannot be used; the message names the rule or list."""


def _letters(character: str) -> str:
    return "[а-я]" if "а" <= character <= "я" else "[a-z]"


def _spell(word: str) -> str:
    """One word as a pattern: `Word`, `word` or `WORD`; spaces, stars and tildes as words.toml says."""
    out = ""
    for place, character in enumerate(word):
        if character == " ":
            out += "[ ,-]+"
        elif character == "*":
            out += _letters(word[place - 1]) + "{0,4}"
        elif character == "." and place == len(word) - 1:
            out += r"\.?"
        elif character == "~":
            out += _RUSSIAN_ENDING
        else:
            first = place == 0 or word[place - 1] == " "
            upper = character.upper()
            if first and upper != character and len(upper) == 1:
                out += f"[{upper}{character}]"
            else:
                out += _SYNTAX.sub(r"\\\1", character)
    return out


def render(words: list[str], fold: dict[int, int]) -> str:
    """A list of words as one alternation, the longest first so that it wins."""
    folded = sorted({word.translate(fold) for word in words}, key=lambda word: (-len(word), word))
    spelled = [_spell(word) for word in folded]
    capitals = [
        _spell(word.upper())
        for word in folded
        if word.upper() != word and len(word) > 1 and not set(word) & {"*", "~"}
    ]
    return "(?:" + "|".join(spelled + capitals) + ")"


def expand(pattern: str, parts: dict[str, str]) -> str:
    """Put every <part> in its place. Raises RulesError when one does not exist."""

    def put(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in parts:
            raise RulesError(
                f"a pattern asks for <{name}>, which is neither a part nor a list of words"
            )
        return f"(?:{expand(parts[name], parts)})"

    return _REFERENCE.sub(put, pattern)


def _row(rule: _Written, language: str | None, several: bool) -> RuleRow:
    if rule["kind"] not in KINDS:
        raise RulesError(f"rule {rule['id']}: the kind {rule['kind']} is not one of {', '.join(KINDS)}")
    pattern = f"({rule['before']})({rule['target']})"
    if "after" in rule:
        pattern += f"(?={rule['after']})"
    unless = rule.get("unless")
    everywhere = language is None or (language == "en" and rule.get("english_everywhere", True))
    if language is not None:
        pattern = pattern.replace("<@", f"<{language}.")
    return {
        "id": f"{rule['id']}-{language}" if several else rule["id"],
        "kind": rule["kind"],
        "languages": None if everywhere else [str(language)],
        "pattern": pattern,
        "unless": unless,
        "needs": rule.get("needs"),
        "why": rule["why"],
    }


@cache
def table() -> Table:
    """The rules as they are used, read once. Raises RulesError for a rule that cannot be used."""
    written = tomllib.loads((HERE / "rules.toml").read_text(encoding="utf-8"))
    words = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))
    pairs: list[list[str]] = written["fold"]["pairs"]
    for source, goal in pairs:
        if len(source) != len(goal):
            raise RulesError(f"fold: {source!r} and {goal!r} differ in length")
    from_, to = ("".join(side) for side in zip(*pairs, strict=True))
    fold = str.maketrans(from_, to)
    parts: dict[str, str] = dict(written["parts"])
    for language, lists in words.items():
        parts |= {f"{language}.{name}": render(entries, fold) for name, entries in lists.items()}
    rules: list[RuleRow] = []
    for rule in written["rule"]:
        languages: list[str] | None = rule.get("languages")
        if languages is None:
            rules.append(_row(rule, None, several=False))
            continue
        rules += [_row(rule, language, several=len(languages) > 1) for language in languages]
    for row in rules:
        try:
            re.compile(expand(row["pattern"], parts))
            re.compile(expand(row["unless"] or "", parts))
            re.compile(row["needs"] or "")
        except (re.error, RulesError) as error:
            raise RulesError(f"rule {row['id']}: {error}") from error
    return {"fold": [from_, to], "kinds": list(KINDS), "parts": parts, "rules": rules}
