"""flask --app wsgi accounts ..."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from ..db import get_database
from ..problems import Problem
from . import services
from .permissions import ROLES

group = AppGroup("accounts", help="Staff accounts.")


@group.command("create")
@click.argument("sign_in_name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--name", "display_name", default="", help="Name shown to colleagues.")
@click.password_option(help="Asked for when not given.")
def create(sign_in_name: str, role: str, display_name: str, password: str) -> None:
    """Create a staff account."""
    try:
        with get_database().transaction() as session:
            services.create_account(
                session,
                sign_in_name=sign_in_name,
                display_name=display_name,
                role=role,
                password=password,
            )
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"Created {sign_in_name} ({role}).")
