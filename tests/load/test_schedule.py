from itertools import islice, pairwise, takewhile

import pytest

from load.endpoints import draw_sources
from load.load_plan import JourneyName
from load.schedule import draw_arrivals

MIX: dict[JourneyName, float] = {"browse": 3, "search": 1}


def test_the_same_seed_gives_the_same_shoppers() -> None:
    first, second = (list(islice(draw_arrivals(rate=10, mix=MIX, seed=4), 50)) for _ in range(2))
    assert [(shopper.at, shopper.journey) for shopper in first] == [(shopper.at, shopper.journey) for shopper in second]
    assert [shopper.chance.random() for shopper in first] == [shopper.chance.random() for shopper in second]


def test_another_seed_gives_other_shoppers() -> None:
    first, second = (next(draw_arrivals(rate=10, mix=MIX, seed=seed)).at for seed in (4, 5))
    assert first != second


def test_arrivals_come_at_the_rate_and_in_the_mix_of_the_plan() -> None:
    arrivals = list(takewhile(lambda arrival: arrival.at < 1000, draw_arrivals(rate=10, mix=MIX, seed=1)))
    assert len(arrivals) == pytest.approx(10_000, rel=0.03)
    assert sum(arrival.journey == "browse" for arrival in arrivals) / len(arrivals) == pytest.approx(0.75, abs=0.02)


def test_gaps_are_exponential() -> None:
    arrivals = [arrival.at for arrival in islice(draw_arrivals(rate=10, mix=MIX, seed=2), 10_000)]
    gaps = [after - before for before, after in pairwise(arrivals)]
    assert sum(gap > 0.1 for gap in gaps) / len(gaps) == pytest.approx(0.368, abs=0.02)


def test_no_address_is_drawn_twice_before_all_were() -> None:
    drawn = list(islice(draw_sources("127.77"), 254 * 254))
    assert len(set(drawn)) == 64_516
    assert all(address.startswith("127.77.") and not address.endswith((".0", ".255")) for address in drawn)
