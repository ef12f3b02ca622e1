"""Structured logs: one JSON object a line on standard output, whoever wrote it.

Rotation belongs to the platform: several workers that rotate one file lose lines. A line is written with one system
call, so workers that share a pipe or a file cannot tear each other's lines.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import orjson
import structlog

Event = MutableMapping[str, Any]
MAX_TEXT = 2_000
MAX_FRAMES = 30


def configure_logs(options: dict[str, Any]) -> None:
    """Routes structlog and the standard library through the same processors. Called by Django with LOGGING."""
    structlog.configure(
        processors=[*shared_processors(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [make_handler(sys.stdout)]
    root.setLevel(options["level"])
    # Refused requests are request events already; only what Django itself could not handle is left to it.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("django.security").setLevel(logging.ERROR)


def shared_processors() -> list[structlog.typing.Processor]:
    """What is added to an event and taken from it, whether structlog or the standard library brought it."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        describe_exception,
        bound_text,
    ]


def make_handler(stream: TextIO) -> logging.Handler:
    """Writes events to `stream`, one JSON object a line."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared_processors(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=render_event),
            ],
        )
    )
    return handler


def describe_exception(logger: Any, method: str, event: Event) -> Event:
    """Replaces exception information by its type and frames. Messages may quote personal data, so they are left out."""
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()
    if isinstance(failure, BaseException):
        failure = (type(failure), failure, failure.__traceback__)
    if isinstance(failure, tuple) and failure[0] is not None:
        frames = traceback.extract_tb(failure[2])[-MAX_FRAMES:]
        event["exception"] = f"{failure[0].__module__}.{failure[0].__qualname__}"
        event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def bound_text(logger: Any, method: str, event: Event) -> Event:
    """No text of a line is longer than 2000 characters."""
    for key, value in event.items():
        if isinstance(value, str) and len(value) > MAX_TEXT:
            event[key] = value[:MAX_TEXT] + "…"
    return event


def render_event(event: Any, **options: Any) -> str:
    """The JSON of a line; line breaks and control characters in values are escaped by JSON itself."""
    try:
        return orjson.dumps(event, default=str).decode()
    except (orjson.JSONEncodeError, UnicodeError):
        return orjson.dumps({key: ascii(value) for key, value in event.items()}).decode()
