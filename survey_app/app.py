"""The factory: settings in, application out. Features are registered here and nowhere else."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from flask import Flask, Response, g, request
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from . import db, errors, i18n, pages, security
from .accounts import commands as accounts_commands
from .accounts import gate, joining_routes
from .accounts import routes as accounts_routes
from .accounts.permissions import PUBLIC, ROUTES
from .commands import database_group, jobs_group
from .community import commands as community_commands
from .community import import_routes, note_routes
from .community import routes as community_routes
from .community.followup import public_routes as meetings_routes
from .community.followup import routes as followup_routes
from .community.note_keys import NoteKeys
from .community.room import public_routes as room_routes
from .community.room import routes as moderation_routes
from .community.schedule import routes as schedule_routes
from .community.theme_work import routes as theme_work_routes
from .config import ROOT, Config
from .demo import commands as demo_commands
from .invitations import claim_routes
from .invitations import commands as invitations_commands
from .invitations import routes as invitations_routes
from .kiosk import device as kiosk_device
from .kiosk import routes as kiosk_routes
from .languages import commands as languages_commands
from .languages import routes as languages_routes
from .operations import commands as operations_commands
from .operations import jobs as operations_jobs  # noqa: F401 - registers its kind of work
from .operations import logs, metrics
from .operations import routes as operations_routes
from .paper import jobs as paper_jobs  # noqa: F401 - registers its kind of work
from .paper import routes as paper_routes
from .public_records import commands as public_records_commands
from .public_records import routes as public_records_routes
from .remarks import routes as remarks_routes
from .reports import api_routes as reports_api
from .reports import commands as reports_commands
from .reports import routes as reports_routes
from .reports.restricted import routes as restricted_routes
from .series import routes as series_routes
from .survey import commands as survey_commands
from .survey import doors
from .survey import routes as survey_routes
from .waves import commands as waves_commands
from .waves import opening_routes, preview_routes
from .waves import routes as waves_routes
from .waves.leaving import Tally


def create_app(config: Config) -> Flask:
    """An application with these settings; it opens no connection until the first request."""
    app = Flask("survey_app", static_folder=str(ROOT / "static"), static_url_path="/static")
    app.extensions["config"] = config
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    logs.configure(config.log_format)
    _configure_compression(app)
    _configure_static(app)
    i18n.init_app(app)
    security.init_app(app, config)
    app.extensions["tally"] = Tally()
    db.init_app(
        app,
        config.database_url,
        info={"note_keys": NoteKeys(config.note_keys_folder)},
        replica_url=config.database_replica_url,
        from_replica=lambda endpoint: (
            endpoint.startswith(("reports.", "reports_api.")) and ROUTES.get(endpoint) is PUBLIC
        ),
    )
    gate.init_app(app)
    errors.init_app(app)
    for routes in (
        pages,
        accounts_routes,
        joining_routes,
        survey_routes,
        kiosk_routes,
        paper_routes,
        series_routes,
        waves_routes,
        schedule_routes,
        room_routes,
        moderation_routes,
        followup_routes,
        meetings_routes,
        opening_routes,
        preview_routes,
        languages_routes,
        community_routes,
        note_routes,
        remarks_routes,
        import_routes,
        theme_work_routes,
        reports_routes,
        reports_api,
        restricted_routes,
        invitations_routes,
        claim_routes,
        operations_routes,
        public_records_routes,
    ):
        app.register_blueprint(routes.blueprint)
    metrics.init_app(app, config)
    doors.init_app(app)
    kiosk_device.init_app(app)
    for group in (
        database_group,
        jobs_group,
        accounts_commands.group,
        waves_commands.group,
        survey_commands.group,
        languages_commands.group,
        community_commands.group,
        invitations_commands.group,
        reports_commands.group,
        public_records_commands.group,
        demo_commands.group,
    ):
        app.cli.add_command(group)
    for command in operations_commands.COMMANDS:
        app.cli.add_command(command)
    return app


def _configure_compression(app: Flask) -> None:
    """Compress what everyone sees. Staff pages mix secrets with what others typed: not those."""
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_LEVEL=6,
        COMPRESS_MIN_SIZE=400,
        COMPRESS_STREAMS=False,
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/css",
            "text/csv",
            "text/javascript",
            "application/json",
            "application/manifest+json",
            "image/svg+xml",
        ],
    )
    compress = Compress()
    compress.init_app(app)
    after = app.after_request_funcs[None]
    after.remove(compress.after_request)

    @app.after_request
    def compress_public(response: Response) -> Response:
        if g.get("staff") is not None:
            return response
        compressed: Response = compress.after_request(response)
        return compressed


@cache
def _digest(filename: str) -> str | None:
    """Twelve signs that change with the file; None when there is no such file."""
    path = ROOT / "static" / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else None


def _configure_static(app: Flask) -> None:
    """Addresses of our files carry a digest of the content, so that a phone fetches each once."""

    @app.url_defaults
    def add_digest(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and (digest := _digest(values["filename"])):
            values.setdefault("v", digest)

    @app.after_request
    def keep_for_ever(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 304}:
            filename = (request.view_args or {}).get("filename", "")
            if request.args.get("v") == _digest(filename):
                response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            # Read it now: what is streamed from the disk is not compressed.
            response.direct_passthrough = False
            response.get_data()
        return response
