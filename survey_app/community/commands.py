"""flask --app wsgi comments ..."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from ..db import get_database
from ..problems import Problem
from . import jobs, services  # noqa: F401 - jobs: registers the function
from .services import ImportResult
from .sources import Mapping

group = AppGroup("comments", help="Comments of community sessions.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--session", "session_id", required=True, help="Id of the session, from its address.")
@click.option("--text", "text_column", required=True, help="Name of the column with the comments.")
@click.option("--lang", "language", required=True, help="Code of their language: en, es, ar ...")
@click.option("--skip-where", multiple=True, metavar="COLUMN=VALUE", help="Leave these rows out.")
@click.option("--attribution", default="", help="Whose words they are and under which licence.")
@click.option("--keep-duplicates", is_flag=True, help="Also comments that repeat an earlier one.")
@click.option("--mask", is_flag=True, help="Mask names, numbers and addresses that lead to a person.")
def import_file(
    file: Path,
    session_id: str,
    text_column: str,
    language: str,
    skip_where: tuple[str, ...],
    attribution: str,
    keep_duplicates: bool,
    mask: bool,
) -> None:
    """Bring the comments of a CSV, XLSX or DOCX FILE into a session: all of them or, with an error,
    none."""
    try:
        with get_database().transaction() as session:
            result = services.import_comments(
                session,
                session_id,
                file,
                mapping=Mapping(
                    text=text_column,
                    language=language,
                    keep_repeats=keep_duplicates,
                    mask=mask,
                    skip_where=_conditions(skip_where),
                ),
                attribution=attribution,
            )
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    _tell(result, keep_duplicates)


@group.command("forget-keys")
def forget_keys() -> None:
    """Destroy keys of finalised sessions that a crash may have left."""
    with get_database().transaction() as session:
        count = services.destroy_left_keys(session)
    click.echo(f"Destroyed {count} keys of finalised sessions.")


def _conditions(texts: tuple[str, ...]) -> dict[str, str]:
    conditions: dict[str, str] = {}
    for text in texts:
        column, equals, value = text.partition("=")
        if not equals or not column:
            raise click.BadParameter(f"'{text}' is not COLUMN=VALUE", param_hint="--skip-where")
        if column in conditions:
            raise click.BadParameter(f"'{column}' stands twice", param_hint="--skip-where")
        conditions[column] = value
    return conditions


def _tell(result: ImportResult, kept: bool) -> None:
    click.echo(f"Imported {result.comments} comments.")
    if result.plan.left_out:
        click.echo(f"Left out {result.plan.left_out} rows by --skip-where.")
    if result.plan.blank:
        click.echo(f"Passed over {result.plan.blank} blank rows.")
    if result.plan.masked:
        click.echo(f"Masked what may lead to a person in {result.plan.masked} comments.")
    for row, earlier in result.plan.repeats[:20]:
        click.echo(f"Row {row} repeats row {earlier}: {'kept' if kept else 'left out'}.")
    if len(result.plan.repeats) > 20:
        click.echo(f"  and {len(result.plan.repeats) - 20} more repeats.")
    if result.plan.known:
        click.echo(f"Left out {len(result.plan.known)} comments that the session had already.")
    if result.job_id:
        click.echo("Themes are suggested by a job: flask --app wsgi jobs work --once")
