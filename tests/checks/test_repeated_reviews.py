"""An account that was brought has reviewed products before, and reviews one that it has not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked
from spec.checks.flow.test_reviews import test_a_review_is_written_and_read as examine_review
from spec.surface.verb_trials import list_trials
from spec.target.shop import Shop
from spec.target.windows.staff_window import Credentials
from tests.checks.memory_shop import memory_shop

ANN = Credentials("ann@shop.example", "Pw-ann-1234")


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A shop with two products, one customer that is brought, and no staff."""
    with memory_shop(lacks=frozenset({"register"}), brought=(ANN,), staffed=False) as opened:
        yield opened


def test_each_run_reviews_a_product_that_has_no_review_yet(shop: Shop) -> None:
    for _ in range(2):
        examine = Examination()
        examine_review(shop, examine)
        assert examine.stated == 2
        shop.begin_check()
    wanted = r"^each of the first 100 products has reviews, of which one may be the brought account's own$"
    with pytest.raises(Blocked, match=wanted):
        examine_review(shop, Examination())


def test_each_trial_of_a_review_is_the_first_of_its_product(shop: Shop) -> None:
    [trial] = [one for one in list_trials(shop, shop.customer()) if one.name == "write review"]
    attempts = []
    for _ in range(2):
        attempt = trial.prepare()
        attempt.visitor.must(attempt.verb)
        attempts.append(attempt)
    assert len({one.ids for one in attempts}) == 2
