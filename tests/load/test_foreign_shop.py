"""Load on shops of another shape: detours, cookies, a base path, a tenant's key, brought accounts, missing verbs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from load.load_figures import ERROR_RATE
from load.manifest import LoadEnd, LoadRun, read_run
from load.samples import RequestOutcome
from spec.target.steps import Part
from tests.load.processes import recorded_load, run_load, running_shop

ROUNDABOUT = "tests.load.roundabout_adapter"
ALL = {"browse": 1, "search": 1, "sign_in": 1, "order": 1}
RARE: dict[str, object] = {"mix": {"sign_in": 1}, "arrivals_per_second": 0.0001}
"""So few shoppers that one account is enough."""
QUICK: dict[str, object] = {"think_seconds": 0.05, "customers": 60}


def parts_of(run: LoadRun, step: int) -> dict[int, list[tuple[Part, str]]]:
    """List, for each shopper, part and operation of the requests of one step, in the order of their times."""
    requests: dict[int, list[tuple[Part, str]]] = {}
    for sample in run.samples:
        if sample.step == step:
            name = run.manifest.operations[sample.operation]
            requests.setdefault(sample.shopper, []).append((sample.part, name))
    return requests


def test_verbs_of_several_requests_are_walked_with_cookies_and_measured_request_by_request(tmp_path: Path) -> None:
    with running_shop() as shop:
        run = recorded_load(tmp_path, base_url=shop.url, adapter={"module": ROUNDABOUT}, mix={"order": 1}, **QUICK)
        report = shop.finish()
    manifest = run.manifest
    assert manifest.failures == ()
    assert manifest.generator.abandoned_journeys == 0
    assert report["strangers"] == 0
    assert {"fetch CSRF token", "sign in", "place order"} <= set(manifest.operations)
    ordered = [requests for requests in parts_of(run, 3).values() if len(requests) == 3]
    assert ordered
    assert all([part for part, _ in requests] == [Part.LEAD, Part.OWN, Part.LOOK] for requests in ordered)
    assert all({name for _, name in requests} == {"place order"} for requests in ordered)
    verbs = {verb.operation: verb for verb in manifest.verbs}
    assert {name: (verb.fewest_requests, verb.most_requests) for name, verb in verbs.items()} == {
        "sign in": (2, 2),
        "add to cart": (1, 1),
        "view cart": (1, 1),
        "place order": (3, 3),
    }
    requests = sorted(sample.latency for sample in run.measured)
    assert verbs["place order"].p50 > 2 * requests[len(requests) // 2]


def test_each_later_request_of_a_verb_is_due_when_the_answer_before_it_came(tmp_path: Path) -> None:
    with running_shop() as shop:
        run = recorded_load(tmp_path, base_url=shop.url, adapter={"module": ROUNDABOUT}, mix={"sign_in": 1}, **QUICK)
    before = {(one.shopper, one.step): one for one in run.samples if one.part is Part.LEAD}
    followers = [one for one in run.samples if one.part is Part.OWN and (one.shopper, one.step) in before]
    assert followers
    assert all(one.intended == before[one.shopper, one.step].done for one in followers)


def test_a_failure_on_the_way_to_a_verb_abandons_the_journey_and_is_told(tmp_path: Path) -> None:
    with running_shop(no_shipping=True) as shop:
        run = recorded_load(tmp_path, base_url=shop.url, adapter={"module": ROUNDABOUT}, mix={"order": 1}, **QUICK)
    manifest = run.manifest
    assert manifest.generator.abandoned_journeys > 0
    [kind] = manifest.failures
    assert (kind.operation, kind.outcome) == ("place order", RequestOutcome.STATUS)
    assert kind.sentence == "expected 200 with the ways of shipping, observed 500"
    assert {sample.part for sample in run.samples if not sample.ok} == {Part.LEAD}
    assert all(len(requests) == 1 for requests in parts_of(run, 3).values())
    assert "place order" not in manifest.operations_done


def test_lists_that_tell_neither_price_nor_stock_nor_category_are_browsed_and_ordered_from(tmp_path: Path) -> None:
    with running_shop() as shop:
        run = recorded_load(tmp_path, base_url=shop.url, adapter={"module": ROUNDABOUT}, mix=ALL, **QUICK)
    assert run.manifest.failures == ()
    assert run.manifest.operations_done == set(run.manifest.planned_operations)


def test_a_search_that_is_not_offered_leaves_the_mix_and_is_named(tmp_path: Path) -> None:
    adapter = {"module": ROUNDABOUT, "settings": {"lacks": ["list_products.search"]}}
    with running_shop() as shop:
        run = recorded_load(tmp_path, base_url=shop.url, adapter=adapter, mix={"browse": 1, "search": 3})
    manifest = run.manifest
    assert manifest.left_out == ("search products",)
    assert manifest.planned_operations == ("list products", "list categories", "open product")
    assert (manifest.failures, set(manifest.operations)) == ((), set(manifest.planned_operations))
    assert len(run.measured) > 20


@pytest.mark.parametrize("module", ["spec.target.adapters.rest", ROUNDABOUT])
def test_base_path_and_tenants_key_go_with_every_request(
    tmp_path: Path, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENANT_KEY", "key-of-the-tenant")
    adapter = {"module": module, "headers": {"X-Tenant": {"variable": "TENANT_KEY"}}}
    with running_shop(base_path="/shop/eu", tenant="key-of-the-tenant") as shop:
        run = recorded_load(tmp_path, base_url=f"{shop.url}/shop/eu/", adapter=adapter, mix=ALL, **QUICK)
    assert run.manifest.plan.base_url == f"{shop.url}/shop/eu"
    assert run.manifest.failures == ()
    assert run.manifest.operations_done == set(run.manifest.planned_operations)
    written = [file for file in tmp_path.iterdir() if b"key-of-the-tenant" in file.read_bytes()]
    assert written == []


def test_cookies_are_kept_by_the_session_and_not_by_the_client(tmp_path: Path) -> None:
    adapter = {"module": ROUNDABOUT, "settings": {"forgetful": True}}
    with running_shop() as shop:
        run = recorded_load(tmp_path, base_url=shop.url, adapter=adapter, mix={"sign_in": 1}, **QUICK)
        report = shop.finish()
    [kind] = run.manifest.failures
    assert kind.sentence.startswith("expected 204, observed 403 for load-")
    assert kind.sentence.endswith("@shopper.example with [redacted]")
    assert report["cookies"] == 0


def brought(count: int) -> dict[str, object]:
    """Describe accounts that are there already."""
    return {
        "customers": [
            {"email": f"customer-{number}@shop.example", "password": {"variable": f"PASSWORD_{number}"}}
            for number in range(count)
        ]
    }


def set_passwords(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Put the passwords of those accounts into the environment."""
    for number in range(count):
        monkeypatch.setenv(f"PASSWORD_{number}", f"pa55-of-{number}")


