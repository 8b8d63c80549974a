"""A real PostgreSQL for the tests: its own folder, a unix socket, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text


def find_binaries() -> Path | None:
    """The folder with initdb and postgres, newest version first; None when not installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if versions:
        return versions[0].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def absent(what: str, package: str) -> None:
    """Skip with a sentence; with CI=true a missing tool is a failure."""
    sentence = f"{what} is not installed here (Debian: apt-get install {package})"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@contextmanager
def server() -> Iterator[str]:
    """Start a server; yields a URL with room for a database name, `{name}`."""
    binaries = find_binaries()
    if binaries is None:
        absent("PostgreSQL", "postgresql")
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    user = None
    if os.geteuid() == 0:  # initdb refuses to run as root
        entry = pwd.getpwnam("postgres")
        user = entry.pw_name
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    data = folder / "data"
    try:
        subprocess.run(
            [
                binaries / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        # Nothing outlives the server, and each test makes a database: it need not wait for the disk.
        options = (
            f"-k {folder} -c listen_addresses='' -c max_connections=60"
            " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        )
        subprocess.run(
            [binaries / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start"],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        yield f"postgresql://postgres@/{{name}}?host={folder}"
    finally:
        subprocess.run(
            [binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            check=False,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    """A server with one empty database; yields its URL."""
    with server() as url:
        admin = create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        yield url.format(name=name)
