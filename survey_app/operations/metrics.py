"""`/metrics` for Prometheus, behind a token, and nothing in it that leads to a person.

Requests are counted over all processes of one server (shared memory from before the fork), by area and
kind of answer: no page, no language, no address. A count is told in whole tens: a scrape every few
seconds would otherwise say when somebody was here. How many answers came in is not told at all.
"""

from __future__ import annotations

import hmac
import multiprocessing
import shutil
import time
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from sqlalchemy import func, select

from .. import schema
from ..accounts.models import AuditEntry
from ..config import Config
from ..db import get_session
from ..jobs import Job, now
from .backup import ACTION

blueprint = Blueprint("metrics", __name__)

AREAS = ("public", "staff")
KINDS = ("2xx", "3xx", "4xx", "5xx")
#: Upper ends of the buckets, in seconds; the last bucket has none.
BUCKETS = (0.05, 0.1, 0.3, 1.0, 3.0)
STEP = 10


class Counters:
    """Counts of requests by area and kind, and how long they took, shared by forked processes."""

    def __init__(self) -> None:
        self._requests = multiprocessing.Array("Q", len(AREAS) * len(KINDS))
        self._durations = multiprocessing.Array("Q", len(BUCKETS) + 1)

    def count(self, area: str, status: int, seconds: float) -> None:
        kind = min(max(status // 100 - 2, 0), len(KINDS) - 1)
        with self._requests.get_lock():
            self._requests[AREAS.index(area) * len(KINDS) + kind] += 1
        place = next((n for n, end in enumerate(BUCKETS) if seconds <= end), len(BUCKETS))
        with self._durations.get_lock():
            self._durations[place] += 1

    def lines(self) -> Iterator[str]:
        yield "# HELP survey_requests_total Requests answered, in whole tens."
        yield "# TYPE survey_requests_total counter"
        for a, area in enumerate(AREAS):
            for k, kind in enumerate(KINDS):
                told = self._requests[a * len(KINDS) + k] // STEP * STEP
                yield f'survey_requests_total{{area="{area}",kind="{kind}"}} {told}'
        yield "# HELP survey_request_seconds How long requests took, in whole tens of requests."
        yield "# TYPE survey_request_seconds histogram"
        below = 0
        for place, end in enumerate((*BUCKETS, "+Inf")):
            below += self._durations[place]
            yield f'survey_request_seconds_bucket{{le="{end}"}} {below // STEP * STEP}'
        yield f"survey_request_seconds_count {below // STEP * STEP}"


def init_app(app: Flask, config: Config) -> None:
    """Count requests where a token asks for it; otherwise nothing is counted."""
    app.register_blueprint(blueprint)
    if config.metrics_token is None:
        return
    counters = app.extensions["counters"] = Counters()

    @app.before_request
    def begin() -> None:
        g.begun = time.monotonic()

    @app.after_request
    def count(response: Response) -> Response:
        if request.endpoint not in {"static", "metrics.show"}:
            area = "staff" if "/staff" in request.path else "public"
            counters.count(area, response.status_code, time.monotonic() - g.get("begun", 0.0))
        return response


@blueprint.get("/metrics")
def show() -> Response:
    """404 without the setting, 401 without its token."""
    config: Config = current_app.extensions["config"]
    if config.metrics_token is None:
        abort(404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), config.metrics_token.encode()):
        abort(401)
    counters: Counters = current_app.extensions["counters"]
    body = "\n".join([*counters.lines(), *_state(config), ""])
    response = Response(body, content_type="text/plain; version=0.0.4; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _state(config: Config) -> Iterator[str]:
    session = get_session()
    yield "# HELP survey_schema_current 1 when the database is at the migration of this version."
    yield "# TYPE survey_schema_current gauge"
    yield f"survey_schema_current {int(schema.schema_is_current(session.connection()))}"
    yield "# HELP survey_jobs Jobs by state."
    yield "# TYPE survey_jobs gauge"
    counted = session.execute(select(Job.state, func.count()).group_by(Job.state)).all()
    for state, number in sorted(counted):
        yield f'survey_jobs{{state="{state}"}} {number}'
    last = session.scalar(select(func.max(AuditEntry.at)).where(AuditEntry.action == ACTION))
    if last is not None:
        yield "# HELP survey_backup_age_seconds Since the last backup."
        yield "# TYPE survey_backup_age_seconds gauge"
        yield f"survey_backup_age_seconds {(now() - last).total_seconds():.0f}"
    yield "# HELP survey_disk_free_bytes Free where the instance folder lies."
    yield "# TYPE survey_disk_free_bytes gauge"
    yield f"survey_disk_free_bytes {shutil.disk_usage(config.instance).free}"
