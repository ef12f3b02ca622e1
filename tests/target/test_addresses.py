"""Source addresses of a run."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from spec.target.client import Endpoint
from spec.target.source_addresses import SharedAddress, SourceAddresses, find_addresses, is_loopback


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


def answers_from(taken: list[str], *, reachable: bool = True) -> Callable[[str], bool]:
    """Pretend to reach the target, and keep the addresses that it was tried from."""

    def reaches(address: str) -> bool:
        taken.append(address)
        return reachable

    return reaches


def test_clients_are_told_apart_where_an_address_can_be_bound_and_the_target_reached_from_it() -> None:
    addresses, taken = SourceAddresses("run"), list[str]()
    assert find_addresses(Endpoint("http://127.0.0.1:1"), addresses, answers_from(taken)) is addresses
    assert taken == [SourceAddresses("run").take()]


@pytest.mark.parametrize(
    ("base_url", "apart", "reachable", "reason"),
    [
        ("http://[::1]:8000", True, True, "the target listens on IPv6, which has one loopback address only"),
        ("https://shop.example", True, True, "the target is not on this machine, and sees one address of it"),
        ("http://127.0.0.1:1", True, False, f"the target cannot be reached from {SourceAddresses('run').take()}"),
        (
            "http://127.0.0.1:1", False, True,
            "the profile says that the target sees one address for all of them ([address] clients_apart)",
        ),
    ],
)  # fmt: skip
def test_clients_share_an_address_for_a_reason(base_url: str, apart: bool, reachable: bool, reason: str) -> None:
    reaches = answers_from([], reachable=reachable)
    found = find_addresses(Endpoint(base_url), SourceAddresses("run"), reaches, apart=apart)
    assert found == SharedAddress(reason)
    assert found.take() is None
