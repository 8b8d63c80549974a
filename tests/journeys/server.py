"""The real server: gunicorn as `make run` starts it, on a free port, with its own instance."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from survey_app import schema
from survey_app.app import create_app
from survey_app.config import Config
from survey_app.db import Database
from survey_app.waves.models import Wave
from survey_app.waves.services import create_wave, open_wave
from tests.shared import ROOT


@dataclass(frozen=True)
class Server:
    """A running server: its address, its instance folder, and the application's own database."""

    url: str
    instance: Path
    log: Path
    app: Flask
    database: Database
    wave: Wave
    languages: tuple[str, ...]
    #: gunicorn's first process; its children serve
    pid: int

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)


@contextmanager
def running_server(instance: Path) -> Iterator[Server]:
    """A migrated SQLite city with the wave of 2026 open, served until the block ends."""
    port = _free_port()
    environment = {**_plain_environment(), "SURVEY_INSTANCE": str(instance), "PORT": str(port)}
    app = create_app(Config.from_environment(environment))
    database: Database = app.extensions["database"]
    schema.upgrade(database.engine)
    with app.app_context(), database.transaction() as session:
        wave = create_wave(session, questionnaire="2026", demo=True)
        session.flush()
        languages = tuple(row.language for row in open_wave(session, wave, production=False))
    database.engine.dispose()
    log = instance / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "wsgi:app"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_listening(port, process, log)
            url = f"http://127.0.0.1:{port}"
            yield Server(url, instance, log, app, database, wave, languages, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=30)
            database.engine.dispose()


def _plain_environment() -> dict[str, str]:
    ours = ("SURVEY_", "DATABASE_URL", "SECRET_KEY", "RELEASE_KEY", "PUBLIC_URL", "HOST", "WEB_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_until_listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + 180
    while time.monotonic() < limit and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")
