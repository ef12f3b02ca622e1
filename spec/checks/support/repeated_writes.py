"""Writes that are made once more, with nothing in between: what was right a moment ago meets another state."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Final

from spec.checking.rules import Answer
from spec.checks.support.asked_requests import READING_METHODS, is_plain

UNCHANGING: Final = READING_METHODS | {"OPTIONS", "TRACE"}


class LastWrite:
    """Remembers the last write of a run that may have changed something."""

    def __init__(self) -> None:
        self._made = ""

    def repeats(self, answer: Answer) -> bool:
        """Tell if a request is the last write of the run once more, and that made something (201).

        The document says that the present state may be what speaks against it (409), and there is nothing else about
        the request for which it might be refused.
        """
        if answer.request.method in UNCHANGING:
            return False
        asked = _digest(answer)
        repeated = asked == self._made
        if answer.status == HTTPStatus.CREATED:
            self._made = asked if is_plain(answer) else ""
        elif not answer.is_error or answer.response.is_server_error:
            self._made = ""
        responses = answer.operation.content.get("responses", {}) if answer.operation else {}
        return repeated and str(HTTPStatus.CONFLICT.value) in responses


def _digest(answer: Answer) -> str:
    sent = answer.request
    fields = sorted((name.lower(), value) for name, value in sent.headers if not name.lower().endswith("request-id"))
    parts = (sent.method, answer.path, sent.query, sent.encoded_body(), answer.circumstances, fields)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
