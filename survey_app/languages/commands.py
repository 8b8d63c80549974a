"""flask --app wsgi translations ..."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from ..db import get_database
from ..problems import Problem
from ..schema import require_current_schema
from . import services
from .models import DOMAINS

group = AppGroup("translations", help="Words for translators, and reviewed words back.")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command("export")
@click.argument("language")
@click.argument("domain", type=click.Choice(DOMAINS))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(language: str, domain: str, out: Path) -> None:
    """Write the PO file of LANGUAGE as residents see it now: every sentence with its place."""
    try:
        with get_database().session(read_only=True) as session:
            out.write_bytes(services.export_catalogue(session, language, domain))
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"Wrote {out}.")


@group.command("import")
@click.argument("file", type=_FILE)
@click.option("--language", required=True, help="Code of the language, such as es.")
@click.option("--reviewed-by", required=True, help="Who read it; shown in public.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Day it was read.")
@click.option("--yes", is_flag=True, help="Record it without asking.")
def import_reviewed(file: Path, language: str, reviewed_by: str, day: datetime, yes: bool) -> None:
    """Show what a reviewed PO FILE changes, then record the review."""
    try:
        require_current_schema(get_database().engine)
        with get_database().transaction() as session:
            reviewed = services.read_reviewed(session, file.read_bytes(), language=language)
            for change in reviewed.changes:
                click.echo(f"{change.place or change.english}\n- {change.before}\n+ {change.after}")
            click.echo(
                f"{len(reviewed.messages)} texts read, {len(reviewed.changes)} changed, "
                f"{reviewed.missing} of ours not in the file, {reviewed.unknown} no longer used."
            )
            if not yes:
                click.confirm("Record this review?", abort=True)
            services.record_review(session, reviewed, by=reviewed_by, on=day.date())
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo("Recorded. The words are shown from now on.")
