"""Connections that are read in whole messages. What begins no well-formed request is handed out as it came."""

from __future__ import annotations

import re
import socket
import ssl
from typing import Final

from spec.falsify.proxy.wire_messages import REQUEST_LINE, STATUS_LINE, Unreadable, WireAnswer, WireRequest, read_head

LONGEST_HEAD: Final = 65536
_PIECE: Final = 65536
_LENGTH: Final = re.compile(r"\d{1,12}")
_WITHOUT_BODY: Final = frozenset({204, 304})


class ConnectionEnded(Exception):
    """The other side closed the connection where more had to come."""


class Channel:
    """One connection, read in whole messages."""

    def __init__(self, stream: socket.socket) -> None:
        self.stream = stream
        self._buffer = bytearray()

    @property
    def holds_more(self) -> bool:
        """Tell if something has been received that was not read yet."""
        pending = getattr(self.stream, "pending", None)
        return bool(self._buffer) or bool(pending is not None and pending())

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.stream.sendall(data)

    def read_request(self) -> WireRequest | Unreadable | None:
        """Read the next request; None when the connection ends before one begins."""
        try:
            raw = self._until(b"\r\n\r\n")
        except ConnectionEnded:
            rest = self.take()
            return Unreadable(rest) if rest else None
        head = read_head(raw, REQUEST_LINE)
        if head is None or head.all("transfer-encoding"):
            return Unreadable(raw + self.take())
        length = head.get("content-length") or "0"
        if len(head.all("content-length")) > 1 or not _LENGTH.fullmatch(length):
            return Unreadable(raw + self.take())
        if int(length) and not self._buffer and (head.get("expect") or "").lower() == "100-continue":
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            return WireRequest(head, self._exactly(int(length)))
        except ConnectionEnded:
            return Unreadable(raw + self.take())

    def read_answer(self, method: str) -> WireAnswer:
        """Read the answer to a request with this method. Raises ConnectionEnded where none comes."""
        while True:
            head = read_head(self._until(b"\r\n\r\n"), STATUS_LINE)
            if head is None:
                raise ConnectionEnded
            status = int(head.line.split(" ")[1])
            if status >= 200:
                break
        closes = "close" in ", ".join(head.all("connection")).lower()
        if method == "HEAD" or status in _WITHOUT_BODY:
            return WireAnswer(head, b"", closes)
        if "chunked" in ", ".join(head.all("transfer-encoding")).lower():
            body = self._chunks()
            return WireAnswer(head.with_length(len(body)), body, closes)
        length = head.get("content-length")
        if length is not None:
            return WireAnswer(head, self._exactly(int(length)), closes)
        body = self._to_end()
        return WireAnswer(head.with_length(len(body)), body, closes=True)

    def has_ended(self) -> bool:
        """Tell if the other side has ended the connection, or spoken unasked; waits for nothing."""
        self.stream.settimeout(0)
        try:
            self.stream.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        finally:
            self.stream.settimeout(None)
        return True

    def receive(self) -> bytes:
        """Return the next octets as they come, b"" at the end."""
        data = self.take() or self.stream.recv(_PIECE)
        while data and (pending := getattr(self.stream, "pending", int)()):
            data += self.stream.recv(pending)
        return data

    def take(self) -> bytes:
        """Return what was received and not read yet."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest

    def _until(self, end: bytes) -> bytes:
        start = 0
        while (found := self._buffer.find(end, start)) < 0:
            start = max(0, len(self._buffer) - len(end))
            if len(self._buffer) > LONGEST_HEAD:
                raise ConnectionEnded
            self._receive()
        return self._cut(found + len(end))

    def _exactly(self, length: int) -> bytes:
        while len(self._buffer) < length:
            self._receive()
        return self._cut(length)

    def _chunks(self) -> bytes:
        body = bytearray()
        while size := int(self._until(b"\r\n").partition(b";")[0], 16):
            body += self._exactly(size)
            self._until(b"\r\n")
        while self._until(b"\r\n") != b"\r\n":
            pass
        return bytes(body)

    def _to_end(self) -> bytes:
        try:
            while True:
                self._receive()
        except ConnectionEnded:
            return self.take()

    def _receive(self) -> None:
        data = self.stream.recv(_PIECE)
        if not data:
            raise ConnectionEnded
        self._buffer += data

    def _cut(self, length: int) -> bytes:
        data = bytes(self._buffer[:length])
        del self._buffer[:length]
        return data
