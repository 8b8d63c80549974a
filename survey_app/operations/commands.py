"""flask --app wsgi backup, restore, verify-backup, db copy-to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext

from ..commands import database_group
from ..config import Config, SettingError, check_address
from ..db import get_database, make_engine
from ..i18n import offered
from ..invitations.letter_files import purge_letters
from ..problems import Problem
from ..reports.commands import group as report_group
from ..survey.keys import make_pair, public_file, read_private, read_public
from . import backup as backups
from . import static_site as site
from .archive import Manifest
from .doctor import FAILURE, WARNING, examine
from .locked import Lock, Opener
from .retention import is_held, list_due, purge_all
from .transfer import copy_database, snapshot

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False)


def told() -> Callable[[str, int, int], None]:
    """Progress in the terminal: a line for each table, and one every two seconds of a large one."""
    last = [0.0]

    def progress(table: str, done: int, rows: int) -> None:
        if rows and (done >= rows or time.monotonic() - last[0] > 2):
            last[0] = time.monotonic()
            click.echo(f"  {table}: {done} of {rows} rows", err=True)

    return progress


@contextmanager
def plain_errors() -> Iterator[None]:
    """Named errors as a sentence and exit code 1."""
    try:
        yield
    except (Problem, SettingError) as problem:
        raise click.ClickException(str(problem)) from None


def _passphrase(file: Path | None) -> str | None:
    return file.read_text(encoding="utf-8").strip() if file is not None else None


def _opens(command: _Command) -> _Command:
    for option in (
        click.option("--passphrase-file", type=_FILE, help="A file that holds the passphrase."),
        click.option("--key", type=_FILE, help="The private key that the backup is locked to."),
    ):
        command = option(command)
    return command


def _opener(key: Path | None, passphrase_file: Path | None) -> Opener:
    return Opener(_passphrase(passphrase_file), read_private(key) if key is not None else None)


@click.command("backup")
@click.argument("file", type=_FILE)
@click.option(
    "--to", "public_key", type=_FILE, help="Lock it to this public key (backup-key makes one)."
)
@click.option("--passphrase-file", type=_FILE, help="Lock it with the passphrase in this file.")
@with_appcontext
def backup(file: Path, public_key: Path | None, passphrase_file: Path | None) -> None:
    """Write everything in the database to FILE, while the city goes on answering."""
    if public_key is not None and passphrase_file is not None:
        raise click.UsageError("Lock it to a key or with a passphrase, not both.")
    config: Config = current_app.extensions["config"]
    with plain_errors():
        lock = None
        if public_key is not None:
            lock = Lock(public_key=read_public(public_key))
        elif passphrase_file is not None:
            lock = Lock(passphrase=_passphrase(passphrase_file))
        manifest = backups.make_backup(get_database(), config, file, lock=lock, progress=told())
    _tell(file, manifest)
    if lock is None:
        click.echo("It is not locked: whoever has the file reads it. See --to and --passphrase-file.")
    click.echo("The keys are in no backup; keep their own copies (docs/operations/backup.md).")


@click.command("verify-backup")
@click.argument("file", type=_FILE)
@_opens
@with_appcontext
def verify_backup(file: Path, key: Path | None, passphrase_file: Path | None) -> None:
    """Read every row of a backup and compare with its manifest."""
    config: Config = current_app.extensions["config"]
    with plain_errors():
        manifest = backups.verify_backup(config, file, _opener(key, passphrase_file))
    _tell(file, manifest)


@click.command("restore")
@click.argument("file", type=_FILE)
@_opens
@with_appcontext
def restore(file: Path, key: Path | None, passphrase_file: Path | None) -> None:
    """Put a backup into the new, empty database that DATABASE_URL names."""
    config: Config = current_app.extensions["config"]
    with plain_errors():
        manifest = backups.restore_backup(
            config, config.database_url, file, _opener(key, passphrase_file), progress=told()
        )
    _tell(file, manifest)
    click.echo(
        "Restored and compared. Now bring back the keys if this is a new machine, then run: "
        "flask --app wsgi db upgrade, and flask --app wsgi doctor."
    )


@click.command("backup-key")
@click.argument("file", type=_FILE)
@with_appcontext
def backup_key(file: Path) -> None:
    """Make a pair of keys for backups: FILE opens, FILE.pub locks. Keep FILE on another machine."""
    with plain_errors():
        make_pair(file)
    click.echo(f"Opens backups: {file} (take it away from this machine)")
    click.echo(f"Locks backups: {public_file(file)}")


@database_group.command("copy-to")
@click.argument("url")
def copy_to(url: str) -> None:
    """Copy everything into the new, empty database at URL, and compare counts and digests."""
    with plain_errors():
        check_address(url)
    with plain_errors(), snapshot(get_database().engine) as source:
        target = make_engine(url)
        proofs = copy_database(source, target, progress=told())
        target.dispose()
    for name, proof in proofs.items():
        click.echo(f"{name:<28} {proof.rows:>9} rows  {proof.sha256[:16]}")
    click.echo(
        f"Copied and compared: {len(proofs)} tables, {sum(p.rows for p in proofs.values())} rows. "
        "What was written meanwhile is not in it: stop the services before the last copy."
    )


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Only tell what would be erased.")
@with_appcontext
def purge(dry_run: bool) -> None:
    """Erase what the retention schedule says (the worker does it once a day)."""
    config: Config = current_app.extensions["config"]
    with get_database().session(read_only=True) as session:
        due = list_due(session)
    for one in due:
        if one.kind.days is not None:
            state = "held" if one.held else f"{one.rows} rows" if one.rows is not None else "files"
            click.echo(f"{one.kind.id:<12} {state}")
    if dry_run:
        click.echo("Nothing was erased: this was a dry run.")
        return
    with get_database().transaction() as session:
        done = purge_all(session)
        held = is_held(session, "letters")
    files = purge_letters(config, held=held)
    click.echo(f"Erased {sum(done.values())} rows and {files} files of letters.")


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Look at everything a running city needs; exit code 1 when something must be done first."""
    config: Config = current_app.extensions["config"]
    found = examine(get_database(), config)
    for one in found:
        click.echo(f"{one.state:<8} {one.subject:<11} {one.told}")
    failures = sum(one.state == FAILURE for one in found)
    warnings = sum(one.state == WARNING for one in found)
    click.echo(f"{failures} failures, {warnings} warnings.")
    if failures:
        raise SystemExit(1)


