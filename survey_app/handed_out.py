"""Tables and archives for others: safe in a spreadsheet, and the same bytes from the same content."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: The earliest date a ZIP file can tell: no clock is in it.
NO_DATE = (1980, 1, 1, 0, 0, 0)


def safe(value: Any) -> str:
    """Text that a spreadsheet would take for a formula is kept text by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return str(value)


def csv_file(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read it. The caller makes cells `safe`."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def zip_file(files: Mapping[str, bytes | Iterable[bytes]]) -> bytes:
    """The files by name, in the order of their names; what is long may come in parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, body in sorted(files.items(), key=lambda item: item[0]):
            entry = zipfile.ZipInfo(name, NO_DATE)
            entry.external_attr = 0o644 << 16
            if isinstance(body, bytes):
                archive.writestr(entry, body, zipfile.ZIP_DEFLATED, 9)
                continue
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as file:
                for part in body:
                    file.write(part)
    return stream.getvalue()
