"""Settings: read once from the environment, checked, frozen.

docs/settings.md is the table for people; a test compares it with `SETTINGS`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent

#: name -> (default shown in the documentation, meaning)
SETTINGS: dict[str, tuple[str, str]] = {
    "SURVEY_MODE": ("demo", "`demo` or `production`; production refuses demo data"),
    "SURVEY_INSTANCE": ("instance/", "folder for the embedded database, keys and logs"),
    "DATABASE_URL": ("sqlite in the instance folder", "`sqlite:///…` or `postgresql://…`"),
    "SECRET_KEY": ("made and kept in demo", "signs staff forms; required in production"),
    "RELEASE_KEY_FILE": (
        "keys/release.key in the instance folder",
        "private key that opens sealed answers; in production outside the database's folder",
    ),
    "INVITATION_KEY_FILE": (
        "invitations.key beside the release key",
        "makes and finds the codes on letters; outside the database's folder as well",
    ),
    "NOTE_KEYS_FOLDER": (
        "notes/ beside the release key",
        "keys of notes of sessions that are not finalised; outside the database's folder and backups",
    ),
    "PUBLIC_URL": ("none", "the address residents use, https; required in production"),
    "TRUSTED_PROXIES": ("0", "how many reverse proxies stand in front"),
    "DATABASE_REPLICA_URL": (
        "none",
        "a PostgreSQL streaming replica for public results; when it is down the primary answers",
    ),
    "LOG_FORMAT": ("text", "`text` or `json` (one object a line); neither knows a person"),
    "METRICS_TOKEN": ("none", "bearer token that opens `/metrics`; without it there is no such page"),
    "HOST": ("127.0.0.1", "address the web server listens on"),
    "PORT": ("8000", "port the web server listens on"),
    "WEB_WORKERS": ("2", "web server processes"),
    "WEB_THREADS": ("4", "threads in each process"),
    "STAFF_IDLE_MINUTES": ("60", "minutes without a page after which staff must sign in again"),
    "STAFF_HOURS": ("12", "hours after which staff must sign in again, active or not"),
}


class SettingError(Exception):
    """A setting is missing or unsafe; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Config:
    """All settings of one running system."""

    mode: str
    instance: Path
    database_url: str
    database_replica_url: str | None
    log_format: str
    metrics_token: str | None
    secret_key: str
    release_key_file: Path
    invitation_key_file: Path
    note_keys_folder: Path
    public_url: str | None
    trusted_proxies: int
    host: str
    port: int
    web_workers: int
    web_threads: int
    staff_idle_minutes: int
    staff_hours: int

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Config:
        """Read and check the settings; raises SettingError with a sentence."""
        env = os.environ if environment is None else environment
        mode = env.get("SURVEY_MODE", "demo")
        if mode not in {"demo", "production"}:
            raise SettingError(f"SURVEY_MODE is '{mode}'; set it to demo or production.")
        production = mode == "production"
        instance = Path(env.get("SURVEY_INSTANCE") or ROOT / "instance").resolve()
        database_url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'city.db'}"
        check_address(database_url)
        public_url = _public_url(env.get("PUBLIC_URL"), production=production)
        release_key_file = Path(
            env.get("RELEASE_KEY_FILE") or instance / "keys" / "release.key"
        ).resolve()
        note_keys_folder = Path(
            env.get("NOTE_KEYS_FOLDER") or release_key_file.parent / "notes"
        ).resolve()
        if production:
            _check_release_key_place(env, release_key_file, database_url)
            _check_apart(env.get("INVITATION_KEY_FILE"), "INVITATION_KEY_FILE", database_url)
            _check_apart(str(note_keys_folder), "NOTE_KEYS_FOLDER", database_url)
        return cls(
            mode=mode,
            instance=instance,
            database_url=database_url,
            database_replica_url=_replica(env.get("DATABASE_REPLICA_URL")),
            log_format=_one_of(env, "LOG_FORMAT", ("text", "json")),
            metrics_token=_token(env.get("METRICS_TOKEN")),
            secret_key=_secret_key(env.get("SECRET_KEY"), instance, production=production),
            release_key_file=release_key_file,
            invitation_key_file=Path(
                env.get("INVITATION_KEY_FILE") or release_key_file.with_name("invitations.key")
            ).resolve(),
            note_keys_folder=note_keys_folder,
            public_url=public_url,
            trusted_proxies=_whole(env, "TRUSTED_PROXIES", 0, low=0, high=5),
            host=env.get("HOST", "127.0.0.1"),
            port=_whole(env, "PORT", 8000, low=1, high=65535),
            web_workers=_whole(env, "WEB_WORKERS", 2, low=1, high=64),
            web_threads=_whole(env, "WEB_THREADS", 4, low=1, high=64),
            staff_idle_minutes=_whole(env, "STAFF_IDLE_MINUTES", 60, low=5, high=720),
            staff_hours=_whole(env, "STAFF_HOURS", 12, low=1, high=24),
        )


