"""Files of an edition as answers to a browser: tagged with their digest, kept as long as is safe."""

from __future__ import annotations

from flask import Response, request

from ..db import get_session
from ..i18n import current_language
from ..problems import NotFoundProblem
from . import queries
from .models import Edition, EditionFile
from .wording import SOURCE_LANGUAGE

#: opened on its own a picture needs no script, no frame, nothing from anywhere
PICTURE_POLICY = "default-src 'none'; sandbox"


def send_picture(edition: Edition, name: str) -> Response:
    """A picture in the language of the address; in English where the edition has no other."""
    session = get_session()
    language = current_language().code
    try:
        found = queries.find_file(session, edition.id, f"{language}/{name}")
    except NotFoundProblem:
        found = queries.find_file(session, edition.id, f"{SOURCE_LANGUAGE}/{name}")
    return send_file(edition, found)


def send_file(edition: Edition, file: EditionFile) -> Response:
    """A file with its digest as its tag. An address that names the edition may be kept for ever."""
    response = Response(file.body, content_type=file.media_type)
    if file.media_type == "image/svg+xml":
        response.headers["Content-Security-Policy"] = PICTURE_POLICY
    response.set_etag(file.sha256)
    return _kept(response, edition)


def send_print(edition: Edition, name: str) -> Response:
    """A PDF of an edition. It is opened by the browser's own reader, so it may bring nothing along."""
    found = queries.find_print(get_session(), edition.id, name)
    response = Response(found.body, content_type="application/pdf")
    response.set_etag(found.sha256)
    return _kept(response, edition)


def send_made(edition: Edition, body: bytes, media_type: str) -> Response:
    """What is made from an edition when it is asked for."""
    response = Response(body, content_type=media_type)
    response.add_etag()
    return _kept(response, edition)


def _kept(response: Response, edition: Edition) -> Response:
    if edition.published_on is None:
        response.headers["Cache-Control"] = "no-store"
    elif request.args.get("e") == edition.sha256[:12]:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "public, max-age=300"
    response.make_conditional(request)
    return response
