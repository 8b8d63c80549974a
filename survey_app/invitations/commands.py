"""flask --app wsgi invitations ..."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from ..config import Config, SettingError
from ..db import get_database
from ..i18n import offered
from ..printing import missing_packages
from ..problems import Problem
from ..schema import require_current_schema
from ..waves.queries import find_wave
from .keys import load_keys, make_key
from .sample_file import read_outcomes, read_sample
from .services.importing import SampleTerms, check_may_import, prepare_sample, store_sample
from .services.outcomes import set_outcomes

group = AppGroup("invitations", help="Drawn addresses: codes, letters, outcomes.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config


@group.command("make-key")
def make_invitation_key() -> None:
    """Make the key of the codes; an existing key stays."""
    make_key(_config())
    click.echo(f"Invitation key: {_config().invitation_key_file}")


@group.command("import")
@click.argument("slug")
@click.argument("file", type=_FILE)
@click.option("--expected", default=15, show_default=True, help="Of 100 addresses, how many answer.")
@click.option("--languages", default="en,es", show_default=True, help="Of every letter, by comma.")
@click.option("--incentive", type=int, help="Gift card in dollars.")
def import_sample(slug: str, file: Path, expected: int, languages: str, incentive: int | None) -> None:
    """Bring in the sample of the wave SLUG from FILE (stratum,psu,base_weight,batch), whole or not."""
    terms = SampleTerms(expected, tuple(languages.split(",")), incentive)
    try:
        require_current_schema(get_database().engine)
        terms.check()
        rows = read_sample(file.read_bytes(), file.name)
        with get_database().session(read_only=True) as session:
            wave = find_wave(session, slug)
            check_may_import(session, wave)
        with click.progressbar(length=len(rows), label="Codes") as bar:
            prepared = prepare_sample(
                wave.id,
                rows,
                terms,
                load_keys(_config()),
                lambda step, _steps: bar.update(step - bar.pos),
            )
        with get_database().transaction() as session:
            store_sample(session, find_wave(session, slug), prepared, terms)
    except (Problem, SettingError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{len(rows)} addresses in {len(prepared.cells)} groups.")


@group.command("outcomes")
@click.argument("slug")
@click.argument("file", type=_FILE)
def import_outcomes(slug: str, file: Path) -> None:
    """Set final dispositions of the wave SLUG from FILE (letter,disposition), all or none."""
    try:
        require_current_schema(get_database().engine)
        outcomes = read_outcomes(file.read_bytes(), file.name)
        with get_database().transaction() as session:
            changed = set_outcomes(session, find_wave(session, slug), outcomes, source=file.name)
    except Problem as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{changed} outcomes changed.")


@group.command("check-printing")
def check_printing() -> None:
    """Say which packages of the system are missing to print letters in every language."""
    missing = missing_packages(offered())
    if missing:
        raise click.ClickException(f"Install what is missing: apt-get install {' '.join(missing)}")
    click.echo("Letters can be printed in every language.")
