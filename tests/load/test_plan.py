from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from load.load_plan import may_be_loaded, read_plan
from reports.strict_model import InvalidContent
from tests.load.plans import make_plan, parse_plan

OF_A_HEADER = "[adapter.headers] X-Key has to name the environment variable that holds its value, as"
OF_THE_FORM = "base_url has to be of the form https://127.0.0.1:8443 or https://127.0.0.1:8443/shop"


def test_a_plan_is_read_as_written() -> None:
    plan = parse_plan(make_plan(looks=[60, 90, 120], source_addresses="127.77"))
    assert plan.looks == (60.0, 90.0, 120.0)
    assert plan.alpha_of_a_look == pytest.approx(0.05 / 3)
    assert plan.source_addresses == "127.77"
    assert plan.limits.p95_milliseconds == 200


def test_a_plan_survives_json() -> None:
    plan = parse_plan(make_plan())
    assert parse_plan(json.loads(json.dumps(plan.as_json()))) == plan


def test_the_digest_changes_with_the_plan_and_only_with_it() -> None:
    assert parse_plan(make_plan()).digest == parse_plan(make_plan()).digest
    assert parse_plan(make_plan()).digest != parse_plan(make_plan(seed=2)).digest


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1", "https://127.77.1.2", "http://localhost:8000/", "https://[::1]:8443", "http://[::1]/shop/"],
)
def test_this_machine_is_accepted(url: str) -> None:
    assert parse_plan(make_plan(base_url=url)).base_url == url.rstrip("/")


@pytest.mark.parametrize("host", ["example.com", "10.0.0.1", "192.168.1.10", "[2001:db8::1]", "localhost.example.com"])
def test_any_other_host_is_refused_until_it_is_named(host: str) -> None:
    name = host.strip("[]")
    with pytest.raises(InvalidContent) as refusal:
        parse_plan(make_plan(base_url=f"https://{host}:443"))
    assert str(refusal.value) == (
        f"plan: base_url leads to {name}, which is neither this machine nor named in hosts; "
        f'where its owner allows the load, write "hosts": ["{name}"]'
    )
    assert parse_plan(make_plan(base_url=f"https://{host}:443", hosts=[name])).hosts == (name,)


@pytest.mark.parametrize(
    ("url", "hosts", "loaded"),
    [
        ("https://shop.example", ["shop.example"], True),
        ("https://Shop.Example", ["shop.example"], True),
        ("https://shop.example", ["SHOP.example"], True),
        ("https://shop.example:8443", ["other.example", "shop.example"], True),
        ("https://[2001:db8:0::1]", ["2001:DB8::1"], True),
        ("https://shop.example", [], False),
        ("https://api.shop.example", ["shop.example"], False),
        ("https://shop.example", ["api.shop.example"], False),
        ("https://shop.example.", ["shop.example"], False),
        ("https://10.0.0.10", ["10.0.0.1"], False),
        ("https://shop.example@10.0.0.1", ["shop.example"], False),
        ("https://[::ffff:10.0.0.1]", ["10.0.0.1"], False),
    ],
)
def test_a_host_is_matched_exactly(url: str, hosts: list[str], loaded: bool) -> None:
    assert may_be_loaded(url, hosts) is loaded


@given(
    host=st.from_regex(r"[a-z][a-z0-9]{0,9}(\.[a-z][a-z0-9]{0,9}){0,2}", fullmatch=True),
    other=st.text("ab.1", min_size=1, max_size=9),
)
def test_no_name_opens_a_longer_one(host: str, other: str) -> None:
    if host != "localhost":
        assert not may_be_loaded(f"http://{host}", [f"{other}{host}", f"{host}{other}"])


