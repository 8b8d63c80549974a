"""Machines of a small data centre as network namespaces: web hosts, two databases, a proxy.

Each has an address, a cable that can be pulled, and processes of its own. Needs root, iproute2, nginx
and PostgreSQL; everything is gone afterwards.
"""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import create_engine, text  # noqa: E402

from survey_app.config import Config  # noqa: E402
from tests.postgres import find_binaries  # noqa: E402

BRIDGE, NET = "survey-hosts", "10.77.0"
PRIMARY, REPLICA, PROXY, WEB = "primary", "replica", "proxy", ("web-a", "web-b")
HOSTS = {PRIMARY: 11, REPLICA: 12, PROXY: 20, WEB[0]: 21, WEB[1]: 22}


def run(*command: str, **options: object) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, **options)  # type: ignore[call-overload]
    return str(done.stdout)


def address(host: str) -> str:
    return f"{NET}.{HOSTS[host]}"


def inside(host: str, *command: str) -> tuple[str, ...]:
    return ("ip", "netns", "exec", f"survey-{host}", *command)


@contextmanager
def network() -> Iterator[None]:
    """A bridge with one cable to each host."""
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    try:
        run("ip", "addr", "add", f"{NET}.1/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
        for host, number in HOSTS.items():
            space, cable = f"survey-{host}", f"sv{number}"
            run("ip", "netns", "add", space)
            run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space)
            run("ip", "link", "set", cable, "master", BRIDGE, "up")
            run(*inside(host, "ip", "addr", "add", f"{address(host)}/24", "dev", "eth0"))
            run(*inside(host, "ip", "link", "set", "eth0", "up"))
            run(*inside(host, "ip", "link", "set", "lo", "up"))
        yield
    finally:
        for host in HOSTS:
            subprocess.run(["ip", "netns", "del", f"survey-{host}"], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", BRIDGE], check=False)


def cable(host: str, state: str) -> None:
    """Pull a host's cable (`down`) or put it back (`up`)."""
    run("ip", "link", "set", f"sv{HOSTS[host]}", state)


class Hosts:
    """Everything that runs on them; stopped at the end."""

    def __init__(self, folder: Path, instance: Path) -> None:
        self.folder, self.instance = folder, instance
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        found = find_binaries()
        if found is None:
            sys.exit("PostgreSQL is not installed here (Debian: apt-get install postgresql)")
        self.binaries = found

    def url_of(self, host: str) -> str:
        return f"postgresql://postgres@{address(host)}/city"

    def start(self, name: str, host: str, *command: str, **environment: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            inside(host, *command),
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()

    def as_postgres(self, *command: str) -> tuple[str, ...]:
        return ("runuser", "-u", "postgres", "--", *command)

    def start_database(self, host: str, name: str = "city") -> None:
        """Start the server of a host whose files lie there, and wait until database `name` answers."""
        program = str(self.binaries / "postgres")
        where = ("-D", str(self.folder / host), "-h", address(host), "-k", "")
        self.start(host, host, *self.as_postgres(program, *where))
        until(lambda: self.count("SELECT 1", host, name) == 1, f"{host} does not answer")

    def make_databases(self) -> None:
        data = self.folder / PRIMARY
        run(
            *self.as_postgres(
                str(self.binaries / "initdb"), "-D", str(data), "-U", "postgres", "-E", "UTF8"
            )
        )
        with (data / "pg_hba.conf").open("a", encoding="utf-8") as file:
            file.write(f"host all all {NET}.0/24 trust\nhost replication all {NET}.0/24 trust\n")
        self.start_database(PRIMARY, "postgres")
        with create_engine(
            f"{self._plain(PRIMARY)}/postgres", isolation_level="AUTOCOMMIT"
        ).connect() as one:
            one.execute(text("CREATE DATABASE city"))
        environment = {**os.environ, "SURVEY_INSTANCE": str(self.instance)}
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        run(*flask, "db", "copy-to", self.url_of(PRIMARY), cwd=ROOT, env=environment)
        copy = (
            str(self.binaries / "pg_basebackup"),
            "--checkpoint=fast",
            "-h",
            address(PRIMARY),
            "-U",
            "postgres",
            "-R",
        )
        run(*inside(REPLICA, *self.as_postgres(*copy, "-D", str(self.folder / REPLICA))))
        self.start_database(REPLICA)

    def _plain(self, host: str) -> str:
        return f"postgresql+psycopg://postgres@{address(host)}"

    def count(self, query: str, host: str, name: str = "city") -> int:
        engine = create_engine(f"{self._plain(host)}/{name}", connect_args={"connect_timeout": 2})
        with engine.connect() as connection:
            number = int(connection.execute(text(query)).scalar() or 0)
        engine.dispose()
        return number

    def start_web(self) -> None:
        """Each web host has its own folder with the keys that a web server needs."""
        config = Config.from_environment({"SURVEY_INSTANCE": str(self.instance)})
        for host in WEB:
            own = self.folder / host
            shutil.copytree(self.instance / "keys", own / "keys")
            self.start(
                host,
                host,
                sys.executable,
                "-m",
                "gunicorn",
                "wsgi:app",
                SURVEY_INSTANCE=str(own),
                DATABASE_URL=self.url_of(PRIMARY),
                DATABASE_REPLICA_URL=self.url_of(REPLICA),
                SECRET_KEY=config.secret_key,
                TRUSTED_PROXIES="1",
                HOST=address(host),
                WEB_WORKERS="1",
            )
        for host in WEB:
            until(
                lambda host=host: status_of(address(host), 8000, "/healthz") == 200,
                f"{host} does not answer",
            )  # type: ignore[misc]

    def start_proxy(self) -> None:
        servers = "".join(f"server {address(host)}:8000 max_fails=1 fail_timeout=5s;" for host in WEB)
        file = self.folder / "nginx.conf"
        paths = "".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        file.write_text(
            f"""daemon off; pid {self.folder}/nginx.pid; error_log stderr warn; user root; events {{}}
            http {{
              access_log off; {paths}
              upstream web {{ {servers} }}
              server {{
                listen {address(PROXY)}:80;
                location / {{
                  proxy_pass http://web; proxy_next_upstream error timeout;
                  proxy_connect_timeout 1s; proxy_read_timeout 15s;
                  proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Host $http_host;
                  proxy_set_header X-Forwarded-For $remote_addr;
                  proxy_set_header X-Forwarded-Proto $scheme;
                  add_header X-Host $upstream_addr always;
                }}
              }}
            }}""",
            encoding="utf-8",
        )
        self.start(PROXY, PROXY, "nginx", "-c", str(file))
        until(lambda: status_of(address(PROXY), 80, "/healthz") == 200, "the proxy does not answer")


def status_of(host: str, port: int, path: str) -> int:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def until(done: Callable[[], bool], otherwise: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if done():
                return
        except Exception:  # noqa: S110 - not there yet, whatever it says
            pass
        time.sleep(0.3)
    raise RuntimeError(otherwise)
