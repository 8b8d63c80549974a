"""flask --app wsgi demo ..."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from ..config import Config
from ..db import get_database
from ..problems import Problem
from ..schema import require_current_schema
from .build import build
from .sign_ins import read_sign_ins, told

group = AppGroup("demo", help="The demonstration city.")


@group.command("build")
def build_city() -> None:
    """Build the demonstration city; does nothing when it is there. Refused in production."""
    try:
        require_current_schema(get_database().engine)
        if not build(click.echo):
            click.echo("The demonstration city is there already.")
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    show_sign_ins()


@group.command("sign-ins")
def sign_ins() -> None:
    """Print the staff sign-ins made for this installation."""
    show_sign_ins()


def show_sign_ins() -> None:
    config: Config = current_app.extensions["config"]
    click.echo(told(read_sign_ins(config)))
