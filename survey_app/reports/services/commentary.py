"""Write the analyst's commentary into a draft.

What was built is never altered, so the draft is replaced by one with the same figures and other words.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...i18n import offered
from ...problems import BadInputProblem, ConflictProblem
from ..commentary import put_commentary, texts_of
from ..models import DRAFT, Edition, EditionFile
from ..speech import gettext as _
from ..wording import SOURCE_LANGUAGE
from .build import Built, replace_draft


def write_commentary(
    session: Session, year: int, language: str, text: str, *, reviewed: bool, actor: StaffAccount
) -> Edition:
    """Keep a language's text in the draft of a year; an empty one takes it away.

    The draft that holds it is a new one with a digest of its own, so a sign-off and prints made before
    are gone. Raises ConflictProblem when the year has no draft, BadInputProblem for a language that is
    not offered and for a translation of nothing.
    """
    query = select(Edition).where(Edition.year == year, Edition.state == DRAFT).with_for_update()
    draft = session.scalars(query).first()
    if draft is None:
        raise ConflictProblem(_("Only a draft takes other words."))
    if language not in offered():
        raise BadInputProblem(_("Choose a language that is offered."))
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    held = texts_of(draft.wording)
    if language != SOURCE_LANGUAGE and text and SOURCE_LANGUAGE not in held:
        raise BadInputProblem(_("Write the English text first."))
    if language == SOURCE_LANGUAGE and not text and set(held) - {SOURCE_LANGUAGE}:
        raise BadInputProblem(_("Take the translations away first."))
    wording = put_commentary(draft.wording, language, text, reviewed=reviewed, author=actor.id)
    files = session.scalars(select(EditionFile).where(EditionFile.edition_id == draft.id))
    built = Built(
        wave_id=draft.wave_id,
        year=draft.year,
        demo=draft.demo,
        snapshot=draft.snapshot,
        wording=wording,
        files={one.name: (one.media_type, one.body) for one in files},
    )
    edition = replace_draft(
        session, built, built_by=draft.built_by, built_on=draft.built_on, correction=draft.correction
    )
    record(
        session,
        actor=actor,
        action="report.words",
        subject=f"{edition.year}, edition {edition.number}",
        detail={"language": language, "sha256": edition.sha256},
    )
    return edition
