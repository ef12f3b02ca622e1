"""The machine that generates a load: its priority, and its description for readers who compare two runs."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import Final

_PREFERRED: Final = -10


def claim_processor() -> None:
    """Take precedence over other processes where that is allowed (a privileged user, as in many containers).

    A generator belongs on a machine of its own. Where it shares one with the target, it must not be late because the
    target is busy; it needs a tenth of a core.
    """
    try:
        os.setpriority(os.PRIO_PROCESS, 0, _PREFERRED)
    except OSError:
        return


def describe_host() -> dict[str, str | float]:
    """Describe versions, cores, and how busy the machine was in the last minute."""
    return {
        "python": platform.python_version(),
        "locust": version("locust"),
        "gevent": version("gevent"),
        "geventhttpclient": version("geventhttpclient"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "load_average_1_minute": os.getloadavg()[0],
        "priority": os.getpriority(os.PRIO_PROCESS, 0),
    }
