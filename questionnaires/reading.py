"""Take values out of a TOML table one by one, so that every error names file, place and key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from questionnaires.schema import InstrumentError


def read_toml(path: Path) -> dict[str, Any]:
    """The file as a dict; InstrumentError when it is missing or is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InstrumentError(f"{path}: there is no such file; check the name.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InstrumentError(f"{path}: not readable as TOML: {error}. Mend that place.") from None


class Table:
    """One TOML table being read: values are taken by key, and no key may be left over."""

    def __init__(self, values: dict[str, Any], place: str) -> None:
        self._values = dict(values)
        self.place = place

    def fail(self, key: str, what_to_do: str) -> InstrumentError:
        """The error to raise about one key of this table."""
        return InstrumentError(f"{self.place}, key {key!r}: {what_to_do}")

    def has(self, key: str) -> bool:
        """Whether the key is given and was not taken yet."""
        return key in self._values

    def _take(self, key: str, kind: type, called: str) -> Any:
        if key not in self._values:
            raise self.fail(key, f"is missing; add it ({called}).")
        value = self._values.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(key, f"must be {called}, not {value!r}.")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Text without blanks around it; empty only when that is the default."""
        if default is not None and key not in self._values:
            return default
        value: str = self._take(key, str, "text in quotes")
        if not value.strip() or value != value.strip():
            raise self.fail(key, "is empty or has blanks around it; write the text, or drop the key.")
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """Text that is one of the allowed words."""
        value = self.text(key)
        if value not in allowed:
            raise self.fail(key, f"is {value!r}; use one of {', '.join(allowed)}.")
        return value

    def integer(self, key: str) -> int:
        """A whole number."""
        value: int = self._take(key, int, "a whole number")
        return value

    def optional_integer(self, key: str) -> int | None:
        """A whole number, or None when the key is not given."""
        return self.integer(key) if self.has(key) else None

    def flag(self, key: str) -> bool:
        """true or false; false when the key is not given."""
        if key not in self._values:
            return False
        value: bool = self._take(key, bool, "true or false")
        return value

    def day(self, key: str) -> date:
        """A day such as 2026-11-24."""
        value: date = self._take(key, date, "a day such as 2026-11-24, without quotes")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when the key is not given."""
        return self._list(key, str, "a list of texts")

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers; empty when the key is not given."""
        return self._list(key, int, "a list of whole numbers")

    def _list(self, key: str, kind: type, called: str) -> tuple[Any, ...]:
        if key not in self._values:
            return ()
        values: list[Any] = self._take(key, list, called)
        for value in values:
            if not isinstance(value, kind) or isinstance(value, bool):
                raise self.fail(key, f"must be {called}; {value!r} does not belong there.")
        if len(set(values)) != len(values):
            raise self.fail(key, "says the same thing twice; drop one.")
        return tuple(values)

    @contextmanager
    def table(self, key: str) -> Iterator[Table]:
        """The table under this key; leaving the block checks that every key in it was known."""
        child = Table(self._take(key, dict, "a table"), f"{self.place}, {key}")
        yield child
        child.finish()

    def tables(self, key: str, named_by: str = "id") -> Iterator[Table]:
        """The tables of the list under this key, each checked for unknown keys afterwards."""
        if key not in self._values:
            return
        for number, values in enumerate(self._take(key, list, "a list of tables"), start=1):
            if not isinstance(values, dict):
                raise self.fail(key, f"entry {number} must be a table, not {values!r}.")
            child = Table(values, f"{self.place}, {key} {values.get(named_by, number)!r}")
            yield child
            child.finish()

    def remaining_keys(self) -> tuple[str, ...]:
        """The keys not taken yet."""
        return tuple(self._values)

    def finish(self) -> None:
        """Raise when a key was given that nothing knows."""
        if self._values:
            key = next(iter(self._values))
            raise self.fail(key, "is not a known key; check its spelling or drop it.")
