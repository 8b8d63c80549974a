"""flask --app wsgi public-records record, list, make."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from ..db import get_database
from ..problems import Problem
from . import queries, services
from .rules import rules

group = AppGroup("public-records", help="Requests for public records, and the file for each.")
_DAY = click.DateTime(["%Y-%m-%d"])


@group.command("record")
@click.argument("number")
@click.option("--received", "received_on", type=_DAY, required=True, help="Day on which it came.")
@click.option("--from", "from_on", type=_DAY, required=True, help="First day of the records.")
@click.option("--to", "to_on", type=_DAY, required=True, help="Last day of the records.")
@click.option("--kind", "kinds", multiple=True, help="Only this kind; again for more. Default: all.")
@click.option("--asked-by", default="", help="May be left out.")
@click.option("--asked-for", default="", help="In the words of the request.")
def record(
    number: str,
    received_on: datetime,
    from_on: datetime,
    to_on: datetime,
    kinds: tuple[str, ...],
    asked_by: str,
    asked_for: str,
) -> None:
    """Write down request NUMBER."""
    try:
        with get_database().transaction() as session:
            made = services.record_request(
                session,
                number=number,
                received_on=received_on.date(),
                from_on=from_on.date(),
                to_on=to_on.date(),
                kinds=kinds or tuple(rules().sections),
                asked_by=asked_by,
                asked_for=asked_for,
                actor=None,
            )
    except Problem as problem:
        known = ", ".join(rules().sections)
        raise click.ClickException(f"{problem} Kinds: {known}.") from None
    click.echo(f"Request {made.number}: {', '.join(made.kinds)}.")


@group.command("list")
def list_all() -> None:
    """Every request, and whether its file is there."""
    with get_database().session(read_only=True) as session:
        for one, file in queries.list_requests(session):
            state = f"{file.rows} rows, until {file.expires_on}" if file else "no file"
            period = f"{one.from_on} to {one.to_on}"
            click.echo(f"{one.number:<16} received {one.received_on}  {period}  {state}")


@group.command("make")
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def make(number: str, file: Path) -> None:
    """Make the ZIP file of request NUMBER, keep it, and write it to FILE for its owner alone."""

    def progress(step: int, steps: int, told: str) -> None:
        click.echo(f"  {step} of {steps}: {told}", err=True)

    if file.exists():
        raise click.ClickException(f"{file} exists; name a new file.")
    database = get_database()
    try:
        with database.session(read_only=True) as session:
            request = queries.find_by_number(session, number)
            body, rows = services.make_archive(session, request.id, progress=progress)
        with database.transaction() as session:
            made = services.keep_file(session, request.id, body, rows, actor=None)
            sha256, expires_on = made.sha256, made.expires_on
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(body)
    click.echo(f"{file}: {rows} rows, SHA-256 {sha256}. It is kept here until {expires_on}.")
    click.echo("Counsel reads its redaction_log.txt first (docs/operations/public_records.md).")
