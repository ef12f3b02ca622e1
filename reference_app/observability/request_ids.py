"""The id under which a request is found in answers, logs and error reports."""

import re
import uuid

PATTERN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def choose_request_id(offered: str | None) -> str:
    """The client's id where it is short and harmless, else a new one: an id is written into logs and headers."""
    if offered and PATTERN.fullmatch(offered):
        return offered
    return uuid.uuid4().hex
