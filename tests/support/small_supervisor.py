"""A supervisor of a few lines: the control protocol over a shop of a few lines, and a file of what it was asked.

`python -m tests.support.small_supervisor FOLDER [--set NAME=VALUE …]` writes its process id and every command into
FOLDER. It refuses to start where the setting REFUSE is given, refuses to be reconfigured to the setting STIFF, cannot
start a service again where STUCK names it, and serves at the address that BASE_URL holds.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

FOLDER = Path(sys.argv[1])
BASE_URL = os.environ["BASE_URL"]


def main() -> int:
    """Say ready, then answer until standard input ends."""
    settings = dict(word.split("=", 1) for word in sys.argv[2:] if word != "--set")
    note({"started": settings})
    if "REFUSE" in settings:
        sys.stderr.write(f"REFUSE is {settings['REFUSE']!r}, and has to be missing\n")
        return 1
    windows = {
        "processes": {"application": os.getpid()},
        "commands": {"names": ["routes", "provoke"]},
        "staff": {"email": "s@x", "password": "Pw-staff-2"},
    }
    ready = {"event": "ready", "protocol": 2, "base_url": BASE_URL, "windows": windows, "identity": {"commit": "ab"}}
    tell(ready)
    for line in sys.stdin:
        asked = json.loads(line)
        note({key: value for key, value in asked.items() if key != "id"})
        tell({"id": asked["id"], **answer(asked, settings)})
    note({"ended": settings})
    return 0


def answer(asked: dict[str, object], settings: dict[str, str]) -> dict[str, object]:
    """Answer one command."""
    command = asked["command"]
    if command == "reconfigure":
        changes = asked["set"]
        assert isinstance(changes, dict)
        if "STIFF" in changes:
            return {"ok": False, "error": "not with STIFF"}
        settings |= changes
        for name in [name for name, value in changes.items() if value is None]:
            del settings[name]
        return {"ok": True, "pid": os.getpid(), "identity": {"commit": "cd", "settings": ",".join(sorted(settings))}}
    if command in {"start", "resume"} and settings.get("STUCK") == asked["service"]:
        return {"ok": False, "error": "it is stuck"}
    if command == "run":
        output = "a table is gone\nGET /api/v2/products\n" if asked["name"] == "provoke" else f"GET /x\n{settings}\n"
        silent = "SILENT" in settings
        return {"ok": True, "exit_code": 0, "output": "" if silent else output, "errors": "", "seconds": 0.25}
    return {"ok": True, "pids": [7, 8]}


def note(what: dict[str, object]) -> None:
    """Keep what happened."""
    with (FOLDER / f"{os.getpid()}.jsonl").open("a") as log:
        log.write(json.dumps(what) + "\n")


def tell(what: dict[str, object]) -> None:
    """Write one line of the protocol."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
