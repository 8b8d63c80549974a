"""Writes about community sessions. Callers elsewhere use these names."""

from .comments import add_comment, change_comment, delete_comment
from .imports import ImportResult, import_comments
from .meetings import change_session, confirm_opening, create_session, finalise, reopen
from .themes import decide_themes, suggest_waiting

__all__ = [
    "ImportResult",
    "add_comment",
    "change_comment",
    "change_session",
    "confirm_opening",
    "create_session",
    "decide_themes",
    "delete_comment",
    "finalise",
    "import_comments",
    "reopen",
    "suggest_waiting",
]
