"""Source addresses on loopback: each client of a run is a stranger of its own, without any trusted header.

Linux answers on the whole of 127.0.0.0/8, so a client may bind any address in it. Addresses are drawn from the id of
the run and never from its seed: two runs of one seed against a shop that still counts must not share budgets.
"""

from __future__ import annotations

import hashlib
import ipaddress
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit


class SourceAddresses:
    """Hands out loopback addresses, each once in a run. Thread-safe."""

    def __init__(self, run_id: str) -> None:
        self._addresses = _draw(run_id)
        self._lock = threading.Lock()

    def take(self) -> str:
        """An address that nobody in this run has had before."""
        with self._lock:
            return next(self._addresses)


def _draw(run_id: str) -> Iterator[str]:
    seen: set[int] = set()
    counter = 0
    while True:
        digest = hashlib.sha256(f"{run_id}/{counter}".encode()).digest()
        counter += 1
        low = int.from_bytes(digest[:3], "big")
        # 127.0.0.0/16 holds what people bind by hand; a last byte of 0 or 255 looks like a network.
        if low >> 16 == 0 or low & 0xFF in {0, 255} or low in seen:
            continue
        seen.add(low)
        yield str(ipaddress.IPv4Address((127 << 24) | low))


def is_loopback(base_url: str) -> bool:
    """Whether the host of the URL is this machine by number or by the name localhost."""
    host = urlsplit(base_url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