def test_brought_customers_shop_with_emptied_carts_and_their_passwords_are_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_passwords(monkeypatch, 41)
    adapter = {"module": ROUNDABOUT, "settings": {"lacks": ["register"]}}
    with running_shop() as shop:
        run = recorded_load(
            tmp_path,
            base_url=shop.url,
            adapter=adapter,
            accounts=brought(41),
            mix={"sign_in": 1, "order": 1},
            customers=0,
            think_seconds=0.05,
        )
        report = shop.finish()
    assert run.manifest.failures == ()
    assert set(report["customers"]) == {f"customer-{number}@shop.example" for number in range(41)}
    assert sum(report["customers"].values()) > 41
    assert (report["registered"], report["emptied"]) == (0, 41)
    assert [file for file in tmp_path.iterdir() if b"pa55-of-" in file.read_bytes()] == []


def test_too_few_brought_accounts_end_the_load_before_its_first_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_passwords(monkeypatch, 40)
    with running_shop() as shop:
        code, err = run_load(
            tmp_path,
            base_url=shop.url,
            adapter={"module": ROUNDABOUT},
            accounts=brought(40),
            mix={"sign_in": 1, "order": 1},
            think_seconds=0.05,
        )
        report = shop.finish()
    manifest = read_run(tmp_path).manifest
    assert (code, manifest.ended) == (4, LoadEnd.UNPREPARED)
    assert manifest.reason == (
        "The load needs 41 accounts, as 20 shoppers a second sign in and each may take as long as the time-out of a "
        "request and the pauses; [accounts] brings 40."
    )
    assert err.count("\n") == 1
    assert report["requests"] == 0


def test_where_the_shop_opens_accounts_as_many_as_the_load_needs_are_registered(tmp_path: Path) -> None:
    with running_shop() as shop:
        run = recorded_load(tmp_path, base_url=shop.url, mix={"sign_in": 1}, customers=1)
        report = shop.finish()
    assert (run.manifest.failures, report["registered"]) == ((), 41)


def test_where_a_slow_target_holds_all_accounts_the_next_sign_in_fails_and_the_load_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_passwords(monkeypatch, 15)
    with running_shop(answer_seconds=0.4) as shop:
        run = recorded_load(
            tmp_path,
            base_url=shop.url,
            adapter={"module": ROUNDABOUT},
            accounts=brought(15),
            arrivals_per_second=8,
            mix={"order": 1},
            timeout_seconds=0.5,
            think_seconds=0.05,
            looks=[4],
        )
    manifest = run.manifest
    [kind] = manifest.failures
    assert (kind.operation, kind.outcome) == ("sign in", RequestOutcome.NO_ACCOUNT)
    assert kind.sentence == (
        "all 15 accounts were in use, since shoppers waited longer than the time-out of one request"
    )
    [verb] = [verb for verb in manifest.verbs if verb.operation == "sign in"]
    assert verb.failed >= kind.count > 0
    assert manifest.generator.abandoned_journeys >= kind.count
    [errors] = [figure for figure in manifest.looks[-1].figures if figure.statistic == ERROR_RATE]
    assert errors.events == kind.count


def test_a_password_that_the_environment_lacks_is_wrong_use(tmp_path: Path) -> None:
    assert "PASSWORD_0" not in os.environ
    code, err = run_load(tmp_path, accounts=brought(1), mix={"order": 1})
    assert code == 2
    assert err == ("[accounts] customers 1 password names the environment variable 'PASSWORD_0', which is not set\n")


def test_a_sign_in_that_fails_beforehand_is_told_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_passwords(monkeypatch, 1)
    with running_shop(error_every=1, after=2) as shop:
        code, err = run_load(tmp_path, base_url=shop.url, adapter={"module": ROUNDABOUT}, accounts=brought(1), **RARE)
    assert code == 4
    assert err.startswith('[load] unprepared: Before the load, "sign in" failed: ')
    assert "pa55-of-0" not in err + (tmp_path / "manifest.json").read_text()
