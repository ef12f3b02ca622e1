"""An address that stays the same leads to where it was last told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from spec.falsify.address_relay import AddressRelay


@contextmanager
def echoing(prefix: bytes) -> Iterator[int]:
    """Answer each connection with the prefix and whatever it sent; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while chunk := connection.recv(100):
                    connection.sendall(prefix + chunk)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)
        assert not thread.is_alive()


def ask(url: str, text: bytes) -> bytes:
    """Send a text to the address of a URL and return everything that comes back."""
    port = int(url.rpartition(":")[2].partition("/")[0])
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(100), b""))


def test_the_same_address_leads_to_another_place_after_it_was_told_so() -> None:
    relay = AddressRelay()
    with echoing(b"one ") as port:
        first = relay.stand_for(f"http://shopspec@127.0.0.1:{port}/1")
        assert ask(first, b"x") == b"one x"
    with echoing(b"two ") as port:
        assert relay.stand_for(f"http://shopspec@127.0.0.1:{port}/1") == first
        assert ask(first, b"y") == b"two y"
    relay.close()


def test_a_url_keeps_everything_but_its_address() -> None:
    relay = AddressRelay()
    own = relay.stand_for("http://key@127.0.0.1:9/1?a=b")
    assert (own[:21], own[-6:]) == ("http://key@127.0.0.1:", "/1?a=b")
    assert ":9/" not in own
    relay.close()


def test_a_place_that_is_gone_ends_the_connection_and_a_closed_relay_refuses_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    relay = AddressRelay()
    own = relay.stand_for(f"http://127.0.0.1:{port}/")
    assert ask(own, b"") == b""
    relay.close()
    with pytest.raises(ConnectionRefusedError):
        ask(own, b"")
