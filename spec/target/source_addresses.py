"""Source addresses: where it can be had, each client of a run is a stranger of its own, without any trusted header.

Linux answers on the whole of 127.0.0.0/8, so a client may bind any address in it. Other systems have 127.0.0.1 alone,
IPv6 has one loopback address, and a target elsewhere sees one address of this machine: there all clients are one.
Addresses are drawn from the id of the run and never from its seed: two runs of one seed against a shop that still
counts must not share budgets.
"""

from __future__ import annotations

import hashlib
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from spec.target.client import Endpoint


class SourceAddresses:
    """Hands out loopback addresses, each once in a run. Thread-safe."""

    def __init__(self, run_id: str) -> None:
        self._addresses = _draw(run_id)
        self._lock = threading.Lock()

    def take(self) -> str:
        """Return an address that no client of this run has had before."""
        with self._lock:
            return next(self._addresses)


@dataclass(frozen=True, slots=True)
class SharedAddress:
    """The system's choice of an address, for every client of a run; `reason` says why they have none of their own."""

    reason: str

    def take(self) -> str | None:
        """Leave the choice to the system."""
        return None


def find_addresses(
    endpoint: Endpoint, addresses: SourceAddresses, reaches: Callable[[str], bool], *, apart: bool = True
) -> SourceAddresses | SharedAddress:
    """Find out if clients of this target can have addresses of their own: one is bound, and the target reached from it.

    `apart` is False where the profile says that the target sees one address whatever a client binds.
    """
    if not apart:
        return SharedAddress(
            "the profile says that the target sees one address for all of them ([address] clients_apart)"
        )
    if not is_loopback(endpoint.base_url):
        return SharedAddress("the target is not on this machine, and sees one address of it")
    if ":" in (urlsplit(endpoint.base_url).hostname or ""):
        return SharedAddress("the target listens on IPv6, which has one loopback address only")
    address = addresses.take()
    try:
        with socket.socket() as probe:
            probe.bind((address, 0))
    except OSError as error:
        return SharedAddress(f"this machine has no {address} to send from ({error.strerror})")
    if not reaches(address):
        return SharedAddress(f"the target cannot be reached from {address}")
    return addresses


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
    """Tell if the host of the URL is this machine, by number or by the name localhost."""
    host = urlsplit(base_url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
