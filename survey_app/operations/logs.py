"""Log lines as text or JSON, without anything that leads to a person.

The time is cut to the minute. Of an error its kind and place are told: its message may quote a row, a
file or what somebody wrote.
"""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path


def place_of(error: BaseException) -> str:
    """Kind of an error, and the file and line where it was raised."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return type(error).__name__
    file = Path(place.tb_frame.f_code.co_filename)
    return f"{type(error).__name__} at {file.parent.name}/{file.name}:{place.tb_lineno}"


class PlainFormatter(logging.Formatter):
    """One line of text."""

    def format(self, record: logging.LogRecord) -> str:
        told = f"{record.levelname} {record.name} {record.getMessage()}"
        error = error_in(record)
        return told if error is None else f"{told} ({place_of(error)})"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at, level, logger, message, and error where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        error = error_in(record)
        if error is not None:
            told["error"] = place_of(error)
        return json.dumps(told, ensure_ascii=False)


def error_in(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def configure(log_format: str) -> None:
    """Give the root logger one handler, on standard error."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    ours = next((one for one in root.handlers if getattr(one, "ours", False)), None)
    if ours is None:
        if root.handlers:  # somebody who started us has set up logging: a test, a notebook
            return
        ours = logging.StreamHandler()
        ours.ours = True  # type: ignore[attr-defined]
        root.addHandler(ours)
    ours.setFormatter(JsonFormatter() if log_format == "json" else PlainFormatter())
