"""Print an edition as PDF in every language: one file a transaction, so that a stopped job goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ...cores import on_cores
from ...db import Database
from ...i18n import Language, offered
from ...jobs import now
from ...printing import require_packages
from ..codec import decode, digest
from ..models import Edition, EditionPrint
from ..printed import REPORT, SUMMARY, Sheets, sheets_of
from ..queries import find_edition
from ..snapshot import Snapshot

Progress = Callable[[int, int, str], None]


def print_all(database: Database, edition_id: str, *, progress: Progress) -> int:
    """Print what is missing; returns how many files were made. Needs an application context.

    Raises ConflictProblem that names the packages of the system which are missing, NotFoundProblem
    when the edition was built again meanwhile.
    """
    languages = offered()
    require_packages(tuple(languages))
    with database.session(read_only=True) as session:
        edition = find_edition(session, edition_id)
        held = set(
            session.scalars(select(EditionPrint.name).where(EditionPrint.edition_id == edition_id))
        )
    snapshot = decode(Snapshot, edition.snapshot)
    missing = {
        code: language
        for code, language in languages.items()
        if not {f"{name}.{code}.pdf" for name in (SUMMARY, REPORT)} <= held
    }
    made, printed = 0, printed_in(missing, snapshot, edition.wording, number=edition.number)
    for number, (code, language) in enumerate(missing.items(), start=len(languages) - len(missing)):
        progress(number, len(languages), language.english_name)
        made += _store(database, edition, code, next(printed))
    return made


def printed_in(
    languages: Mapping[str, Language], snapshot: Snapshot, wording: str, *, number: int
) -> Iterator[dict[str, bytes]]:
    """The PDF files of each language by name, one language after the other."""
    sheets = []
    for code, language in languages.items():
        # The templates ask for the address of nothing, but Babel wants a request to speak in.
        with current_app.test_request_context(f"/{code}/results"), force_locale(code):
            sheets.append(sheets_of(snapshot, wording, language, number=number))
    yield from on_cores(Sheets.printed, sheets)


def _store(database: Database, edition: Edition, code: str, printed: dict[str, bytes]) -> int:
    try:
        with database.transaction() as session:
            find_edition(session, edition.id)
            session.add_all(
                EditionPrint(
                    edition_id=edition.id,
                    name=f"{name}.{code}.pdf",
                    body=body,
                    sha256=digest(body),
                    printed_on=now().date(),
                )
                for name, body in printed.items()
            )
    except IntegrityError:  # another worker printed the same meanwhile
        return 0
    return len(printed)
