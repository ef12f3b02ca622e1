"""Read what error trackers are sent: bodies of Sentry's protocol, as envelopes or as single events."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import brotli

GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
LARGEST_BODY: Final = 20 * 1024 * 1024
"""Bytes of a body once its content encoding is undone."""
DEEPEST: Final = 100
TOO_DEEP: Final = f"the JSON of an event may be nested {DEEPEST} deep"


class NotAnEnvelope(ValueError):
    """The body is not of Sentry's protocol; the message says why."""


class BodyTooLarge(ValueError):
    """The body has more bytes than are taken in; the message says how many may come."""

    def __init__(self) -> None:
        super().__init__(f"a body may have {LARGEST_BODY} bytes, decoded")


def _inflate(body: bytes, window: int) -> bytes:
    stream = zlib.decompressobj(window)
    decoded = stream.decompress(body, LARGEST_BODY + 1)
    if not stream.eof and len(decoded) <= LARGEST_BODY:
        raise zlib.error("incomplete or truncated stream")
    return decoded


def _unbrotli(body: bytes) -> bytes:
    stream = brotli.Decompressor()
    decoded = bytearray(stream.process(body, output_buffer_limit=LARGEST_BODY + 1))
    while len(decoded) <= LARGEST_BODY and not stream.is_finished():
        more = stream.process(b"", output_buffer_limit=LARGEST_BODY + 1)
        if not more:
            raise brotli.error("incomplete or truncated stream")
        decoded += more
    return bytes(decoded)


_DECODERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "": bytes,
    "identity": bytes,
    "gzip": lambda body: _inflate(body, GZIP_WINDOW),
    "deflate": lambda body: _inflate(body, zlib.MAX_WBITS),
    "br": _unbrotli,
}


def decode_body(body: bytes, encoding: str) -> bytes:
    """Undo the content encoding, and stop where too much comes of it. Raises NotAnEnvelope and BodyTooLarge."""
    decoder = _DECODERS.get(encoding.strip().lower())
    if decoder is None:
        raise NotAnEnvelope(
            f"the content encoding {encoding!r} is not read here; {', '.join(filter(None, _DECODERS))} are"
        )
    try:
        decoded = decoder(body)
    except (zlib.error, brotli.error) as error:
        raise NotAnEnvelope(f"the body is not in the encoding {encoding!r} ({error})") from error
    if len(decoded) > LARGEST_BODY:
        raise BodyTooLarge
    return decoded


def read_event(body: bytes) -> dict[str, object]:
    """Read a single event, as older clients send it. Raises NotAnEnvelope."""
    try:
        event = json.loads(body)
    except ValueError as error:
        raise NotAnEnvelope(f"an event has to be JSON ({error})") from error
    except RecursionError as error:
        raise NotAnEnvelope(TOO_DEEP) from error
    if not isinstance(event, dict):
        raise NotAnEnvelope("an event has to be a JSON object")
    if _is_deeper(event, DEEPEST):
        # Deeper ones could be read here, but not always be written as evidence.
        raise NotAnEnvelope(TOO_DEEP)
    return event


def _is_deeper(value: object, levels: int) -> bool:
    level = [value]
    for _ in range(levels):
        inner = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        if not inner:
            return False
        level = [one for members in inner for one in members]
    return any(isinstance(one, dict | list) for one in level)


def read_envelope(body: bytes) -> list[dict[str, object]]:
    """List the events of an envelope; its other items (sessions, transactions, attachments) are passed over.

    An envelope is a line of JSON, then items: a line of JSON each, with the item's type and length, and the payload. An
    item without a length ends with its line. Raises NotAnEnvelope.
    """
    return [read_event(payload) for kind, payload in _items(body) if kind == "event"]


def _items(body: bytes) -> Iterator[tuple[object, bytes]]:
    first, _, rest = body.partition(b"\n")
    read_event(first)
    while rest.strip():
        line, _, rest = rest.partition(b"\n")
        header = read_event(line)
        length = header.get("length")
        if isinstance(length, int):
            if length < 0:
                raise NotAnEnvelope(f"an item cannot have {length} bytes")
            if len(rest) < length:
                raise NotAnEnvelope(f"an item has {length} bytes, and {len(rest)} are there")
            payload, rest = rest[:length], rest[length:].removeprefix(b"\n")
        else:
            payload, _, rest = rest.partition(b"\n")
        yield header.get("type"), payload
