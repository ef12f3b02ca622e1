"""ERR-001: a crash on the way is seen, and a spent budget is nobody's error."""

from __future__ import annotations

from typing import Any, cast

import pytest

from spec.checking.outcomes import Blocked
from spec.checks.err.test_errors import people, taken, unsupported
from spec.target.exchange import Exchange, Request, UnexpectedAnswer
from spec.target.shop import Shop
from spec.target.visitor import Reply, Visitor
from tests.support.samples import answered

LIST = Request("GET", "/products")


@pytest.mark.parametrize(
    ("statuses", "seen", "asked"),
    [
        ({"DELETE": 405}, 405, ["DELETE"]),
        ({"DELETE": 401, "PUT": 405}, 405, ["DELETE", "PUT"]),
        ({"DELETE": 500, "PUT": 405}, 500, ["DELETE"]),
        ({"DELETE": 401, "PUT": 503, "PATCH": 405}, 503, ["DELETE", "PUT"]),
        ({"DELETE": 401, "PUT": 401, "PATCH": 401, "TRACE": 401}, 401, ["DELETE", "PUT", "PATCH", "TRACE"]),
    ],
)
def test_methods_are_tried_up_to_the_first_that_is_refused_as_such_or_crashes(
    statuses: dict[str, int], seen: int, asked: list[str]
) -> None:
    methods: list[str] = []

    class Who:
        def send(self, request: Request) -> Exchange:
            methods.append(request.method)
            return answered(request, status=statuses[request.method])

    exchange = unsupported(LIST)(cast(Visitor, Who()))
    assert exchange.response is not None
    assert (exchange.response.status, methods) == (seen, asked)


def read(response: Any) -> bytes:
    """Read the answer of the twin."""
    if response.status != 200:
        raise UnexpectedAnswer("status 200", f"status {response.status}")
    return bytes(response.body)


def test_a_twin_whose_budget_is_spent_blocks_and_any_other_refusal_is_an_unexpected_answer() -> None:
    with pytest.raises(Blocked, match=r"^the budget was spent before anything could be provoked: GET /products → 429$"):
        taken(Reply(answered(status=429), read))
    with pytest.raises(UnexpectedAnswer):
        taken(Reply(answered(status=403), read))
    assert taken(Reply(answered(body=b"x"), read)) == b"x"


class Counted:
    """A shop that counts who comes."""

    def __init__(self, *, tells_clients_apart: bool) -> None:
        self.tells_clients_apart = tells_clients_apart
        self.came: list[str] = []

    def visitor(self) -> Visitor:
        """A stranger."""
        self.came.append("visitor")
        return cast(Visitor, object())

    def customer(self) -> Visitor:
        """A customer."""
        self.came.append("customer")
        return Visitor(cast(Any, self))


@pytest.mark.parametrize(
    ("apart", "came"),
    [(True, ["visitor", "visitor", "customer", "customer"]), (False, ["customer"])],
)
def test_where_clients_share_a_budget_one_customer_is_everybody(apart: bool, came: list[str]) -> None:
    shop = Counted(tells_clients_apart=apart)
    stranger, customer = people(cast(Shop, shop))
    for _ in range(2):
        stranger()
    assert (customer() is customer()) is not apart
    assert shop.came == came
