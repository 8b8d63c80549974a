"""The CSV tables of comments, codes and tags. Every error names file, row and column."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.themes.errors import CommentsError

csv.field_size_limit(10_000_000)


@dataclass(frozen=True)
class Comment:
    """A comment to be read: `language` is that of the form, None where the table does not say."""

    id: str
    text: str
    language: str | None


@dataclass(frozen=True)
class Code:
    """One code that one person gave one comment."""

    id: str
    coder: str
    code: str


@dataclass(frozen=True)
class Tag:
    """One suggested code of one comment."""

    id: str
    code: str
    probability: float


def read_comments(path: Path) -> list[Comment]:
    """Columns id, text and perhaps language. CommentsError: missing column, empty or repeated id."""
    comments = []
    seen: set[str] = set()
    for number, row in _rows(path, ("id", "text")):
        key = _filled(path, number, row, "id")
        if key in seen:
            raise CommentsError(f"{path.name}, row {number}, column id: {key!r} stands twice.")
        seen.add(key)
        language = (row.get("language") or "").strip() or None
        comments.append(Comment(key, row["text"] or "", language))
    return comments


def read_codes(path: Path) -> list[Code]:
    """Columns id, coder, code."""
    return [
        Code(
            _filled(path, number, row, "id"),
            _filled(path, number, row, "coder"),
            _filled(path, number, row, "code"),
        )
        for number, row in _rows(path, ("id", "coder", "code"))
    ]


def read_tags(path: Path) -> list[Tag]:
    """Columns id, code and perhaps probability (1 where the column is missing)."""
    tags = []
    for number, row in _rows(path, ("id", "code")):
        written = (row.get("probability") or "1").strip()
        try:
            probability = float(written)
        except ValueError:
            probability = -1.0
        if not 0.0 <= probability <= 1.0:
            raise CommentsError(
                f"{path.name}, row {number}, column probability: {written!r} is not between 0 and 1."
            )
        tags.append(
            Tag(
                _filled(path, number, row, "id"),
                _filled(path, number, row, "code"),
                probability,
            )
        )
    return tags


def codings(codes: Iterable[Code]) -> dict[str, dict[str, frozenset[str]]]:
    """Comment -> coder -> the codes that this coder gave it."""
    found: dict[str, dict[str, set[str]]] = {}
    for one in codes:
        found.setdefault(one.id, {}).setdefault(one.coder, set()).add(one.code)
    return {
        key: {coder: frozenset(given) for coder, given in by_coder.items()}
        for key, by_coder in found.items()
    }


def majority(by_coder: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Codes that at least half of the coders gave; `none` where that leaves nothing."""
    counts: dict[str, int] = {}
    for given in by_coder.values():
        for code in given:
            counts[code] = counts.get(code, 0) + 1
    kept = {code for code, count in counts.items() if 2 * count >= len(by_coder)}
    themes = kept - {"none", "unclear"}
    return frozenset(themes or kept or {"none"})


def write_rows(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> int:
    """Write a CSV (UTF-8, one line feed a row); returns how many rows."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            names = reader.fieldnames or []
            for column in needed:
                if column not in names:
                    raise CommentsError(
                        f"{path.name}, row 1: the column {column!r} is missing; "
                        f"there are: {', '.join(names) or 'none'}."
                    )
            for number, row in enumerate(reader, start=2):
                if None in row or any(value is None for value in row.values()):
                    raise CommentsError(
                        f"{path.name}, row {number}: another number of columns than in the header."
                    )
                yield number, row
    except FileNotFoundError as error:
        raise CommentsError(f"There is no file {path}.") from error
    except UnicodeDecodeError as error:
        raise CommentsError(f"{path.name} is not UTF-8: save it as CSV UTF-8 and try again.") from error
    except csv.Error as error:
        raise CommentsError(f"{path.name} is not a CSV table: {error}.") from error


def _filled(path: Path, number: int, row: dict[str, str], column: str) -> str:
    value = row[column].strip()
    if not value:
        raise CommentsError(f"{path.name}, row {number}, column {column}: it is empty.")
    return value
