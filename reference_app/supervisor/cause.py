"""Which line of what a process wrote says why it ended."""

import re
from collections.abc import Sequence

EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Exit|Configured): .")
"""The line that ends a Python traceback, which says more than whatever is logged after it."""
CONSEQUENCE = re.compile(r"gunicorn\.errors\.HaltServer|SystemExit")
"""The line that ends the traceback of a process that only follows another."""
DETAIL = re.compile(r"\s|Traceback |During handling |The above exception ")
"""What surrounds an exception in a traceback."""
LOGGED = re.compile(r"\[\d{4}-|\{")
"""What a logger wrote about the end, rather than its cause."""


def find_cause(lines: Sequence[str]) -> str:
    """The last exception, else the last line that is no event of a logger, else the last line."""
    written = [line for line in lines if line.strip()]
    own = [line for line in written if not (CONSEQUENCE.match(line) or DETAIL.match(line))]
    exceptions = [line for line in own if EXCEPTION.match(line)]
    plain = [line for line in own if not LOGGED.match(line)]
    return (exceptions or plain or written or ["it wrote nothing"])[-1].strip()
