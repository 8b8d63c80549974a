"""What an unfinished survey holds, as text and back."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace

from .fields import Value


@dataclass(frozen=True, slots=True)
class Contents:
    """Answers by question id, the questions the resident was shown and sent on, and the code from a
    letter, '' without one. The code is here, under the resident's key, and nowhere beside it.

    `begun` (seconds since 1970) is read once, when the survey is sent, to see whether a person can
    have answered so fast; until then it lies in the encrypted draft, and it goes with it.
    `trapped`: the box that no person sees was filled in.
    """

    wave_id: str
    answers: dict[str, Value] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    code: str = ""
    begun: int = 0
    trapped: bool = False

    @classmethod
    def begin(cls, wave_id: str, *, code: str = "", trapped: bool = False) -> Contents:
        """An empty survey, begun now."""
        return cls(wave_id, code=code, begun=int(time.time()), trapped=trapped)

    def with_answers(self, given: dict[str, Value | None]) -> Contents:
        """The same with these answers; None takes an answer away. All of them count as seen."""
        answers = {name: value for name, value in self.answers.items() if name not in given}
        answers.update({name: value for name, value in given.items() if value is not None})
        return replace(self, answers=answers, seen=self.seen | given.keys())

    def without(self, name: str) -> Contents:
        """The same, as if this question had never been shown."""
        answers = {other: value for other, value in self.answers.items() if other != name}
        return replace(self, answers=answers, seen=self.seen - {name})

    def to_json(self) -> bytes:
        body = {
            "wave": self.wave_id,
            "answers": self.answers,
            "seen": sorted(self.seen),
            "code": self.code,
            "begun": self.begun,
            "trapped": self.trapped,
        }
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Contents:
        body = json.loads(text)
        return cls(
            wave_id=body["wave"],
            answers=body["answers"],
            seen=frozenset(body["seen"]),
            code=body.get("code", ""),
            begun=body["begun"],
            trapped=body["trapped"],
        )