def check_address(url: str, name: str = "DATABASE_URL") -> None:
    """Raises SettingError where `url` names no database of a kind we know."""
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise SettingError(f"{name} must start with sqlite:/// or postgresql://.")


def _replica(url: str | None) -> str | None:
    if url:
        check_address(url, "DATABASE_REPLICA_URL")
    return url or None


def _token(text: str | None) -> str | None:
    if text and len(text) < 32:
        raise SettingError(
            "METRICS_TOKEN is too short; make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
    return text or None


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or allowed[0]
    if value not in allowed:
        raise SettingError(f"{name} is '{value}'; set it to {' or '.join(allowed)}.")
    return value


def _whole(env: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    text = env.get(name) or str(default)
    try:
        value = int(text)
    except ValueError:
        raise SettingError(f"{name} is '{text}'; set it to a whole number.") from None
    if not low <= value <= high:
        raise SettingError(f"{name} is {value}; set it between {low} and {high}.")
    return value


def _public_url(text: str | None, *, production: bool) -> str | None:
    if not text:
        if production:
            raise SettingError("PUBLIC_URL is missing; set it to the https address residents will use.")
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise SettingError(f"PUBLIC_URL is '{text}'; set it to an address like https://host.")
    if production and parts.scheme != "https":
        raise SettingError("PUBLIC_URL must start with https:// in production.")
    return f"{parts.scheme}://{parts.netloc}"


def _secret_key(text: str | None, instance: Path, *, production: bool) -> str:
    if text:
        if len(text) < 32:
            raise SettingError(
                "SECRET_KEY is too short; make one with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
            )
        return text
    if production:
        raise SettingError(
            "SECRET_KEY is missing; make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
    return keep_secret(instance / "keys" / "secret_key", secrets.token_urlsafe(48))


def keep_secret(path: Path, fresh: str) -> str:
    """The text kept in `path`, or `fresh` written there for the owner alone.

    Two processes that start together agree: the first to create the file wins. A file that is there
    is only read: a disk that is full or read-only stops nobody from starting.
    """
    if path.is_file():
        return path.read_text(encoding="ascii")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return path.read_text(encoding="ascii")
        return fresh
    finally:
        temporary.unlink()


def _check_release_key_place(env: Mapping[str, str], key_file: Path, database_url: str) -> None:
    if not env.get("RELEASE_KEY_FILE"):
        raise SettingError(
            "RELEASE_KEY_FILE is missing; name a file outside the database and its backups."
        )
    if not key_file.is_file():
        raise SettingError(
            f"RELEASE_KEY_FILE names {key_file}, which does not exist; "
            "make it with: python -m survey_app.survey.keys FILE."
        )
    _check_apart(str(key_file), "RELEASE_KEY_FILE", database_url)


def _check_apart(key_file: str | None, name: str, database_url: str) -> None:
    if key_file and database_url.startswith("sqlite:///"):
        folder = Path(database_url.removeprefix("sqlite:///")).resolve().parent
        if Path(key_file).resolve().is_relative_to(folder):
            raise SettingError(
                f"{name} lies beside the database, where a backup would copy both; "
                "move it to another folder."
            )
