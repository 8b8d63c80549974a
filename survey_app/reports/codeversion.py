"""Which program made an edition: a digest of everything that turns answers into figures."""

from __future__ import annotations

import functools
import hashlib

from ..config import ROOT

_FOLDERS = ("analysis", "questionnaires", "survey_app/reports", "survey_app/waves")
_KINDS = {".py", ".toml", ".csv"}


@functools.cache
def code_digest() -> str:
    """SHA-256 over paths and contents, the same wherever the program lies."""
    seen = hashlib.sha256()
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in _KINDS:
                name = path.relative_to(ROOT).as_posix()
                seen.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()
