"""Options and fixtures of the benches: the plan of the run, its services and databases, the record, the tables.

`pytest tests` does not collect this folder; `pytest tests/bench` does (`nox -s bench`).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
import redis
from django.db import connections
from pytest_benchmark.fixture import BenchmarkFixture
from pytest_django.plugin import DjangoDbBlocker

from spec.run.run_folder import RUNS, make_run_folder, new_run_id
from tests.bench import databases
from tests.bench.closed_loop import name_client
from tests.bench.figures import Figure, Record, Spread, spread_of
from tests.bench.plan import FULL_GROWTH, FULL_PRODUCTS, ROUNDS, SECONDS, SMOKE, Plan, read_sizes
from tests.bench.report import render, write_report
from tests.bench.routing import reading
from tests.reference_app.services import Services

SERVICES = Services.planned()
RECORD = Record()
RUN_ID = f"bench-{new_run_id()}"
KEYS = {name: secrets.token_urlsafe(40) for name in ("SECRET_KEY", "TOKEN_SIGNING_KEY", "METRICS_TOKEN")}
UNTHROTTLED = "1000000/second"  # the script runs as ever, and its log of a second stays short


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options for the size of the run; the defaults are those of the documented full run."""
    group = parser.getgroup("benches of the shop")
    add = group.addoption
    add("--products", type=int, default=FULL_PRODUCTS, help="products in the shop that is measured")
    add("--growth", type=read_sizes, default=FULL_GROWTH, metavar="SMALL,LARGE", help="sizes that are compared")
    add("--rounds", type=int, default=ROUNDS, help="paired rounds of load and of growth")
    add("--seconds", type=float, default=SECONDS, help="length of one turn of load")
    add("--connections", type=int, default=8, help="connections of the load")
    add("--workers", type=int, default=2, help="worker processes of each server")
    add("--smoke", action="store_true", help="as small as can be: shows that the benches run")
    add("--runs", type=Path, default=RUNS, help="folder in which the folder of the run is made")


def plan_of(config: pytest.Config) -> Plan:
    """Return the plan that the options describe."""
    if config.getoption("smoke"):
        return SMOKE
    names = ("products", "growth", "rounds", "seconds", "connections", "workers")
    return Plan(**{name: config.getoption(name) for name in names})


def pytest_configure(config: pytest.Config) -> None:
    """Set Django up, with the addresses that the services and databases will have."""
    plan = plan_of(config)
    before = dict(os.environ)
    os.environ.update(
        shop_variables(),
        DJANGO_SETTINGS_MODULE="tests.bench.settings",
        DATABASE_URL=databases.address(SERVICES.database_url, plan.products),
        **{
            f"BENCH_{alias.upper()}_URL": databases.address(SERVICES.database_url, size)
            for alias, size in plan.sizes.items()
        },
    )
    try:
        django.setup()
    finally:
        os.environ.clear()
        os.environ.update(before)


def shop_variables() -> dict[str, str]:
    """Return the environment of the shop, but for its database."""
    return {
        "PATH": os.environ["PATH"],
        **KEYS,
        "ALLOWED_HOSTS": "127.0.0.1",
        "REDIS_URL": SERVICES.redis_url,
        "TRUSTED_PROXY_COUNT": "1",
        "THROTTLE_ANON": UNTHROTTLED,
        "THROTTLE_USER": UNTHROTTLED,
        "THROTTLE_BURST": UNTHROTTLED,
    }


@pytest.fixture(scope="session")
def plan(pytestconfig: pytest.Config) -> Plan:
    """The size of this run."""
    return plan_of(pytestconfig)


@pytest.fixture(scope="session")
def record() -> Record:
    """The record of everything that is found."""
    return RECORD


@pytest.fixture(scope="session")
def shop_environment(plan: Plan) -> dict[str, str]:
    """The environment of a server of the shop on the products of the plan."""
    return {**shop_variables(), "DATABASE_URL": databases.address(SERVICES.database_url, plan.products)}


@pytest.fixture(scope="session")
def reseller(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The id of the customer who has by far the most orders, once services and databases are there."""
    SERVICES.start()
    sizes = set(plan.sizes.values())
    log = tmp_path_factory.mktemp("seeding") / "seeding.log"
    databases.make_databases(SERVICES.database_url, sizes, shop_variables(), log)
    yield databases.add_orders(databases.address(SERVICES.database_url, plan.products), orders=plan.products)
    for connection in connections.all():
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # of the backend for PostgreSQL
    databases.drop_databases(SERVICES.database_url, sizes)
    SERVICES.stop()


@pytest.fixture(autouse=True)
def unblocked(reseller: int, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Unblock the databases, which are the benches' own; each bench begins with an empty Redis."""
    with redis.Redis.from_url(SERVICES.redis_url) as client:
        client.flushdb()
    with django_db_blocker.unblock(), reading("default"):
        yield


@pytest.fixture
def empty_cache() -> Iterator[Callable[[], None]]:
    """Empty Redis."""
    with redis.Redis.from_url(SERVICES.redis_url) as client:
        yield lambda: client.flushdb() and None


@pytest.fixture
def measure(benchmark: BenchmarkFixture, plan: Plan) -> Callable[..., Spread]:
    """Time a call under pytest-benchmark; the spread is in milliseconds. `rounds` are those of a full run."""

    def run(
        group: str, name: str, call: Callable[[], Any], *, rounds: int, setup: Callable[[], None] | None = None
    ) -> Spread:
        benchmark.group = group
        benchmark.name = name
        times = plan.times(rounds)
        timed: Any = benchmark  # the library publishes few types
        timed.pedantic(call, setup=setup, rounds=times, warmup_rounds=min(5, times))
        stats = timed.stats.stats
        return spread_of([seconds * 1000 for seconds in stats.data])

    return run


@pytest.fixture
def note_time(measure: Callable[..., Spread], record: Record) -> Callable[..., None]:
    """Time a call as `measure` does, and record it as one arm of a comparison."""

    def run(
        group: str, name: str, call: Callable[[], Any], *, statements: int | None = None, note: str = "", **how: Any
    ) -> None:
        spread = measure(group, name, call, **how)
        record.figures.append(Figure(group, name, "ms", spread, statements, note))

    return run


@pytest.hookimpl(trylast=True)  # below the tables of pytest-benchmark
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the tables, and write them to the folder of the run."""
    if not (RECORD.figures or RECORD.arms):
        return
    plan = plan_of(config)
    RECORD.facts["Client of the load"] = name_client()
    folder, elsewhere = make_run_folder(RUN_ID, config.getoption("runs").resolve())
    write_report(RECORD, plan, RUN_ID, folder)
    terminalreporter.section("benches")
    terminalreporter.write_line("")
    for line in render(RECORD, plan).splitlines():
        terminalreporter.write_line(line)
    terminalreporter.write_line("")
    if elsewhere:
        terminalreporter.write_line(elsewhere)
    terminalreporter.write_line(f"written to {folder}/bench.md and bench.json")
