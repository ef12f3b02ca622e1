# ruff: noqa: N999 -- the name that gunicorn gives its configuration
"""gunicorn's configuration: `gunicorn -c reference_app/gunicorn.conf.py reference_app.wsgi:application`.

Every value that an operator may want to change is an environment variable (reference_app/settings/environment.py).
"""

import os
import shutil
import tempfile
from typing import Any


def read_number(name: str, default: int) -> int:
    """Read a variable that holds a whole number; end the process with one sentence where it holds something else."""
    text = os.environ.get(name, str(default))
    try:
        return int(text)
    except ValueError:
        raise SystemExit(f"{name} is not a number: {text!r}") from None


bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = read_number("WEB_WORKERS", 2)  # one a core: Python code of one worker runs on one core at a time
threads = read_number("WEB_THREADS", 8)
worker_class = "gthread"  # the shop waits for its database and its cache; threads wait cheaply
timeout = read_number("WEB_TIMEOUT_SECONDS", 30)  # longer than the statement time-out of the database
graceful_timeout = read_number("WEB_GRACE_SECONDS", 25)
keepalive = 75  # longer than the idle time of usual proxies, so that they and not we close a connection
max_requests = read_number("WEB_MAX_REQUESTS", 0)
max_requests_jitter = max_requests // 10

certfile = os.environ.get("TLS_CERTIFICATE") or None
keyfile = os.environ.get("TLS_KEY") or None

# It opens a socket below the home folder, which a read-only container does not have; nothing here uses it.
control_socket_disable = True
# Heartbeat files: on a disk they block a worker when the disk is busy.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 -- not data, and gunicorn's own
# Without a proxy of ours no client may claim that a plain request came over TLS; gunicorn believes 127.0.0.1.
forwarded_allow_ips = "*" if read_number("TRUSTED_PROXY_COUNT", 0) else ""
# Proxies pass on SCRIPT_NAME and PATH_INFO from any client, and links in shared answers would be made from them.
forwarder_headers = ""
accesslog = None  # the shop writes one event a request itself
errorlog = "-"
loglevel = "warning"
limit_request_line = 8190
limit_request_field_size = 16_380

made_here = not os.environ.get("PROMETHEUS_MULTIPROC_DIR")
if made_here:
    # Before any worker imports the metrics: each of them writes into this folder, and a scrape sums them all.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="shop-metrics-")


def child_exit(server: Any, worker: Any) -> None:
    """Keep the counters of a worker that ended, and drop its gauges."""
    from prometheus_client import multiprocess  # noqa: PLC0415 -- only after the folder is set

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    """Remove the folder of the metrics where it was made here."""
    if made_here:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
