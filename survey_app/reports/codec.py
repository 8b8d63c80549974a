"""Snapshots to canonical JSON and back: sorted keys, no blanks, ten decimals; one text per content."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import math
import types
import typing
from typing import Any, TypeVar

T = TypeVar("T")
_DECIMALS = 10


def canonical(value: Any) -> str:
    """JSON of dataclasses, mappings, lists and plain values. Raises ValueError for NaN or infinity."""
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@functools.lru_cache(maxsize=6)
def decode(kind: type[T], text: str) -> T:
    """The dataclass that `canonical` wrote. Raises KeyError or TypeError when the text is another's.

    The last few are kept, because a published text never changes and every page of it reads it: callers
    change nothing in what they get.
    """
    made: T = _build(kind, json.loads(text))
    return made


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, float) and math.isfinite(value):
        return round(value, _DECIMALS) + 0.0  # no minus zero
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


@functools.cache
def _fields(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build(kind: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        assert isinstance(kind, type)  # noqa: S101 - for the type checker
        # A field with a default was added after editions without it were published.
        optional = {f.name for f in dataclasses.fields(kind) if f.default is not dataclasses.MISSING}
        return kind(
            **{
                name: _build(hint, value[name])
                for name, hint in _fields(kind).items()
                if name in value or name not in optional
            }
        )
    origin = typing.get_origin(kind)
    if origin is tuple:
        inner = typing.get_args(kind)[0]
        return tuple(_build(inner, item) for item in value)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        inner = next(arg for arg in typing.get_args(kind) if arg is not type(None))
        return _build(inner, value)
    return float(value) if kind is float else value
