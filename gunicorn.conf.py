"""How gunicorn serves wsgi:app. Read by gunicorn from the working directory."""

from survey_app.config import Config

_config = Config.from_environment()
bind = f"{_config.host}:{_config.port}"
workers = _config.web_workers
threads = _config.web_threads
worker_class = "gthread"
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the heartbeat file; memory, so that a slow disk kills no worker
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
control_socket_disable = True
accesslog = None  # an access log would keep addresses and exact times
logger_class = "survey_app.server_log.QuietLogger"
# Proxies in front are trusted by count (TRUSTED_PROXIES), inside the application.
forwarded_allow_ips = "127.0.0.1,::1"


def post_fork(server, worker):  # type: ignore[no-untyped-def]
    """A forked worker must not share its parent's database connections."""
    from wsgi import app

    app.extensions["database"].engine.dispose(close=False)
