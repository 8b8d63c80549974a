"""flask --app wsgi accounts ..."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from ..config import Config
from ..db import get_database
from ..problems import Problem
from . import services
from .permissions import ROLES
from .services.invitations import INVITATION_LIFE

group = AppGroup("accounts", help="Staff accounts.")


@group.command("create")
@click.argument("sign_in_name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--name", "display_name", default="", help="Name shown to colleagues.")
def create(sign_in_name: str, role: str, display_name: str) -> None:
    """Create a staff account, and print the link by which its owner chooses a password."""
    try:
        with get_database().transaction() as session:
            account = services.create_account(
                session, sign_in_name=sign_in_name, display_name=display_name, role=role
            )
            token = services.invite(session, account.id)
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"Created {account.sign_in_name} ({role}).")
    _tell(token)


@group.command("invite")
@click.argument("sign_in_name")
def invite(sign_in_name: str) -> None:
    """Print a fresh link for an account: for who lost the password or the second factor."""
    try:
        with get_database().transaction() as session:
            account = services.find_by_name(session, sign_in_name)
            token = services.invite(session, account.id)
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    _tell(token)


def _tell(token: str) -> None:
    config: Config = current_app.extensions["config"]
    base = config.public_url or f"http://{config.host}:{config.port}"
    hours = int(INVITATION_LIFE.total_seconds() // 3600)
    click.echo(f"This link works once, for {hours} hours. Hand it over safely:")
    click.echo(f"  {base}/en/join/{token}")
