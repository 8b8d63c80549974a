"""What an unfinished survey holds, as text and back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from .fields import Value


@dataclass(frozen=True, slots=True)
class Contents:
    """Answers by question id, the questions the resident was shown and sent on, and the code from a
    letter, '' without one. The code is here, under the resident's key, and nowhere beside it."""

    wave_id: str
    answers: dict[str, Value] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    code: str = ""

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
        body: dict[str, object] = {"wave": self.wave_id, "answers": self.answers}
        body |= {"seen": sorted(self.seen), "code": self.code}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Contents:
        body = json.loads(text)
        return cls(body["wave"], body["answers"], frozenset(body["seen"]), body.get("code", ""))
