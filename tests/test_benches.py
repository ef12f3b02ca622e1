"""The benches run, judge by the right side of a limit, and compare the shop with what they say they compare it with."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.bench.figures import Goal, IndexArm, Record, Spread, percentile, spread_of
from tests.bench.plan import SMOKE, Plan, read_sizes
from tests.bench.report import render

ROOT = Path(__file__).resolve().parents[1]
FULL = Plan(products=100_000, growth=(1_000, 1_000_000), rounds=31, seconds=1.0, connections=8, workers=2)


def loaded_middleware(settings: str, body: Path) -> dict[str, list[str]]:
    """Return what an application that is set up with these settings has loaded."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": settings,
        "SECRET_KEY": secrets.token_urlsafe(40),
        "TOKEN_SIGNING_KEY": secrets.token_urlsafe(40),
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": "postgres://shop@db.example/shop",
        "REDIS_URL": "redis://cache.example/0",
        "BENCH_BODY": str(body),
    }
    command = [sys.executable, "-m", "tests.bench.middleware_chain"]
    said = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(said))


def test_the_bare_application_has_the_middleware_that_the_shop_is_served_with(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_bytes(b"{}")
    served = loaded_middleware("reference_app.settings.production", body)
    assert served["loaded"] == served["named"]
    assert "reference_app.throttling.middleware.Throttling" in served["loaded"]
    assert loaded_middleware("tests.bench.bare_settings", body) == served
    assert loaded_middleware("tests.bench.alone_settings", body)["loaded"] == []


def test_a_small_run_measures_everything_and_judges_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "tests/bench", "-q", "--smoke", "--runs", str(tmp_path)]
    ended = subprocess.run(
        [*command, "-p", "no:cacheprovider"], cwd=ROOT, check=False, capture_output=True, text=True, timeout=300
    )
    assert ended.returncode == 0, ended.stdout[-4000:]
    (folder,) = tmp_path.iterdir()
    found: dict[str, Any] = json.loads((folder / "bench.json").read_text())
    assert found["plan"]["judges"] is False
    assert {goal["verdict"] for goal in found["goals"]} == {"not judged (small run)"}
    assert [goal["name"] for goal in found["goals"]] == [
        "growth of first page, median",
        "growth of first page, p95",
        "growth of detail, median",
        "growth of detail, p95",
        "growth of search, median",
        "growth of search, p95",
        "cached list ÷ bare view, same middleware",
        "cached list ÷ bare view, no middleware",
    ]
    assert len(found["indexes"]) == 11
    text = (folder / "bench.md").read_text().split("\n\n", 1)[1]
    assert text in ended.stdout


def test_only_the_documented_size_is_judged() -> None:
    assert FULL.judges
    assert not SMOKE.judges
    for change in ({"products": 99_999}, {"growth": (1_000, 999_999)}, {"rounds": 30}, {"seconds": 0.9}):
        assert not Plan(**{**vars(FULL), **change}).judges


@pytest.mark.parametrize("text", ["1000", "0,5", "5,5", "a,b"])
def test_sizes_that_do_not_grow_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_sizes(text)


@pytest.mark.parametrize(
    ("operator", "median", "met"), [("≥", 0.8, True), ("≥", 0.799, False), ("≤", 1.5, True), ("≤", 1.501, False)]
)
def test_the_median_of_the_rounds_decides_a_goal(operator: Any, median: float, met: bool) -> None:
    limit = 0.8 if operator == "≥" else 1.5
    goal = Goal("x", operator, limit, spread_of([median - 0.5, median, median + 0.5]), judged=True)
    assert goal.met is met
    assert goal.verdict == ("met" if met else "NOT MET")
    assert goal.fails is not met
    aim = replace(goal, aim=True)
    assert aim.verdict == ("met" if met else "NOT MET (an aim)")
    assert not aim.fails


def test_spreads_are_exact() -> None:
    assert spread_of([5.0, 1.0, 2.0, 4.0, 3.0]) == Spread(median=3.0, low=2.0, high=4.0, least=1.0, most=5.0, count=5)
    assert spread_of([7.0]) == Spread(median=7.0, low=7.0, high=7.0, least=7.0, most=7.0, count=1)
    assert percentile(list(range(1, 101)), 95) == 95
    assert percentile([1.0, 2.0], 95) == 2.0
    assert percentile([7.0], 50) == 7.0


def test_an_index_that_changes_nothing_is_named_as_one_that_does_not_pay() -> None:
    record = Record()
    for arm, median in (("without", 2.0), ("roadmap", 1.9), ("shop", 1.8)):
        record.arms.append(IndexArm("Order(x)", "by x", arm, "btree (x)", spread_of([median]), "Index Scan", 8192))  # type: ignore[arg-type]
    (worth,) = record.worths()
    assert worth.factor == pytest.approx(1.111, abs=0.001)
    assert not worth.pays
    assert "does NOT pay" in render(record, SMOKE)
