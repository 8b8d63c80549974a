"""Writes about community sessions. Callers elsewhere use these names."""

from .comments import (
    add_comment,
    change_comment,
    choose_wording,
    merge_comments,
    remove_comment,
    restore_comment,
    split_comment,
    undo_change,
)
from .finalising import destroy_left_keys, finalise, reopen
from .imports import (
    ImportResult,
    drop_staged,
    find_staged,
    import_comments,
    import_staged,
    stage_source,
    words_there,
)
from .meetings import change_session, confirm_opening, create_session
from .personal import keep_personal, mask_personal, show_door
from .themes import decide_themes, suggest_waiting

__all__ = [
    "ImportResult",
    "add_comment",
    "change_comment",
    "change_session",
    "choose_wording",
    "confirm_opening",
    "create_session",
    "decide_themes",
    "destroy_left_keys",
    "drop_staged",
    "finalise",
    "find_staged",
    "import_comments",
    "import_staged",
    "keep_personal",
    "mask_personal",
    "merge_comments",
    "remove_comment",
    "reopen",
    "restore_comment",
    "show_door",
    "split_comment",
    "stage_source",
    "suggest_waiting",
    "undo_change",
    "words_there",
]
