"""Migrations from inside the application: upgrade, and is the schema the one we expect?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from .config import ROOT
from .db import Base
from .problems import ConflictProblem


def alembic_config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def import_models() -> None:
    """Load every feature's tables into `Base.metadata`."""
    from . import jobs  # noqa: F401
    from .accounts import models as accounts_models  # noqa: F401
    from .community import models as community_models  # noqa: F401
    from .community.followup import models as followup_models  # noqa: F401
    from .community.room import models as room_models  # noqa: F401
    from .community.schedule import models as schedule_models  # noqa: F401
    from .community.theme_work import models as theme_work_models  # noqa: F401
    from .invitations import models as invitations_models  # noqa: F401
    from .languages import models as languages_models  # noqa: F401
    from .operations import models as operations_models  # noqa: F401
    from .paper import models as paper_models  # noqa: F401
    from .public_records import models as public_records_models  # noqa: F401
    from .remarks import models as remarks_models  # noqa: F401
    from .reports import models as reports_models  # noqa: F401
    from .reports.restricted import models as restricted_models  # noqa: F401
    from .series import models as series_models  # noqa: F401
    from .survey import models as survey_models  # noqa: F401
    from .waves import models as waves_models  # noqa: F401


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to `revision`. Two processes at once: one waits for the other."""
    _move(engine, revision, command.upgrade)


def downgrade(engine: Engine, revision: str) -> None:
    _move(engine, revision, command.downgrade)


def _move(engine: Engine, revision: str, direction: object) -> None:
    config = alembic_config()
    with engine.connect() as connection, references_unchecked(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(72110)")
        config.attributes["connection"] = connection
        direction(config, revision)  # type: ignore[operator]
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise ConflictProblem(f"The migration would break references: {broken[:3]}")


@contextmanager
def references_unchecked(connection: Connection) -> Iterator[None]:
    """SQLite changes a constraint by making the table anew. While references are checked, dropping the
    old one would delete what refers to it; the switch works only outside a transaction."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101 - the connection is open
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def head() -> str:
    found = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert found is not None  # noqa: S101 - the repository always has a first migration
    return found


def schema_is_current(connection: Connection) -> bool:
    return MigrationContext.configure(connection).get_current_revision() == head()


def require_current_schema(engine: Engine) -> None:
    """For commands: raises ConflictProblem with what to do on a database of another version."""
    with engine.connect() as connection:
        current = schema_is_current(connection)
    if not current:
        raise ConflictProblem(
            "The database is not ready for this version. First run: flask --app wsgi db upgrade"
        )


def drift(connection: Connection) -> list[object]:
    """What differs between the models and the migrated database; empty when they agree."""
    import_models()
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))
