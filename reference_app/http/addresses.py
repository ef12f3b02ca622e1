"""Client addresses of requests, and the networks that share a budget."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings


def client_address(environ: Mapping[str, Any]) -> str:
    """Return the peer of the socket; behind n trusted proxies, the entry of the outermost one in X-Forwarded-For.

    Each trusted proxy appends the address that it saw, so with n of them the n-th entry from the right was written by
    our own outermost proxy, and everything left of it may be forged. With none (the default), no header counts.
    """
    peer = str(environ.get("REMOTE_ADDR", "")) or "unknown"
    proxies: int = settings.TRUSTED_PROXY_COUNT
    if proxies == 0:
        return peer
    forwarded = [entry.strip() for entry in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",") if entry.strip()]
    if len(forwarded) < proxies:
        return peer
    return forwarded[-proxies]


@lru_cache(maxsize=4_096)
def network_of(address: str) -> str:
    """Return the network that shares a budget: an IPv4 address, or an IPv6 /64, the least that one subscriber holds."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
