"""Source addresses of a run."""

from __future__ import annotations

import ipaddress
from concurrent.futures import ThreadPoolExecutor

import pytest

from spec.target.source_addresses import SourceAddresses, is_loopback


def test_each_address_of_a_run_is_taken_once_also_by_threads() -> None:
    addresses = SourceAddresses("20260301T120000Z-abc123")
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: addresses.take(), range(2000)))
    assert len(set(taken)) == 2000


def test_addresses_are_hosts_of_loopback_outside_what_people_bind_by_hand() -> None:
    addresses = SourceAddresses("run")
    for _ in range(2000):
        address = ipaddress.IPv4Address(addresses.take())
        assert address.is_loopback
        assert address.packed[1] != 0
        assert address.packed[3] not in {0, 255}


def test_addresses_follow_from_the_id_of_the_run_alone() -> None:
    first, again, other = (SourceAddresses(name) for name in ("run-1", "run-1", "run-2"))
    drawn = [first.take() for _ in range(50)]
    assert [again.take() for _ in range(50)] == drawn
    assert not set(drawn) & {other.take() for _ in range(50)}


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("https://127.0.0.1:8443", True),
        ("http://127.8.9.1", True),
        ("http://localhost:80/api", True),
        ("http://[::1]:80", True),
        ("https://shop.example", False),
        ("https://10.0.0.1", False),
        ("https://localhost.shop.example", False),
    ],
)
def test_only_this_machine_by_number_or_as_localhost_is_loopback(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback
