"""What `make run` starts: a migrated database, the demo city when empty, web server and worker."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time

from . import schema
from .config import ROOT, Config, SettingError
from .db import Database
from .demo.build import build_if_empty
from .demo.sign_ins import read_sign_ins, told
from .i18n import offered


def main() -> int:
    """Prepare and run until interrupted; the exit code is the first child's that stopped."""
    try:
        config = Config.from_environment()
    except SettingError as error:
        print(f"Cannot start: {error}", file=sys.stderr)
        return 1
    if _port_is_taken(config):
        print(
            f"Cannot start: something already listens on {config.host}:{config.port}; "
            "stop it, or choose another port: make run PORT=8010",
            file=sys.stderr,
        )
        return 1
    prepare(config)
    children = [
        subprocess.Popen([sys.executable, "-m", "gunicorn", "wsgi:app"], cwd=ROOT),
        subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"], cwd=ROOT),
    ]
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        if _wait_until_listening(config, children[0]):
            announce(config)
        while not stopping.is_set() and all(child.poll() is None for child in children):
            stopping.wait(0.5)
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        codes = [_end(child) for child in children]
    return 0 if stopping.is_set() else max(abs(code) for code in codes)


def _end(child: subprocess.Popen[bytes]) -> int:
    """A worker in a long job does not hold up the end: the job goes on at the next start."""
    try:
        return child.wait(timeout=20)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def prepare(config: Config) -> None:
    """Migrate; build the demo city into an empty database in demo mode."""
    database = Database(config.database_url)
    schema.upgrade(database.engine)
    database.engine.dispose()
    if not config.is_production:
        from .app import create_app

        build_if_empty(create_app(config))


def announce(config: Config) -> None:
    base = config.public_url or f"http://{config.host}:{config.port}"
    print(f"\nThe city is open at {base}/")
    for code, language in offered().items():
        print(
            f"  {language.english_name:<10} survey {base}/{code}/survey   results {base}/{code}/results"
        )
    print(f"  Staff      {base}/en/staff/")
    sign_ins = read_sign_ins(config)
    if sign_ins:
        print("Demo sign-ins, made for this installation:")
        print(told(sign_ins))
    print("Stop with Ctrl+C.", flush=True)


def _port_is_taken(config: Config) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((config.host, config.port)) == 0


def _wait_until_listening(config: Config, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        if _port_is_taken(config):
            return True
        time.sleep(0.1)
    return False


if __name__ == "__main__":
    sys.exit(main())
