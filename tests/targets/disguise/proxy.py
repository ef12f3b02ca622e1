"""The disguise on the wire: a proxy in front of the shop that translates what both sides say."""

from __future__ import annotations

import ssl

from spec.falsify.proxy.forwarding_proxy import Ask, ForwardingProxy, Upstream
from spec.falsify.proxy.wire_messages import WireAnswer, WireRequest
from tests.targets.disguise.disguise import Disguise
from tests.targets.disguise.ids import IdCipher
from tests.targets.disguise.targets import reveal_target


class DisguisingProxy(ForwardingProxy):
    """Listens in front of a shop, in disguise. Stop it with `close`."""

    def __init__(
        self, upstream: Upstream, *, tenant_key: str, id_key: bytes, tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1", port: int = 0,
    ) -> None:  # fmt: skip
        super().__init__(upstream, tls=tls, host=host, port=port)
        self._ids = IdCipher(id_key)
        self._disguise = Disguise(tenant_key, self._ids, (self.authority, upstream.authority))

    def answer(self, request: WireRequest, ask: Ask) -> WireAnswer:
        """Answer as the disguised shop does."""
        return self._disguise.answer(request, ask)

    def reveal(self, received: bytes) -> bytes:
        """Name the shop's path in the first line where it has one; not one octet more is changed."""
        line, end, rest = received.partition(b"\r\n")
        parts = line.split(b" ")
        if len(parts) == 3 and parts[1].startswith(b"/"):
            parts[1] = reveal_target(parts[1].decode("latin-1"), self._ids).target.encode("latin-1")
        return b" ".join(parts) + end + rest
