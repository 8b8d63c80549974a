"""People whom the survey does not reach, and the sessions of the year that were held with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask_babel import format_date

from ..community.agenda import UNREACHED
from ..community.kinds import kind_label
from . import words
from .snapshot import HeldSession, HeldWith, Snapshot
from .speech import gettext as _
from .speech import ngettext
from .views import UnreachedGroup, UnreachedView


def unreached_view(snapshot: Snapshot, address: Callable[[str], str]) -> UnreachedView:
    """`address`: of a session's public page, by its id; empty where there is none. An edition that was
    built before sessions said with whom they were held tells who is missing and nothing more."""
    found = snapshot.sessions.held_with
    who = _("People without a home, in jail, or in dormitories: addresses do not lead to them.")
    if found is None:
        return UnreachedView(who, "", ())
    every = {one.id for group in found for one in group.sessions}
    if not every:
        return UnreachedView(
            who, _("No session was held with them in %(year)s.", year=str(snapshot.year)), ()
        )
    counted = ngettext(
        "%(count)s community session was held with them in %(year)s.",
        "%(count)s community sessions were held with them in %(year)s.",
        len(every),
        count=words.whole(len(every)),
        year=str(snapshot.year),
    )
    return UnreachedView(who, counted, tuple(_group(one, address) for one in found))


def unreached_sentence(snapshot: Snapshot) -> str:
    """The same in one paragraph, without the sessions one by one."""
    view = unreached_view(snapshot, lambda _session: "")
    return " ".join(text for text in (view.who, view.held, *(one.text for one in view.groups)) if text)


def _group(found: HeldWith, address: Callable[[str], str]) -> UnreachedGroup:
    name = str(UNREACHED[found.group])
    if not found.sessions:
        return UnreachedGroup(_("%(group)s: no session.", group=name), ())
    text = ngettext(
        "%(group)s: %(count)s session.",
        "%(group)s: %(count)s sessions.",
        len(found.sessions),
        group=name,
        count=words.whole(len(found.sessions)),
    )
    return UnreachedGroup(text, tuple((_named(one), address(one.id)) for one in found.sessions))


def _named(one: HeldSession) -> str:
    return f"{kind_label(one.kind)}, {format_date(date.fromisoformat(one.held_on), 'long')}"
