"""What is sealed of a note while its session is open: its wording, earlier ones, competing ones."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

#: Earlier wordings of one note that can be brought back.
MOST_PAST = 20


@dataclass(frozen=True)
class Wording:
    """One wording of a note with all that a note-taker sets; `english` where somebody interpreted."""

    body: str
    language: str
    english: str | None = None
    prompt: str | None = None
    speaker_group: str | None = None


@dataclass(frozen=True)
class NoteWords:
    """`past`: earlier wordings, the latest last. `rivals`: what others made of the same note at the
    same time, until a person chooses. `kept`: what may stay although it looks personal, and why.
    `doors`: doors that were shown."""

    current: Wording
    past: tuple[Wording, ...] = ()
    rivals: tuple[Wording, ...] = ()
    kept: dict[str, str] = field(default_factory=dict)
    doors: tuple[str, ...] = ()

    def changed_to(self, wording: Wording) -> NoteWords:
        """The wording in place of the current one, which can be brought back."""
        if wording == self.current:
            return self
        return replace(self, current=wording, past=(*self.past, self.current)[-MOST_PAST:])

    def undone(self) -> NoteWords:
        """The wording before; doing so again brings the later one back."""
        if not self.past:
            return self
        return replace(self, current=self.past[-1], past=(*self.past[:-1], self.current))

    def with_rival(self, wording: Wording) -> NoteWords:
        if wording == self.current or wording in self.rivals:
            return self
        return replace(self, rivals=(*self.rivals, wording))

    def to_bytes(self) -> bytes:
        plain = {
            "current": vars(self.current),
            "past": [vars(one) for one in self.past],
            "rivals": [vars(one) for one in self.rivals],
            "kept": self.kept,
            "doors": self.doors,
        }
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> NoteWords:
        read: dict[str, Any] = json.loads(content)
        return cls(
            current=Wording(**read["current"]),
            past=tuple(Wording(**one) for one in read["past"]),
            rivals=tuple(Wording(**one) for one in read["rivals"]),
            kept=read["kept"],
            doors=tuple(read["doors"]),
        )
