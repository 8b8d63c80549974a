"""Bring a reviewed catalogue in: read it, say what changed, record who read it and when."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.schema import Instrument

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..i18n import TRANSLATIONS, translated
from ..jobs import now
from ..problems import BadFileProblem, BadInputProblem, RowError
from .lint import flaws, key_of, source_of, words_of
from .models import DOMAINS, INSTRUMENT, LanguageReview
from .queries import Coverage, corrections, find_last_review

#: Bytes of a catalogue that is still read.
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Change:
    """One sentence that came back different: where it stands, English, before and after."""

    place: str
    english: str
    before: str
    after: str


@dataclass(frozen=True)
class Reviewed:
    """A catalogue that came back, checked and compared with what is shown now."""

    language: str
    domain: str
    sha256: str
    messages: dict[str, Any]
    changes: tuple[Change, ...]
    #: sentences of ours that the file leaves out or empty: they do not count as read
    missing: int
    #: sentences of the file that we no longer use
    unknown: int


def shown_catalogue(session: Session, language: str, domain: str) -> Catalog:
    """The catalogue as residents see it now: the one that came with the program, and corrections."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / f"{domain}.po"
    if language not in translated() or domain not in DOMAINS or not path.is_file():
        raise BadInputProblem(_("There is no such catalogue."))
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    read = corrections(session, language, domain)
    for message in catalog:
        words = read.get(key_of(message)) if message.id else None
        if words is not None:
            message.string = tuple(words) if isinstance(words, list) else words
    return catalog


def export_catalogue(session: Session, language: str, domain: str) -> bytes:
    """The PO file for a translator: every sentence with its context, in the words shown now."""
    buffer = BytesIO()
    write_po(buffer, shown_catalogue(session, language, domain), no_location=True, width=100)
    return buffer.getvalue()


def read_reviewed(session: Session, content: bytes, *, language: str) -> Reviewed:
    """Read a PO file that came back from a reader.

    Raises BadFileProblem naming every sentence that lost a place, a tag or a number or is too long;
    nothing is stored then. What the file is of, its head says (`Project-Id-Version: instrument`).
    """
    if len(content) > MOST_BYTES:
        raise BadInputProblem(_("That was too large"))
    content = content.replace(b"\r\n", b"\n")  # a form sends lines its own way
    try:
        came = read_po(BytesIO(content), abort_invalid=True)
    except (PoFileError, ValueError, UnicodeDecodeError) as error:
        raise BadFileProblem(
            _("This is not a PO file in UTF-8."), (RowError(None, None, str(error)[:200]),)
        ) from error
    domain = _domain_of(came)
    if came.locale_identifier and str(came.locale_identifier).replace("_", "-") != language:
        raise BadInputProblem(
            _("This file is in the language “%(code)s”.", code=str(came.locale_identifier))
        )
    shown = shown_catalogue(session, language, domain)
    ours = {key_of(message): message for message in shown if message.id}
    known = [(key, message) for message in came if message.id and (key := key_of(message)) in ours]
    wrong = _wrong(known, shown)
    if wrong:
        raise BadFileProblem(_("The file was not taken in. Correct these and send it again:"), wrong)
    read = {key: message for key, message in known if all(words_of(message)) and not message.fuzzy}
    return Reviewed(
        language=language,
        domain=domain,
        sha256=hashlib.sha256(content).hexdigest(),
        messages={key: _stored(message) for key, message in read.items()},
        changes=tuple(
            Change(
                message.context or "",
                source_of(message)[-1],
                " | ".join(words_of(ours[key])),
                " | ".join(words_of(message)),
            )
            for key, message in read.items()
            if words_of(message) != words_of(ours[key])
        ),
        missing=len(ours) - len(read),
        unknown=sum(1 for message in came if message.id) - len(known),
    )


def _domain_of(catalog: Catalog) -> str:
    for domain in DOMAINS:
        if catalog.project == domain:
            return domain
    raise BadInputProblem(
        _(
            "The head of the file does not say what it is of. "
            "Send back the file that was downloaded here."
        )
    )


def _wrong(known: list[tuple[str, Message]], shown: Catalog) -> tuple[RowError, ...]:
    whole = Catalog(locale=shown.locale)
    found = []
    for key, message in known:
        if message.pluralizable and len(words_of(message)) != shown.num_plurals:
            found.append(RowError(None, key, f"{shown.num_plurals} plural forms are needed"))
            continue
        whole.add(message.id, message.string, context=message.context)
    found += [RowError(None, flaw.key, f"{flaw.advice}: {flaw.words}") for flaw in flaws(whole)]
    return tuple(found)


def _stored(message: Message) -> str | list[str]:
    return message.string if isinstance(message.string, str) else list(words_of(message))


def record_review(
    session: Session,
    reviewed: Reviewed,
    *,
    by: str,
    on: date,
    actor: StaffAccount | None = None,
) -> LanguageReview:
    """Store the review; its words are shown from now on. Raises BadInputProblem without a name."""
    if not by.strip():
        raise BadInputProblem(_("Say who read it."))
    if on > now().date():
        raise BadInputProblem(_("The day is still to come."))
    last = session.scalar(select(func.max(LanguageReview.number))) or 0
    row = LanguageReview(
        id=secrets.token_hex(16),
        number=last + 1,
        language=reviewed.language,
        domain=reviewed.domain,
        reviewed_by=by.strip()[:200],
        reviewed_on=on,
        recorded_on=now().date(),
        sha256=reviewed.sha256,
        messages=reviewed.messages,
        changes=[asdict(change) for change in reviewed.changes],
    )
    session.add(row)
    session.flush()
    record(
        session,
        actor=actor,
        action="language.review",
        subject=f"{row.language} {row.domain}",
        detail={"changed": len(row.changes), "sha256": row.sha256},
    )
    return row


def instrument_coverage(session: Session, language: str, instrument: Instrument) -> Coverage:
    """How much of a questionnaire a native reader has read in this language.

    A sentence counts when the last review has it: a sentence added or reworded later does not.
    """
    keys = [f"{one.context}\x04{one.text}" for one in instrument.messages()]
    return _coverage(session, language, INSTRUMENT, keys)


def catalogue_coverage(session: Session, language: str, domain: str) -> Coverage:
    """The same of a whole catalogue."""
    catalog = shown_catalogue(session, language, domain)
    return _coverage(session, language, domain, [key_of(one) for one in catalog if one.id])


def _coverage(session: Session, language: str, domain: str, keys: list[str]) -> Coverage:
    listed = translated().get(language)
    if listed is not None and listed.reviewed_by and listed.reviewed_on:
        return Coverage(len(keys), len(keys), listed.reviewed_by, str(listed.reviewed_on))
    last = find_last_review(session, language, domain)
    if last is None:
        return Coverage(len(keys), 0)
    read = sum(key in last.messages for key in keys)
    return Coverage(len(keys), read, last.reviewed_by, last.reviewed_on.isoformat())
