"""flask --app wsgi wave ..."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from questionnaires.foreign import load_mapping
from questionnaires.schema import InstrumentError

from ..db import get_database
from ..problems import Problem
from ..schema import require_current_schema
from . import importing, queries

group = AppGroup("wave", help="Waves of our own survey and of others.")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command("import")
@click.argument("mapping", type=_FILE)
@click.argument("data", type=_FILE)
def import_wave(mapping: Path, data: Path) -> None:
    """Bring in a wave of another survey: DATA, a CSV file, read as MAPPING says.

    Mappings of the Baltimore Area Survey lie in questionnaires/foreign/. Either every row fits and
    is stored, or nothing is and every row that does not fit is named.
    """
    try:
        require_current_schema(get_database().engine)
        foreign = load_mapping(mapping)
        with (
            get_database().transaction() as session,
            click.progressbar(length=data.stat().st_size, label=foreign.title) as bar,
        ):
            wave = importing.import_wave(session, foreign, data, progress=bar.update)
    except (Problem, InstrumentError) as error:
        raise click.ClickException(str(error)) from None
    read, kept = wave.mapping["rows_read"], wave.mapping["rows_kept"]
    click.echo(f"Imported {wave.slug}: {kept} of {read} rows belong to this wave.")
    click.echo(f"Cite it wherever its figures are shown: {wave.citation}")
    click.echo(foreign.licence_note)


@group.command("remove")
@click.argument("slug")
def remove(slug: str) -> None:
    """Take a foreign wave out again, with its rows. Our own waves cannot be removed."""
    try:
        require_current_schema(get_database().engine)
        with get_database().transaction() as session:
            importing.remove_foreign_wave(session, queries.find_wave(session, slug))
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"Removed {slug}.")


@group.command("list")
def show_waves() -> None:
    """Every wave with its state."""
    try:
        require_current_schema(get_database().engine)
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    with get_database().session(read_only=True) as session:
        for wave in queries.list_waves(session):
            click.echo(
                f"{wave.slug}\t{wave.state}\t{wave.title}{' (demonstration)' if wave.demo else ''}"
            )
