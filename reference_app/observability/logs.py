"""Structured logs: one JSON object a line on standard output, from the shop and from libraries alike.

Rotation belongs to the platform: several workers that rotate one file lose lines. A line is written with one system
call, so workers that share a pipe or a file cannot tear each other's lines.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson
import structlog

Event = MutableMapping[str, Any]
MAX_TEXT = 2_000
MAX_FRAMES = 30
LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")

request_facts: ContextVar[dict[str, str] | None] = ContextVar("request_facts", default=None)
"""Facts that every event of the request in progress states."""


def configure_logs(options: dict[str, Any]) -> None:
    """Route structlog and the standard library through the same processors. Called by Django with LOGGING."""
    structlog.configure(
        processors=[*shared_processors(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [make_handler(sys.stdout)]
    # Anything else is an error of the settings, which their check reports; it needs the log to say so.
    root.setLevel(options["level"] if options["level"] in LEVELS else logging.INFO)
    # Refused requests are request events already; only what Django itself could not handle is left to it.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("django.security").setLevel(logging.ERROR)


def shared_processors() -> list[structlog.typing.Processor]:
    """Return the processors of every event, from structlog and from the standard library."""
    return [
        add_request_facts,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        describe_exception,
        bound_text,
    ]


def make_handler(stream: TextIO) -> logging.Handler:
    """Write events to `stream`, one JSON object a line."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        EventFormatter(
            foreign_pre_chain=shared_processors(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=render_event),
            ],
        )
    )
    return handler


class RenderedEvent(logging.LogRecord):
    """A record whose message is a line of the log already."""


class EventFormatter(structlog.stdlib.ProcessorFormatter):
    """Makes a line of an event or of a record of the standard library."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        return str(record.msg) if isinstance(record, RenderedEvent) else super().format(record)


def write_event(logger: logging.Logger, name: str, **facts: Any) -> None:
    """Write what `structlog.get_logger(...).info(name, **facts)` would, at a third of its cost.

    There is one such event in every request. The way through structlog, a record of the standard library and back to
    an event costs more than all that is observed.
    """
    if not logger.isEnabledFor(logging.INFO):
        return
    event = add_request_facts(logger, name, {**facts, "event": name})
    timestamp = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    event.update({"level": "info", "logger": logger.name, "timestamp": timestamp})
    line = render_event(bound_text(logger, name, event))
    logger.handle(RenderedEvent(logger.name, logging.INFO, "", 0, line, None, None))


def add_request_facts(logger: Any, method: str, event: Event) -> Event:
    """Add what is known of the request in progress; what the event says itself stays."""
    for name, value in (request_facts.get() or {}).items():
        event.setdefault(name, value)
    return event


def describe_exception(logger: Any, method: str, event: Event) -> Event:
    """Replace exception information by its type and frames. Messages may quote personal data, so they are left out."""
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
    """Cut every text of an event to 2000 characters."""
    for key, value in event.items():
        if isinstance(value, str) and len(value) > MAX_TEXT:
            event[key] = value[:MAX_TEXT] + "…"
    return event


def render_event(event: Any, **options: Any) -> str:
    """Return the JSON of a line; line breaks and control characters in values are escaped by JSON itself."""
    try:
        return orjson.dumps(event, default=str).decode()
    except (orjson.JSONEncodeError, UnicodeError):
        return orjson.dumps({key: ascii(value) for key, value in event.items()}).decode()
