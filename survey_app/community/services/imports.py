"""Comments from elsewhere into a session: staged for a preview, then all of them or none."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...jobs import now, request_job
from ...operations.retention import purge_kind
from ...operations.schedule import days_of
from ...problems import BadFileProblem, BadInputProblem, ConflictProblem, NotFoundProblem
from ..kinds import spoken_languages
from ..models import (
    IMPORTED,
    Comment,
    CommentImport,
    CommunitySession,
    StagedImport,
    ThemeSuggestion,
)
from ..note_keys import note_keys
from ..note_words import NoteWords, Wording
from ..sources import ImportPlan, Mapping, Source, plan_import, read_source, same_words
from .meetings import lock_open_session
from .themes import SUGGEST_JOB, suggestion_rows, tagger
from .writing import place_at_end

#: From this many comments on themes are suggested by a job, so that an import never waits for it.
MANY = 2_000
#: How long a preview waits for somebody.
STAGED_FOR = timedelta(days=days_of("staged"))


@dataclass(frozen=True)
class ImportResult:
    """What an import did; `job_id` suggests themes."""

    import_id: str
    comments: int
    plan: ImportPlan
    job_id: str | None


def stage_source(session: Session, session_id: str, source: Source) -> StagedImport:
    """Keep what was read until somebody has looked at it, sealed like the notes of its session."""
    lock_open_session(session, session_id)
    purge_kind(session, "staged")
    staged = StagedImport(
        id=secrets.token_hex(16),
        session_id=session_id,
        sealed=note_keys(session).seal(session_id, source.to_bytes()),
        expires_on=now().date() + STAGED_FOR,
    )
    session.add(staged)
    session.flush()
    return staged


def find_staged(session: Session, session_id: str, staged_id: str) -> Source:
    """What was staged. Raises NotFoundProblem once it is imported, dropped or too old."""
    staged = session.get(StagedImport, staged_id)
    if staged is None or staged.session_id != session_id:
        raise NotFoundProblem(_("This file is not here any more. Choose it again."))
    return Source.from_bytes(note_keys(session).open(session_id, staged.sealed))


def drop_staged(session: Session, session_id: str, staged_id: str) -> None:
    """Forget what was staged."""
    session.execute(
        delete(StagedImport).where(StagedImport.id == staged_id, StagedImport.session_id == session_id)
    )


def words_there(session: Session, session_id: str) -> frozenset[str]:
    """The words of the comments that a session has, in the form in which repeats are found."""
    query = select(Comment).where(Comment.session_id == session_id, Comment.removed == 0)
    return frozenset(same_words(one.body) for one in session.scalars(query))


def import_staged(
    session: Session,
    session_id: str,
    staged_id: str,
    *,
    table: int,
    mapping: Mapping,
    attribution: str = "",
    actor: StaffAccount | None = None,
) -> ImportResult:
    """Import a staged table and drop it; raises as import_source."""
    source = find_staged(session, session_id, staged_id)
    result = import_source(
        session,
        session_id,
        source,
        table=table,
        mapping=mapping,
        attribution=attribution,
        actor=actor,
    )
    drop_staged(session, session_id, staged_id)
    return result


def import_comments(
    session: Session,
    session_id: str,
    path: Path,
    *,
    mapping: Mapping,
    attribution: str = "",
    actor: StaffAccount | None = None,
) -> ImportResult:
    """Bring the first table of a file into a session; raises as import_source."""
    source = read_source(path.name, path.read_bytes())
    return import_source(
        session, session_id, source, mapping=mapping, attribution=attribution, actor=actor
    )


def import_source(
    session: Session,
    session_id: str,
    source: Source,
    *,
    mapping: Mapping,
    table: int = 0,
    attribution: str = "",
    actor: StaffAccount | None = None,
) -> ImportResult:
    """Bring the comments of a table into a session that is not finalised: all of them or none.

    Comments that repeat another of the file or of the session are left out unless asked for. Raises
    BadFileProblem with every wrong row, ConflictProblem when the same file is in the session already.
    """
    meeting = lock_open_session(session, session_id)
    if mapping.language not in spoken_languages():
        raise BadInputProblem(
            _("Give one of these languages: %(codes)s.", codes=", ".join(spoken_languages()))
        )
    if len(attribution) > 1000:
        raise BadInputProblem(_("Give the attribution in at most 1000 characters."))
    chosen = source.tables[table]
    digest = f"{source.sha256[:60]}:{table}" if table else source.sha256
    if session.scalar(
        select(CommentImport.id).where(
            CommentImport.session_id == session_id, CommentImport.file_sha256 == digest
        )
    ):
        raise ConflictProblem(_("This file is in the session already. Nothing was imported."))
    plan = plan_import(chosen, mapping, words_there(session, session_id))
    if plan.errors:
        raise BadFileProblem(
            _("Nothing was imported. Mend these rows of %(file)s and try again:", file=source.name),
            plan.errors,
        )
    if not plan.comments and not plan.known:
        raise BadFileProblem(_("%(file)s has no comment to import.", file=source.name), ())
    brought = CommentImport(
        id=secrets.token_hex(16),
        session_id=session_id,
        imported_on=now().date(),
        file_sha256=digest,
        comments=len(plan.comments),
        attribution=attribution.strip(),
    )
    session.add(brought)
    session.flush()
    job_id = _store(session, meeting, brought, plan)
    record(
        session,
        actor=actor,
        action="comments.import",
        subject=meeting.id,
        detail={"comments": len(plan.comments), "file_sha256": digest},
    )
    return ImportResult(brought.id, len(plan.comments), plan, job_id)


def _store(
    session: Session, meeting: CommunitySession, brought: CommentImport, plan: ImportPlan
) -> str | None:
    """Insert the comments with their suggestions; the id of the job when there are too many."""
    if not plan.comments:
        return None
    later = len(plan.comments) >= MANY
    version = None if later else tagger().codebook.version
    seal = note_keys(session).sealer(meeting.id)
    meeting.notes_revision += 1
    # Random ids, inserted in their order: the order of the file is not kept.
    rows = sorted(((secrets.token_hex(16), one) for one in plan.comments), key=lambda row: row[0])
    place = place_at_end(session, meeting.id)
    session.execute(
        insert(Comment.__table__),  # type: ignore[arg-type]
        [
            {
                "id": comment_id,
                "session_id": meeting.id,
                "import_id": brought.id,
                "source": IMPORTED,
                "language": one.wording.language,
                "prompt": one.wording.prompt,
                "sealed": seal(NoteWords(one.wording).to_bytes()),
                "position": place + number,
                "revision": meeting.notes_revision,
                "to_check": len(one.personal),
                "read_with_version": version,
            }
            for number, (comment_id, one) in enumerate(rows)
        ],
    )
    if not later:
        read: list[tuple[str, Wording]] = [(comment_id, one.wording) for comment_id, one in rows]
        session.execute(insert(ThemeSuggestion), suggestion_rows(read, sealed=True))
        return None
    return request_job(
        session,
        kind=SUGGEST_JOB,
        arguments={"session_id": meeting.id},
        unique_key=f"{SUGGEST_JOB}:{meeting.id}",
    ).id
