"""Comments from a file into a session: all of them or none."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...jobs import now, request_job
from ...problems import BadInputProblem, ConflictProblem
from ..comment_file import CommentFile, read_comment_file, same_words
from ..kinds import spoken_languages
from ..models import IMPORTED, Comment, CommentImport, CommunitySession, ThemeSuggestion
from ..note_keys import note_keys
from ..note_words import NoteWords, Wording
from ..pii import unsettled
from .meetings import lock_open_session
from .themes import SUGGEST_JOB, suggestion_rows, tagger
from .writing import place_at_end

#: From this many comments on themes are suggested by a job, so that an import never waits for it.
MANY = 5_000


@dataclass(frozen=True)
class ImportResult:
    """What an import did. `known` comments were in the session already; `job_id` suggests themes."""

    import_id: str
    comments: int
    file: CommentFile
    known: int
    job_id: str | None


def import_comments(
    session: Session,
    session_id: str,
    path: Path,
    *,
    text_column: str,
    language: str,
    skip_where: Mapping[str, str] | None = None,
    attribution: str = "",
    keep_repeats: bool = False,
    mask: bool = False,
    actor: StaffAccount | None = None,
) -> ImportResult:
    """Bring the comments of a CSV file into a session that is not finalised.

    Comments that repeat another of the file or of the session are left out unless `keep_repeats`.
    Raises BadFileProblem with every wrong row, ConflictProblem when
    the same file is in the session already.
    """
    meeting = lock_open_session(session, session_id)
    if language not in spoken_languages():
        raise BadInputProblem(
            _("Give one of these languages: %(codes)s.", codes=", ".join(spoken_languages()))
        )
    if len(attribution) > 1000:
        raise BadInputProblem(_("Give the attribution in at most 1000 characters."))
    file = read_comment_file(
        path,
        text_column=text_column,
        language=language,
        skip_where=skip_where or {},
        keep_repeats=keep_repeats,
        mask=mask,
    )
    if session.scalar(
        select(CommentImport.id).where(
            CommentImport.session_id == session_id, CommentImport.file_sha256 == file.sha256
        )
    ):
        raise ConflictProblem(_("This file is in the session already. Nothing was imported."))
    there = (
        set()
        if keep_repeats
        else {
            same_words(one.body)
            for one in session.scalars(
                select(Comment).where(Comment.session_id == session_id, Comment.removed == 0)
            )
        }
    )
    fresh = [one for one in file.comments if same_words(one.body) not in there]
    known = len(file.comments) - len(fresh)
    brought = CommentImport(
        id=secrets.token_hex(16),
        session_id=session_id,
        imported_on=now().date(),
        file_sha256=file.sha256,
        comments=len(fresh),
        attribution=attribution.strip(),
    )
    session.add(brought)
    session.flush()
    job_id = _store(session, meeting, brought, [Wording(one.body, language) for one in fresh])
    record(
        session,
        actor=actor,
        action="comments.import",
        subject=meeting.id,
        detail={"comments": len(fresh), "file_sha256": file.sha256},
    )
    return ImportResult(brought.id, len(fresh), file, known, job_id)


def _store(
    session: Session,
    meeting: CommunitySession,
    brought: CommentImport,
    wordings: list[Wording],
) -> str | None:
    """Insert the comments with their suggestions; the id of the job when there are too many."""
    if not wordings:
        return None
    later = len(wordings) >= MANY
    version = None if later else tagger().codebook.version
    keys = note_keys(session)
    meeting.notes_revision += 1
    # Random ids, inserted in their order: the order of the file is not kept.
    rows = sorted(((secrets.token_hex(16), one) for one in wordings), key=lambda row: row[0])
    place = place_at_end(session, meeting.id)
    session.execute(
        insert(Comment),
        [
            {
                "id": comment_id,
                "session_id": meeting.id,
                "import_id": brought.id,
                "source": IMPORTED,
                "language": wording.language,
                "prompt": wording.prompt,
                "speaker_group": wording.speaker_group,
                "sealed": keys.seal(meeting.id, NoteWords(wording).to_bytes()),
                "position": place + number,
                "revision": meeting.notes_revision,
                "to_check": sum(len(found) for found in unsettled(NoteWords(wording)).values()),
                "read_with_version": version,
            }
            for number, (comment_id, wording) in enumerate(rows)
        ],
    )
    if not later:
        session.execute(insert(ThemeSuggestion), suggestion_rows(rows, sealed=True))
        return None
    return request_job(
        session,
        kind=SUGGEST_JOB,
        arguments={"session_id": meeting.id},
        unique_key=f"{SUGGEST_JOB}:{meeting.id}",
    ).id
