"""Indicators that are counts: sessions against duty, people and languages reached, commitments kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..community.followup.standing import IN_TIME, KEPT_LATE, LATE
from .snapshot import Snapshot
from .wording import Wording

_PARTNERS = "partner_meeting"
_UNREACHED = "sessions/held_with_unreached"
_UNREACHED_TITLE = "Sessions held with people the survey does not reach"


def counts_of(snapshot: Snapshot, wording: Wording) -> Iterator[dict[str, Any]]:
    """Every count of the edition; one that was not counted says so in `absent` and has no value."""
    yield from _sessions(snapshot)
    yield from _reached(snapshot, wording)
    yield from _commitments(snapshot)


def _count(
    at: str, title: str, unit: str, value: int | None, result: str = "", **more: Any
) -> dict[str, Any]:
    found: dict[str, Any] = {"id": at, "kind": "count", "title": title, "unit": unit, "value": value}
    return found | ({"result": result} if result else {}) | more


def _sessions(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    heard = snapshot.sessions
    by_kind = {one.key: one.n for one in heard.kinds}
    yield _count(
        "sessions/held",
        "Community sessions written up",
        "sessions",
        heard.sessions,
        "3.2",
        by_kind=by_kind,
    )
    if heard.held_with is None:
        absent = "The edition was built before sessions said with whom they were held."
        yield _count(_UNREACHED, _UNREACHED_TITLE, "sessions", None, "3.2", absent=absent)
    else:
        yield _count(
            _UNREACHED,
            _UNREACHED_TITLE,
            "sessions",
            len({one.id for group in heard.held_with for one in group.sessions}),
            "3.2",
            by_group={group.group: len(group.sessions) for group in heard.held_with},
        )
    if not snapshot.duties:
        yield _count(
            "sessions/duty",
            "Sessions held, of those owed",
            "periods in which a session was owed",
            None,
            "3.2",
            absent="No period of a series of sessions ended in this year, or the edition is older than "
            "this indicator.",
        )
    for kind in dict.fromkeys(one.kind for one in snapshot.duties):
        same = [one for one in snapshot.duties if one.kind == kind]
        yield _count(
            f"sessions/duty/{kind}",
            "Sessions held, of those owed",
            "periods in which a session was owed",
            sum(one.held for one in same),
            "4.1" if kind == "consent_decree_gathering" else "3.2",
            owed=sum(one.owed for one in same),
            sources=sorted({one.source for one in same if one.source}),
        )
    yield _count(
        "sessions/partner_meetings",
        "Meetings with partners written up",
        "sessions",
        by_kind.get(_PARTNERS) or 0,
        "2.1",
    )
    yield _count(
        "sessions/attendance",
        "People at the sessions where somebody counted",
        "people",
        heard.attendance,
        "3.2",
        sessions_counted=heard.counted,
    )


def _reached(snapshot: Snapshot, wording: Wording) -> Iterator[dict[str, Any]]:
    parts = {
        "survey_drawn": snapshot.drawn,
        "survey_open_link": snapshot.open_link,
        "sessions": snapshot.sessions.attendance,
    }
    yield _count(
        "residents/engaged",
        "Answers to the survey and people counted at sessions; some may be counted twice",
        "people",
        sum(parts.values()),
        parts=parts,
    )
    survey = {language for language, messages in wording.items() if "title" in messages}
    sessions = set(snapshot.sessions.languages)
    yield _count(
        "languages/served",
        "Languages in which the survey could be answered or a session was held",
        "languages",
        len(survey | sessions),
        survey=sorted(survey),
        sessions=sorted(sessions),
    )


def _commitments(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    found = snapshot.commitments
    told = (
        ("commitments/kept", "Commitments kept, in time or late", {IN_TIME, KEPT_LATE}),
        ("commitments/late", "Commitments past their day and not kept", {LATE}),
    )
    for at, title, standings in told:
        if found is None:
            absent = "The edition was built before commitments were part of it."
            yield _count(at, title, "commitments", None, "3.1", absent=absent)
            continue
        yield _count(
            at,
            title,
            "commitments",
            sum(row.standing in standings for row in found.rows),
            "3.1",
            of=len(found.rows),
            as_of=found.as_of,
        )
