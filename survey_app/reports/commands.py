"""flask --app wsgi report ..."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from analysis.errors import AnalysisError

from ..accounts.models import StaffAccount
from ..accounts.permissions import may
from ..db import get_database
from ..problems import Problem
from . import queries
from .models import APPROVED, DRAFT, Edition
from .services import build as building
from .services import editions
from .services.prints import print_all

group = AppGroup("report", help="The yearly report: build, approve, publish.")


@group.command("build")
@click.option("--year", type=int, required=True, help="Year of a closed wave.")
@click.option("--as", "name", help="Sign-in name of the person who builds.")
@click.option("--correction", default="", help="What this edition corrects, once one is published.")
@click.option("--approve-as", help="Approve at once, as this second person (a publisher).")
@click.option("--publish", is_flag=True, help="Publish at once, as the person who approves.")
def build(year: int, name: str | None, correction: str, approve_as: str | None, publish: bool) -> None:
    """Compute and draw the report of a year and keep it as a draft."""
    if publish and not approve_as:
        raise click.UsageError("--publish needs --approve-as: a second person approves first.")
    database = get_database()
    try:
        with database.session(read_only=True) as session:
            actor = queries.find_account(session, name) if name else None
            if approve_as:
                _publisher(queries.find_account(session, approve_as))
        edition_id = building.build_edition(
            database,
            year=year,
            built_by=actor,
            correction=correction,
            progress=lambda step, steps, told: click.echo(f"  {step + 1}/{steps} {told}", err=True),
        )
        with database.session(read_only=True) as session:
            edition = queries.find_edition(session, edition_id)
        click.echo(f"Built {year}, edition {edition.number}: {edition.sha256}")
    except (Problem, AnalysisError) as error:
        raise click.ClickException(str(error)) from None
    if approve_as:
        _step(year, DRAFT, approve_as)
    if publish and approve_as:
        _step(year, APPROVED, approve_as)


@group.command("approve")
@click.option("--year", type=int, required=True)
@click.option("--as", "name", required=True, help="Sign-in name of a publisher who did not build it.")
def approve(year: int, name: str) -> None:
    """Approve the draft of a year."""
    _step(year, DRAFT, name)


@group.command("publish")
@click.option("--year", type=int, required=True)
@click.option("--as", "name", required=True, help="Sign-in name of a publisher.")
def publish(year: int, name: str) -> None:
    """Publish the approved edition of a year, for good."""
    _step(year, APPROVED, name)


@group.command("print")
@click.option("--year", type=int, required=True, help="Year of an edition; the newest is printed.")
def print_year(year: int) -> None:
    """Print the newest edition of a year as PDF in every language."""
    database = get_database()
    try:
        with database.session(read_only=True) as session:
            edition = _newest(queries.list_desk(session), year)
        made = print_all(
            database,
            edition.id,
            progress=lambda step, steps, told: click.echo(f"  {step + 1}/{steps} {told}", err=True),
        )
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"Printed {made} files of {year}, edition {edition.number}.")


def _newest(rows: list[queries.DeskRow], year: int) -> Edition:
    for row in rows:
        for edition in row.editions:
            if edition.year == year:
                return edition
    raise click.ClickException(f"{year} has no edition.")


def _publisher(account: StaffAccount) -> StaffAccount:
    if not may(account.role, "reports.publish"):
        raise click.ClickException(f"{account.sign_in_name} is no publisher.")
    return account


def _step(year: int, state: str, name: str) -> None:
    """Approve a draft or publish an approved edition."""
    try:
        with get_database().transaction() as session:
            actor = _publisher(queries.find_account(session, name))
            edition = _waiting(queries.list_desk(session), year, state)
            if state == DRAFT:
                editions.approve_edition(session, edition.id, actor=actor)
            else:
                editions.publish_edition(session, edition.id, actor=actor)
            number = edition.number
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{'Approved' if state == DRAFT else 'Published'} {year}, edition {number}.")


def _waiting(rows: list[queries.DeskRow], year: int, state: str) -> Edition:
    for row in rows:
        for edition in row.editions:
            if edition.year == year and edition.state == state:
                return edition
    raise click.ClickException(f"{year} has no edition in the state {state}.")
