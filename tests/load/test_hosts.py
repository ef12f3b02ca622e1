"""Load goes to this machine and to hosts that are named, and nothing that a target says or does leads it elsewhere."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from load.manifest import LoadEnd, read_run
from tests.load.processes import RunningShop, recorded_load, run_load, running_shop, start_load
from tests.load.second_host import GENERATOR_ADDRESS, TARGET_ADDRESS, TwoHosts, two_hosts

SHORT: dict[str, object] = {"warm_up_seconds": 0, "looks": [1]}
STAGING = "shop.staging.example"


@pytest.fixture(scope="module")
def hosts() -> Iterator[TwoHosts]:
    """Two hosts that only these tests use."""
    with two_hosts() as made:
        yield made


def port_of(shop: RunningShop) -> str:
    """Return the port at which a shop listens."""
    return shop.url.rsplit(":", 1)[1]


def test_another_host_is_loaded_when_it_is_named(hosts: TwoHosts, tmp_path: Path) -> None:
    with running_shop(hosts.target, listen=TARGET_ADDRESS) as shop:
        run = recorded_load(tmp_path, hosts.generator, base_url=shop.url, hosts=[TARGET_ADDRESS], **SHORT)
        report = shop.finish()
    assert run.measured
    assert all(sample.ok for sample in run.samples)
    assert report["peers"] == [GENERATOR_ADDRESS]


def test_another_host_is_not_loaded_when_it_is_not_named(hosts: TwoHosts, tmp_path: Path) -> None:
    with running_shop(hosts.target, listen=TARGET_ADDRESS) as shop:
        code, err = run_load(tmp_path, hosts.generator, base_url=shop.url, hosts=[STAGING], **SHORT)
        report = shop.finish()
    assert code == 2
    assert err == (
        f"{tmp_path / 'plan.json'}: base_url leads to {TARGET_ADDRESS}, which is neither this machine nor named in "
        f'hosts; where its owner allows the load, write "hosts": ["{TARGET_ADDRESS}"]\n'
    )
    assert report["requests"] == 0


def test_a_name_is_resolved_once_and_then_leads_nowhere_else(hosts: TwoHosts, tmp_path: Path) -> None:
    hosts.name(STAGING, TARGET_ADDRESS)
    with running_shop(hosts.target, listen=TARGET_ADDRESS, answer_seconds=0.1) as shop:
        idle = shop.open_files
        url = f"http://{STAGING}:{port_of(shop)}"
        load = start_load(
            tmp_path, hosts.generator, base_url=url, hosts=[STAGING], warm_up_seconds=0, looks=[2], timeout_seconds=1
        )
        shop.wait_for_open_files(idle)
        # From now on the name leads to an address at which nothing listens, while shoppers go on to arrive.
        hosts.name(STAGING, GENERATOR_ADDRESS)
        _, err = load.communicate(timeout=60)
    assert load.returncode == 0, err
    run = read_run(tmp_path)
    assert len(run.measured) > 20
    assert {sample.outcome.value for sample in run.samples} == {"ok"}


def test_localhost_that_leads_to_another_machine_is_not_loaded(hosts: TwoHosts, tmp_path: Path) -> None:
    hosts.name("localhost", TARGET_ADDRESS)
    with running_shop(hosts.target, listen=TARGET_ADDRESS) as shop:
        code, _ = run_load(tmp_path, hosts.generator, base_url=f"http://localhost:{port_of(shop)}", **SHORT)
        report = shop.finish()
    manifest = read_run(tmp_path).manifest
    assert (code, manifest.ended) == (4, LoadEnd.UNPREPARED)
    assert manifest.reason == "The host localhost has no address on this machine."
    assert report["requests"] == 0


def test_a_name_without_address_is_a_target_that_is_not_reached(hosts: TwoHosts, tmp_path: Path) -> None:
    code, _ = run_load(tmp_path, hosts.generator, base_url="http://shop.invalid", hosts=["shop.invalid"], **SHORT)
    manifest = read_run(tmp_path).manifest
    assert (code, manifest.ended) == (4, LoadEnd.UNPREPARED)
    assert manifest.reason.startswith("The host shop.invalid has no address: ")


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with running_shop() as other, running_shop(redirect_to=other.url) as shop:
        code, _ = run_load(tmp_path, base_url=shop.url, **SHORT)
        report = other.finish()
    assert code == 4
    assert "302" in read_run(tmp_path).manifest.reason
    assert report["requests"] == 0


def test_a_path_that_is_a_whole_url_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with running_shop() as other, running_shop() as shop:
        paths = {"products": f"{other.url}/api/v2/products"}
        adapter = {"module": "spec.target.adapters.rest", "paths": paths}
        code, said = run_load(tmp_path, base_url=shop.url, adapter=adapter, **SHORT)
        requests = [shop.finish()["requests"], other.finish()["requests"]]
    assert (code, requests) == (2, [0, 0])
    assert "[adapter.paths] products has to be like /api/v2/products, it is" in said


def test_an_ipv6_loopback_address_is_loaded(tmp_path: Path) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback address: {error.strerror}")
    with running_shop(listen="::1") as shop:
        run = recorded_load(tmp_path, base_url=shop.url, **SHORT)
        report = shop.finish()
    assert run.measured
    assert all(sample.ok for sample in run.samples)
    assert report["peers"] == ["::1"]


def test_localhost_is_loaded_by_whichever_of_its_addresses_listens(tmp_path: Path) -> None:
    with running_shop() as shop:
        run = recorded_load(tmp_path, base_url=f"http://localhost:{port_of(shop)}", **SHORT)
    assert run.measured
    assert all(sample.ok for sample in run.samples)
