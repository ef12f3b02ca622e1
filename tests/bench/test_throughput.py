"""The cached product list over real sockets against a bare Django view that returns the same bytes.

Three servers, each gunicorn in the shop's configuration: the shop, the bare view behind the same middleware, the bare
view behind none. They are loaded one after another, in an order that turns from round to round, and each round gives
one ratio.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.closed_loop import measure_rate
from tests.bench.figures import Figure, Goal, Record, spread_of
from tests.bench.plan import Plan
from tests.bench.server import Server

PATH = "/api/v2/products?page_size=20"
GROUP = "Throughput of the cached list"
SHOP, BARE, ALONE = "the shop", "bare view, same middleware", "bare view, no middleware"
SETTINGS = {
    SHOP: "reference_app.settings.production",
    BARE: "tests.bench.bare_settings",
    ALONE: "tests.bench.alone_settings",
}
WARM_SECONDS = 1.0


@dataclass(frozen=True)
class Rates:
    """Answers a second of each server, one a round."""

    of: dict[str, list[float]]

    def ratios(self, other: str) -> list[float]:
        """Return the shop's rate over that of another server, round by round."""
        return [mine / theirs for mine, theirs in zip(self.of[SHOP], self.of[other], strict=True)]


@pytest.fixture(scope="module")
def servers(
    reseller: int, plan: Plan, shop_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Server]]:
    """All three, answering with the same bytes."""
    folder = tmp_path_factory.mktemp("servers")
    environment = {**shop_environment, "WEB_WORKERS": str(plan.workers)}
    started: dict[str, Server] = {}
    try:
        started[SHOP] = Server(SETTINGS[SHOP], environment, folder / "shop")
        body = folder / "body.json"
        body.write_bytes(started[SHOP].get(PATH)[2])
        for number, name in enumerate((BARE, ALONE)):
            variables = {**environment, "BENCH_BODY": str(body)}
            started[name] = Server(SETTINGS[name], variables, Path(folder / f"bare-{number}"))
        yield started
    finally:
        for server in started.values():
            server.stop()


@pytest.fixture(scope="module")
def rates(servers: dict[str, Server], plan: Plan, record: Record) -> Rates:
    """The findings of the rounds."""
    answers = {name: server.get(PATH) for name, server in servers.items()}
    assert {status for status, _, _ in answers.values()} == {200}
    assert len({body for _, _, body in answers.values()}) == 1
    assert answers[SHOP][1]["Cache-Status"] == "shop; hit"
    found: dict[str, list[float]] = {name: [] for name in servers}
    costs: dict[str, list[float]] = {name: [] for name in servers}
    for server in servers.values():
        measure_rate(server.port, PATH, connections=plan.connections, seconds=min(WARM_SECONDS, plan.seconds))
    names = list(servers)
    for turn in range(plan.rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            used = servers[name].cpu_seconds()
            rate = measure_rate(servers[name].port, PATH, connections=plan.connections, seconds=plan.seconds)
            found[name].append(rate)
            costs[name].append((servers[name].cpu_seconds() - used) / (rate * plan.seconds) * 1000)
    for name, values in found.items():
        record.figures.append(Figure(GROUP, name, "requests/s", spread_of(values)))
    for name, values in costs.items():
        record.figures.append(Figure(f"{GROUP}: processor time of the server", name, "ms a request", spread_of(values)))
    return Rates(found)


@pytest.mark.parametrize(("other", "limit"), [(BARE, 0.8), (ALONE, 0.5)])
def test_the_cached_list_keeps_up_with(other: str, limit: float, rates: Rates, plan: Plan, record: Record) -> None:
    ratio = spread_of(rates.ratios(other))
    goal = Goal(f"cached list ÷ {other}", "≥", limit, ratio, plan.judges, aim=other == ALONE)
    record.goals.append(goal)
    assert not goal.fails, f"{goal.name}: {goal.ratio.median:.3f}, and the goal is {limit:g}"