@pytest.mark.parametrize(
    "host", ["*.shop.example", "https://shop.example", "shop.example:443", "", "shop example", "-a"]
)
def test_what_is_no_host_cannot_be_named(host: str) -> None:
    with pytest.raises(InvalidContent) as refusal:
        parse_plan(make_plan(hosts=[host]))
    assert str(refusal.value) == (
        f"plan: hosts[0] has to be a host name or an IP address, without scheme and port, it is {host!r}"
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"base_url": "ftp://127.0.0.1"},
            f"{OF_THE_FORM}, it is 'ftp://127.0.0.1'",
        ),
        (
            {"base_url": "http://127.0.0.1/shop?a=b"},
            f"{OF_THE_FORM}, it is 'http://127.0.0.1/shop?a=b'",
        ),
        (
            {"base_url": "http://127.0.0.1:port"},
            "base_url has to be a URL such as https://127.0.0.1:8443, it is 'http://127.0.0.1:port'",
        ),
        ({"looks": [60, 60]}, "looks has to rise from one look to the next, it is [60.0, 60.0]"),
        ({"looks": []}, "looks has to be a list of 1 or more entries, it is []"),
        ({"looks": ["60"]}, 'looks[0] has to be number, it is "60"'),
        ({"looks": [0]}, "looks[0] has to be greater than 0, it is 0"),
        ({"alpha": 0}, "alpha has to be greater than 0, it is 0"),
        ({"alpha": 0.6}, "alpha has to be less than or equal to 0.5, it is 0.6"),
        ({"arrivals_per_second": True}, "arrivals_per_second has to be number, it is true"),
        ({"arrivals_per_second": float("inf")}, "arrivals_per_second has to be a finite number, it is Infinity"),
        ({"seed": 1.5}, "seed has to be integer, it is 1.5"),
        (
            {"mix": {"search": 0}},
            "mix has to give a weight above 0 to at least one of browse, search, sign_in, order",
        ),
        ({"mix": {"serch": 1}}, "unknown key [mix] serch; did you mean 'search'?"),
        ({"mix": {"order": 1}}, "customers has to be above 0 for a mix in which customers sign in"),
        ({"source_addresses": "10.1"}, "source_addresses has to be a prefix such as \"127.77\", it is '10.1'"),
        ({"source_addresses": "127.256"}, "source_addresses has to be a prefix such as \"127.77\", it is '127.256'"),
        (
            {"source_addresses": "127.7", "base_url": "http://[::1]:80"},
            "source_addresses are IPv4 addresses of this machine, from which ::1 cannot be reached; give null",
        ),
        (
            {"source_addresses": "127.7", "base_url": "http://shop.example", "hosts": ["shop.example"]},
            "source_addresses are IPv4 addresses of this machine, from which shop.example cannot be reached; give null",
        ),
        ({"limits": {"p95_milliseconds": 200, "error_rate": 0.01}}, "[limits] cache_hit_rate is missing"),
        (
            {"adapter": {"module": "x", "headers": {"X-A": {"variable": "A"}, "X-Key": "s3cret"}}},
            f'{OF_A_HEADER} {{"variable": "NAME"}}: a plan is written down',
        ),
        ({"adapter": {"module": "x", "paths": {"a": 1}}}, "[adapter.paths] a has to be text, it is 1"),
        (
            {"accounts": {"customers": [{"email": "a@b.example", "pasword": "x"}]}},
            "unknown key [accounts.customers.0] pasword; did you mean 'password'?",
        ),
        ({"timout_seconds": 1}, "unknown key timout_seconds; did you mean 'timeout_seconds'?"),
    ],
)
def test_wrong_content_is_refused_in_one_sentence_that_names_it(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidContent) as refusal:
        parse_plan(make_plan(**changes))
    assert str(refusal.value) == f"plan: {sentence}"


def test_brought_customers_stand_in_for_registered_ones_and_their_secrets_for_themselves() -> None:
    accounts = {"customers": [{"email": "a@b.example", "password": {"variable": "SECRET"}}]}
    plan = parse_plan(make_plan(mix={"order": 1}, customers=0, accounts=accounts))
    assert plan.as_json()["accounts"] == accounts


def test_a_file_that_is_missing_or_no_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidContent, match=r"none\.json: the plan cannot be read \(No such file"):
        read_plan(tmp_path / "none.json")
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(InvalidContent, match=r"plan\.json: the plan is no JSON \("):
        read_plan(tmp_path / "plan.json")


def test_the_plan_for_the_reference_shop_is_valid_and_makes_fifty_requests_a_second() -> None:
    plan = read_plan(Path(__file__).parents[2] / "load" / "plans" / "reference.json")
    requests = {"browse": 3, "search": 1, "sign_in": 2, "order": 4}
    weights = plan.mix.weights
    per_journey = sum(requests[journey] * weight for journey, weight in weights.items()) / sum(weights.values())
    assert plan.arrivals_per_second * per_journey == pytest.approx(50, abs=10)
