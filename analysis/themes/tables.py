"""The CSV tables of comments, codes and tags. Every error names file, row and column.

Rows are counted as a spreadsheet counts them: the header is row 1, empty rows count and are passed
over, a cell may hold several lines.
"""

from __future__ import annotations

import csv
import difflib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.themes.codebook import SPECIAL
from analysis.themes.errors import CommentsError

csv.field_size_limit(10_000_000)

_UNSEEN = "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Signs that nobody sees and spreadsheets put around a cell: writing direction and widthless space."""
_EDGES = " \t\r\n\v\f\u00a0" + _UNSEEN
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)


@dataclass(frozen=True)
class Comment:
    """A comment to be read: `language` is that of the form, None where the table does not say."""

    id: str
    text: str
    language: str | None


@dataclass(frozen=True)
class Code:
    """One code that one person gave one comment; `row` is where the table says so."""

    id: str
    coder: str
    code: str
    row: int = 0


@dataclass(frozen=True)
class Tag:
    """One suggested code of one comment."""

    id: str
    code: str
    probability: float


def read_comments(path: Path) -> list[Comment]:
    """Columns id, text and perhaps language (a code such as `es` or `es-MX`, read as `es`).

    CommentsError: missing column, empty or repeated id, no code of a language, no comment at all.
    """
    comments = []
    seen: dict[str, int] = {}
    for number, row in _rows(path, ("id", "text")):
        key = _filled(path, number, row, "id")
        if key in seen:
            raise CommentsError(
                f"{path.name}, row {number}, column id: {key!r} stands already in row {seen[key]}."
            )
        seen[key] = number
        comments.append(Comment(key, row["text"], _language(path, number, row)))
    if not comments:
        raise CommentsError(f"{path.name} has a header and no comment below it.")
    return comments


def read_codes(path: Path) -> list[Code]:
    """Columns id, coder, code. CommentsError: an empty cell, `none` or `unclear` beside a theme."""
    codes = [
        Code(
            _filled(path, number, row, "id"),
            _filled(path, number, row, "coder"),
            _filled(path, number, row, "code"),
            number,
        )
        for number, row in _rows(path, ("id", "coder", "code"))
    ]
    if not codes:
        raise CommentsError(f"{path.name} has a header and no code below it.")
    given = codings(codes)
    for one in codes:
        beside = sorted(given[one.id][one.coder] - {one.code})
        if one.code in SPECIAL and beside:
            raise CommentsError(
                f"{path.name}, row {one.row}, column code: {one.coder} gave the comment {one.id!r} "
                f"both {one.code!r} and {beside[0]!r}; {one.code!r} stands alone."
            )
    return codes


def check_codes(path: Path, codes: Sequence[Code], known: Sequence[str]) -> None:
    """CommentsError where a code is none of `known` while others of the table are.

    A table with none of them has a codebook of its own, which is allowed.
    """
    used = {one.code for one in codes} - set(SPECIAL)
    if not used & set(known):
        return
    for one in codes:
        if one.code not in known and one.code not in SPECIAL:
            near = difflib.get_close_matches(one.code, [*known, *SPECIAL], n=1)
            hint = f"; is {near[0]!r} meant?" if near else "."
            raise CommentsError(
                f"{path.name}, row {one.row}, column code: {one.code!r} is not in the codebook{hint}"
            )


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
    """Write a CSV (UTF-8, one line feed a row); returns how many rows.

    Written beside and put in place when whole: what stood there before stays until then.
    """
    count = 0
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            for row in rows:
                writer.writerow(row)
                count += 1
        os.replace(beside, path)
    except OSError as error:
        raise CommentsError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)
    return count


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            names: list[str] | None = None
            for number, cells in enumerate(reader, start=1):
                if not any(cell.strip(_EDGES) for cell in cells):
                    continue
                if names is None:
                    names = _header(path, number, cells, needed)
                    continue
                if len(cells) != len(names):
                    raise CommentsError(
                        f"{path.name}, row {number}: {len(cells)} columns, the header has {len(names)}."
                    )
                yield number, dict(zip(names, cells, strict=True))
            if names is None:
                raise CommentsError(
                    f"{path.name} is empty; the first row must name the columns {', '.join(needed)}."
                )
    except FileNotFoundError as error:
        raise CommentsError(f"There is no file {path}.") from error
    except OSError as error:
        raise CommentsError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommentsError(
            f"{path.name}, line {_not_utf8(path)}, is not UTF-8: save it as CSV UTF-8 and try again."
        ) from error
    except csv.Error as error:
        raise CommentsError(
            f"{path.name}, row {number + 1}, is not CSV: {error}. Is a quotation mark not closed, or "
            "not written twice inside a cell?"
        ) from error


def _header(path: Path, number: int, cells: Sequence[str], needed: tuple[str, ...]) -> list[str]:
    names = [cell.strip(_EDGES).lower() for cell in cells]
    for column in needed:
        if column not in names:
            hint = ""
            if len(names) == 1 and any(sign in names[0] for sign in ";\t|"):
                hint = " Columns are divided by commas."
            raise CommentsError(
                f"{path.name}, row {number}: the column {column!r} is missing; "
                f"there are: {', '.join(names)}.{hint}"
            )
    twice = [name for place, name in enumerate(names) if name and name in names[:place]]
    if twice:
        raise CommentsError(f"{path.name}, row {number}: the column {twice[0]!r} stands twice.")
    return names


def _not_utf8(path: Path) -> int:
    """The first line of a file that is not UTF-8."""
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return number
    return 1


def _filled(path: Path, number: int, row: Mapping[str, str], column: str) -> str:
    value = row[column].strip(_EDGES)
    if not value:
        raise CommentsError(f"{path.name}, row {number}, column {column}: it is empty.")
    return value


def _language(path: Path, number: int, row: Mapping[str, str]) -> str | None:
    written = row.get("language", "").strip(_EDGES)
    if not written:
        return None
    found = _LANGUAGE.fullmatch(written)
    if found is None:
        raise CommentsError(
            f"{path.name}, row {number}, column language: {written!r} is not the code of a language "
            "such as en or es-MX."
        )
    return found[1].lower()
