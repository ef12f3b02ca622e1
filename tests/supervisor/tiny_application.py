"""A WSGI application without a framework: enough for the supervisor, which only starts it."""

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer /variables/NAME with that environment variable, /slow after a minute, anything else with its path."""
    path = str(environ["PATH_INFO"])
    if path == "/slow":
        time.sleep(60)
    name = path.removeprefix("/variables/")
    body = os.environ.get(name, "") if name != path else path
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [body.encode()]


def other_application(_environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer everything, liveness included, with 404."""
    start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"other"]
