"""Note-takers with a network that breaks, played against the real services: for tests and for tools.

A note-taker does what static/community-outbox.js does: keeps changes in order, sends each until an
answer comes, builds a second change of a note on the revision that the first made, and learns what
others changed.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.community import services
from survey_app.community.models import Comment, NoteOperation
from survey_app.community.queries import find_session, list_changed
from survey_app.db import Database
from survey_app.problems import ConflictProblem

Sending = Callable[[Session, str], object]


@dataclass
class Change:
    """One change on its way. `base` is the revision of the note that was seen."""

    kind: str
    note: str
    body: str = ""
    operation: str = field(default_factory=lambda: secrets.token_hex(16))
    base: int | None = None


@dataclass
class NoteTaker:
    """One device: what it shows, what it has not brought to the server, whether it is connected."""

    database: Database
    session_id: str
    chance: random.Random
    name: str
    shown: dict[str, tuple[int, str]] = field(default_factory=dict)
    waiting: list[Change] = field(default_factory=list)
    since: int = 0
    online: bool = True
    typed: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    count: int = 0

    def act(self) -> None:
        """Type a note, edit one, or take one out; the network goes and comes."""
        if self.chance.random() < 0.2:
            self.online = not self.online
        kind = self.chance.choices(["add", "edit", "remove"], [5, 7, 1])[0]
        self.count += 1
        body = f"{self.name} says {self.count} {self.chance.randrange(10**9)}"
        known = [one for one in self.shown if self.shown[one][1]]
        if kind == "add" or not known:
            note = secrets.token_hex(16)
            self.waiting.append(Change("add", note, body, operation=note))
        else:
            note = self.chance.choice(known)
            change = Change(kind, note, body if kind == "edit" else "", base=self.shown[note][0])
            self.waiting.append(change)
        if kind != "remove":
            self.typed[body] += 1
            self.shown[note] = (self.shown.get(note, (0, ""))[0], body)

    def talk(self) -> None:
        """Send what waits and look for news; now and then an answer is lost after it was done."""
        while self.online and self.waiting:
            change = self.waiting[0]
            made, disputed = self._send(change)
            if self.chance.random() < 0.25:
                continue  # the answer was lost: sent again
            self.waiting.pop(0)
            for later in self.waiting:
                if later.note == change.note and made and not disputed:
                    later.base = made
        if self.online:
            self.look()

    def _send(self, change: Change) -> tuple[int | None, bool]:
        try:
            with self.database.transaction() as session:
                self._do(session, change)
        except ConflictProblem:
            self.refused += 1
        with self.database.session(read_only=True) as session:
            done = session.get(NoteOperation, change.operation)
            comment = session.get(Comment, change.note)
            return done.revision if done else None, bool(comment and comment.disputed)

    def _do(self, session: Session, change: Change) -> None:
        place = (session, self.session_id)
        if change.kind == "add":
            services.add_comment(*place, body=change.body, language="en", comment_id=change.note)
        elif change.kind == "edit":
            services.change_comment(
                *place,
                change.note,
                body=change.body,
                language="en",
                base=change.base,
                operation_id=change.operation,
            )
        else:
            services.remove_comment(
                *place, change.note, base=change.base, operation_id=change.operation
            )

    def look(self) -> None:
        own = {change.note for change in self.waiting}
        with self.database.session(read_only=True) as session:
            changed = list_changed(session, self.session_id, since=self.since)
            for comment in changed:
                if comment.id not in own:
                    body = "" if comment.removed else comment.body
                    self.shown[comment.id] = (comment.revision or 0, body)
            self.since = find_session(session, self.session_id).notes_revision
            if len(changed) == 100:
                self.since = changed[-1].revision or 0


def every_wording(database: Database, session_id: str) -> set[str]:
    """Everything that the server still has of a session: current, earlier and competing wordings."""
    with database.session(read_only=True) as session:
        found: set[str] = set()
        for comment in session.scalars(select(Comment).where(Comment.session_id == session_id)):
            words = comment.words
            found |= {one.body for one in (words.current, *words.past, *words.rivals)}
        return found


def on_server(database: Database, session_id: str) -> dict[str, str]:
    """What is shown of a session: id to words."""
    with database.session(read_only=True) as session:
        query = select(Comment).where(Comment.session_id == session_id, Comment.removed == 0)
        return {one.id: one.body for one in session.scalars(query)}


def play(database: Database, session_id: str, *, seed: int, edits: int) -> tuple[NoteTaker, NoteTaker]:
    """Two note-takers make `edits` changes in turn, disconnected now and then, and come together."""
    chance = random.Random(seed)
    takers = (
        NoteTaker(database, session_id, chance, "Ada"),
        NoteTaker(database, session_id, chance, "Ben"),
    )
    for _ in range(edits):
        taker = chance.choice(takers)
        taker.act()
        if chance.random() < 0.5:
            chance.choice(takers).talk()
    for _ in range(2):
        for taker in takers:
            taker.online = True
            taker.talk()
    return takers
