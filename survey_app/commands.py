"""flask --app wsgi db ..., flask --app wsgi jobs ..."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from . import jobs, schema
from .db import get_database

database_group = AppGroup("db", help="The database schema.")
jobs_group = AppGroup("jobs", help="Long work in the background.")


@database_group.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema to the newest (or the named) revision."""
    schema.upgrade(get_database().engine, revision)
    click.echo(f"The database is at revision {revision}.")


@database_group.command("check")
def check() -> None:
    """Fail when the schema differs from the models."""
    with get_database().engine.connect() as connection:
        differences = schema.drift(connection)
    for difference in differences:
        click.echo(str(difference), err=True)
    if differences:
        raise click.ClickException("The migrations do not make the tables that the models describe.")
    click.echo("Migrations and models agree.")


@jobs_group.command("work")
@click.option("--once", is_flag=True, help="Stop when nothing waits.")
def work(once: bool) -> None:
    """Run waiting jobs."""
    jobs.work(get_database(), once=once)
