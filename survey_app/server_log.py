"""The web server's log, without addresses, addresses of pages, or agents."""

from __future__ import annotations

import re
from typing import Any

from gunicorn.glogging import Logger

_ADDRESS = re.compile(r"\bip=\S+")


class QuietLogger(Logger):  # type: ignore[misc]
    """Gunicorn names the client when a request is malformed; ours does not."""

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Requests are not logged."""

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:
        super().warning(_ADDRESS.sub("a client", str(msg)), *args, **kwargs)

    def exception(self, msg: object, *args: object, **kwargs: Any) -> None:
        # Gunicorn passes the method and the path, and the traceback may quote input.
        super().error("A request could not be handled.")

    def debug(self, msg: object, *args: object, **kwargs: Any) -> None:
        """Debug lines name connections."""
