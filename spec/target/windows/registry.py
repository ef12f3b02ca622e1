"""The windows that there are, one line each, and the powers beside them.

Everything that knows windows by name reads this list: what a profile may say, what a ready message means, which
capability needs which table, what `serve` writes, the attributes of `shop.windows`, and the tables of docs/profiles.md.
docs/adding-a-window.md tells how one is added.
"""

from __future__ import annotations

from typing import Any, Final

from spec.target.windows.browser_window import BROWSER
from spec.target.windows.cache_window import CACHE, COUNTERS
from spec.target.windows.database_window import DATABASE
from spec.target.windows.docker_window import DOCKER
from spec.target.windows.error_sink import ERRORS
from spec.target.windows.log_window import LOGS
from spec.target.windows.mail_sink import MAIL
from spec.target.windows.metrics_window import METRICS
from spec.target.windows.staff_window import STAFF
from spec.target.windows.window import OpenedWindows, Window


class Windows(OpenedWindows):
    """The windows of one shop, each under its name: the opened window, or WindowUnusable with one sentence."""

    staff = STAFF
    database = DATABASE
    cache = CACHE
    counters = COUNTERS
    logs = LOGS
    metrics = METRICS
    errors = ERRORS
    mail = MAIL
    browser = BROWSER
    docker = DOCKER


REGISTRY: Final[tuple[Window[Any, Any], ...]] = tuple(one for one in vars(Windows).values() if isinstance(one, Window))
