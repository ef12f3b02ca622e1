"""The two ends of a load's connections: the target's addresses, resolved once, and loopback addresses to send from."""

from __future__ import annotations

import ipaddress
import random
import secrets
from collections.abc import Iterator
from socket import AddressFamily, SocketKind
from typing import Any, TypeAlias

from gevent import socket

from load.load_plan import host_of
from spec.target.source_addresses import is_loopback

SocketAddress: TypeAlias = tuple[AddressFamily, SocketKind, int, str, Any]
"""Family, type, protocol, canonical name, and the address in the form of its family, as `getaddrinfo` gives them."""


class UnresolvedHost(Exception):
    """The target's host has no address that load may go to; the message is one sentence."""


def resolve_target(base_url: str, port: int) -> tuple[SocketAddress, ...]:
    """Resolve the host of a URL; all connections of a load go to what is found here.

    A name that is resolved again in the middle of a load could lead to a machine whose owner has not allowed the load.
    """
    host = host_of(base_url)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except OSError as error:
        raise UnresolvedHost(f"The host {host} has no address: {error.strerror}.") from error
    if is_loopback(base_url):
        found = [address for address in found if ipaddress.ip_address(address[4][0]).is_loopback]
    if not found:
        raise UnresolvedHost(f"The host {host} has no address on this machine.")
    return tuple(found)


def draw_sources(prefix: str) -> Iterator[str]:
    """Draw addresses below a prefix such as "127.77", in random order, none twice before all 64 516 were used.

    So each shopper is a client of its own to the target's rate limits. The addresses come from the system's randomness
    and not from the plan's seed: a second run against the same target must not meet budgets that the first has spent.
    Numbers 0 and 255 are left out.
    """
    places = [f"{prefix}.{third}.{fourth}" for third in range(1, 255) for fourth in range(1, 255)]
    chance = random.Random(secrets.randbits(128))
    while True:
        chance.shuffle(places)
        yield from places
