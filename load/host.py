"""Where a load was generated: what a reader needs to compare two runs."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version


def describe_host() -> dict[str, str | float]:
    """Versions, cores, and how busy the machine was in the last minute."""
    return {
        "python": platform.python_version(),
        "locust": version("locust"),
        "gevent": version("gevent"),
        "geventhttpclient": version("geventhttpclient"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "load_average_1_minute": os.getloadavg()[0],
    }
