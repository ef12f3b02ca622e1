"""Connections to targets at odd addresses: they are reached, and say why their clients cannot be told apart."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from spec.catalogue import load_catalogue
from spec.target.connection import Connection
from spec.target.profile.profile_reading import read_profile
from spec.target.recording import Recorder
from spec.target.shop import Shop
from spec.target.source_addresses import SourceAddresses
from spec.target.windows import WindowUnusable
from tests.support.tiny_shop import TinyShop


class TinyShopOnIpv6(TinyShop):
    """The same shop on the one loopback address of IPv6."""

    address_family = socket.AF_INET6
    host = "::1"

    @property
    def base_url(self) -> str:
        return f"http://[::1]:{self.server_port}"


class OneAddressSocket(socket.socket):
    """A socket of a system on which 127.0.0.1 is the one loopback address, such as macOS."""

    def bind(self, address: tuple[str, int]) -> None:  # type: ignore[override]  # a socket for IPv4 alone
        """Refuse any other address as that system does."""
        if address[0] != "127.0.0.1":
            raise OSError(errno.EADDRNOTAVAIL, "Can't assign requested address")
        super().bind(address)


@pytest.fixture
def connections() -> Iterator[list[Connection]]:
    opened: list[Connection] = []
    yield opened
    for connection in opened:
        connection.close()


def attach(tmp_path: Path, connections: list[Connection], base_url: str, more: str = "") -> Shop:
    """Open a shop that runs already."""
    path = tmp_path / "target.toml"
    path.write_text(
        f'schema_version = 2\nname = "Odd"\ntimeout_seconds = 5\n[address]\nbase_url = "{base_url}"\n{more}'
    )
    profile = read_profile(path, load_catalogue())
    connection = Connection(profile, addresses=SourceAddresses("run"), recorder=Recorder(), progress=print)
    connections.append(connection)
    return connection.open()


def expect_one_address(shop: Shop, reason: str) -> None:
    """Expect that each visitor works from the system's own address, and that budgets of one client are not counted."""
    assert not shop.tells_clients_apart
    visitors = [shop.visitor() for _ in range(2)]
    assert [visitor.client.source_address for visitor in visitors] == [None, None]
    assert all(visitor.do(shop.verbs.liveness()).worked for visitor in visitors)
    with pytest.raises(WindowUnusable) as refused:
        shop.require_clients_apart()
    assert str(refused.value) == f"clients cannot be told apart: {reason}"


def test_a_target_on_ipv6_is_reached_and_has_one_client(tmp_path: Path, connections: list[Connection]) -> None:
    with TinyShopOnIpv6() as tiny:
        shop = attach(tmp_path, connections, tiny.base_url)
        expect_one_address(shop, "the target listens on IPv6, which has one loopback address only")
        assert shop.customer().must(shop.verbs.whoami()).email


def test_a_system_without_other_loopback_addresses_has_one_client(
    tmp_path: Path, connections: list[Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spec.target.source_addresses.socket", SimpleNamespace(socket=OneAddressSocket))
    with TinyShop() as tiny:
        shop = attach(tmp_path, connections, tiny.base_url)
        address = SourceAddresses("run").take()
        expect_one_address(shop, f"this machine has no {address} to send from (Can't assign requested address)")


def test_a_published_port_has_one_client_where_the_profile_says_so(
    tmp_path: Path, connections: list[Connection]
) -> None:
    with TinyShop() as tiny:
        shop = attach(tmp_path, connections, tiny.base_url, "clients_apart = false\n")
        reason = "the profile says that the target sees one address for all of them ([address] clients_apart)"
        expect_one_address(shop, reason)


def test_localhost_is_reached_from_addresses_of_its_own(tmp_path: Path, connections: list[Connection]) -> None:
    with TinyShop() as tiny:
        shop = attach(tmp_path, connections, tiny.base_url.replace("127.0.0.1", "localhost"))
        shop.require_clients_apart()
        first, second = (shop.visitor() for _ in range(2))
        assert first.do(shop.verbs.liveness()).worked
        assert first.client.source_address != second.client.source_address
