"""The demonstration's blind reading: a draw that two people are reading, with some differences."""

from __future__ import annotations

import zlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import StaffAccount
from ..community.models import Comment
from ..community.theme_work import services
from ..community.theme_work.collections import list_years
from ..community.theme_work.models import ThemeDraw
from ..community.theme_work.queries import list_drawn
from .meetings import OTHERWISE

SIZE = 48
#: The first reader is ahead of the second.
READ = (44, 38)
#: One in so many comments is read otherwise by the second.
DIFFERENT = 9


def has_reading(session: Session) -> bool:
    return session.scalars(select(ThemeDraw.id)).first() is not None


def build_reading(session: Session, readers: tuple[StaffAccount, StaffAccount]) -> int:
    """A draw from the latest year with enough comments; returns how many were read by both."""
    work = next((one for one in list_years(session) if one.comments >= SIZE), None)
    if work is None:
        return 0
    draw = services.create_draw(session, collection=work.collection, size=SIZE, actor=readers[0])
    drawn = list_drawn(session, draw.id)
    for number, (account, count) in enumerate(zip(readers, READ, strict=True)):
        services.join_draw(session, draw.id, account)
        for one in drawn[:count]:
            comment = session.get_one(Comment, one.comment_id)
            codes = {suggestion.code for suggestion in comment.suggestions}
            point = zlib.crc32(comment.words.current.body.encode())
            if number == 1 and point % DIFFERENT == 0:
                codes = {OTHERWISE[point % len(OTHERWISE)]}
            services.code_blind(session, draw.id, one.comment_id, codes, account=account)
    return min(READ)
