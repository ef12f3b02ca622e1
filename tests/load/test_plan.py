import json
from pathlib import Path
from typing import Any

import pytest

from load.load_plan import parse_plan, read_plan
from load.strict import InputError
from tests.load.plans import make_plan


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
    "url", ["http://127.0.0.1:1", "https://127.77.1.2", "http://localhost:8000/", "https://[::1]:8443"]
)
def test_this_machine_is_accepted(url: str) -> None:
    assert parse_plan(make_plan(base_url=url)).base_url == url.rstrip("/")


@pytest.mark.parametrize("host", ["example.com", "10.0.0.1", "192.168.1.10", "[2001:db8::1]", "localhost.example.com"])
def test_any_other_host_is_refused(host: str) -> None:
    with pytest.raises(InputError, match="is not this machine, and load is sent to loopback addresses only"):
        parse_plan(make_plan(base_url=f"https://{host}:443"))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"base_url": "ftp://127.0.0.1"}, "\"base_url\": 'ftp://127.0.0.1' is not of the form"),
        ({"base_url": "http://127.0.0.1/shop"}, "is not of the form"),
        ({"base_url": "http://127.0.0.1:port"}, "is no URL"),
        ({"looks": [60, 60]}, '"looks": \\[60, 60\\] must rise'),
        ({"looks": []}, "is no list of seconds"),
        ({"looks": ["60"]}, "is no list of seconds"),
        ({"alpha": 0}, '"alpha": 0 must be above 0 and at most 0.5'),
        ({"arrivals_per_second": True}, "True is no number"),
        ({"seed": 1.5}, "1.5 is no whole number"),
        ({"mix": {"search": 0}}, "must have a weight above 0"),
        ({"mix": {"serch": 1}}, '"serch": nothing has this name'),
        ({"mix": {"order": 1}}, '"customers": 0 are too few'),
        ({"source_addresses": "10.1"}, "is no prefix"),
        ({"source_addresses": "127.256"}, "is no prefix"),
        ({"source_addresses": "127.7", "base_url": "http://[::1]:80"}, "they are IPv4"),
        ({"limits": {"p95_milliseconds": 200, "error_rate": 0.01}}, '"cache_hit_rate": it is missing'),
        ({"adapter": {"module": "x", "paths": {"a": 1}}}, "must be a text, not 1"),
        ({"timout_seconds": 1}, '"timout_seconds": nothing has this name'),
    ],
)
def test_what_is_wrong_is_refused_in_one_sentence_that_names_it(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=problem) as refusal:
        parse_plan(make_plan(**changes))
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_missing_or_no_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_plan(tmp_path / "none.json")
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(InputError, match="is no JSON"):
        read_plan(tmp_path / "plan.json")


def test_the_plan_for_the_reference_shop_is_valid_and_makes_fifty_requests_a_second() -> None:
    plan = read_plan(Path(__file__).parents[2] / "load" / "plans" / "reference.json")
    requests = {"browse": 3, "search": 1, "sign_in": 2, "order": 4}
    shares = {journey: weight / sum(plan.mix.values()) for journey, weight in plan.mix.items()}
    per_second = plan.arrivals_per_second * sum(requests[journey] * share for journey, share in shares.items())
    assert 40 <= per_second <= 60
