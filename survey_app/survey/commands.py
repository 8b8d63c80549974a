"""flask --app wsgi survey ..."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from ..config import Config, SettingError
from ..db import get_database
from .keys import load_private_key, make_pair, public_file
from .sealing import CannotOpen
from .services.drafts import purge_expired
from .services.release import forget_the_log, release_batches

group = AppGroup("survey", help="Residents' answers.")


@group.command("make-release-key")
@click.option("--file", "file", type=click.Path(path_type=Path), help="Default: the setting.")
def make_release_key(file: Path | None) -> None:
    """Make the key pair that seals and opens answers; an existing key stays."""
    config: Config = current_app.extensions["config"]
    private_file = (file or config.release_key_file).resolve()
    try:
        make_pair(private_file)
    except SettingError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Private key: {private_file}")
    click.echo(f"Public key:  {public_file(private_file)}")


@group.command("release")
def release() -> None:
    """Release the sealed answers that the rule allows now."""
    config: Config = current_app.extensions["config"]
    try:
        with get_database().transaction() as session:
            done = release_batches(session, load_private_key(config))
    except (SettingError, CannotOpen) as error:
        raise click.ClickException(str(error) or "This key does not open the answers.") from None
    forget_the_log(get_database())
    click.echo(f"Released {done.responses} responses and {done.open_answers} written answers.")


@group.command("purge")
def purge() -> None:
    """Erase expired drafts and receipts (the web server does it by itself as well)."""
    with get_database().transaction() as session:
        drafts, receipts = purge_expired(session)
    click.echo(f"Erased {drafts} drafts and {receipts} receipts.")
