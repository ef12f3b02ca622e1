"""Security events for those who watch the logs (OWASP ASVS 16.3)."""

from __future__ import annotations

from typing import Literal

import structlog

SecurityEvent = Literal[
    "sign_in_failed",
    "access_refused",
    "throttled",
    "throttle_store_down",
    "refresh_token_reused",
]

log = structlog.get_logger("shop.security")


def security_event(name: SecurityEvent, **facts: object) -> None:
    """Log one security event; the request id, route and client are added by the request in progress.

    `facts` never holds a password, a token or an e-mail address.
    """
    log.warning(name, security=True, **facts)
