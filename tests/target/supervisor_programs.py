"""Supervisors of a few lines that keep the control protocol, and the processes that a test has started."""

from __future__ import annotations

import psutil

# Ready at once; refuses to stop the cache, ends when asked for the counters, says something else before each answer.
SPEAKS = """
import json, sys
print("starting", sys.argv[1:], file=sys.stderr, flush=True)
print(json.dumps({"event": "ready", "protocol": 2, "base_url": "BASE_URL"}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if asked.get("service") == "counters":
        sys.exit(3)
    print(json.dumps({"event": "note"}), flush=True)
    refused = asked.get("service") == "cache"
    print(json.dumps({"id": asked["id"], "ok": not refused, "error": "not now", "asked": asked}), flush=True)
"""

READY = """print('{"event": "ready", "protocol": 2, "base_url": "BASE_URL"}', flush=True)
"""


def children() -> set[int]:
    """Return the ids of the processes that this one has started and that still run."""
    return {child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE}