@report_group.command("export-site")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--language", "languages", multiple=True, help="Only these; default: all offered.")
@click.option("--slides", is_flag=True, help="With a PNG of every picture (a second each).")
def export_site(folder: Path, languages: tuple[str, ...], slides: bool) -> None:
    """Write the public results as files that any web server can serve."""
    config: Config = current_app.extensions["config"]
    if unknown := set(languages) - set(offered()):
        raise click.UsageError(f"Not offered: {', '.join(sorted(unknown))}.")

    def progress(done: int, known: int) -> None:
        if done % 200 == 0:
            click.echo(f"  {done} of {known} files so far", err=True)

    with plain_errors():
        files = site.export_site(
            current_app._get_current_object(),  # type: ignore[attr-defined]
            folder.resolve(),
            live=config.public_url or f"http://{config.host}:{config.port}",
            languages=languages or tuple(offered()),
            slides=slides,
            progress=progress,
        )
    click.echo(f"{folder}: {files} files. Links that are not results lead to the live site.")


def _tell(file: Path, manifest: Manifest) -> None:
    click.echo(
        f"{file}: {manifest.rows} rows in {len(manifest.tables)} tables, revision {manifest.revision}, "
        f"made {manifest.made_at} from {manifest.database}."
    )


COMMANDS = (backup, restore, verify_backup, backup_key, purge, doctor)
