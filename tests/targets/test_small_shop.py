"""A backend of another shape is examined with a profile alone, and gets the verdicts that it deserves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from reports.results import read_results
from reports.verdicts import Verdict
from spec.catalogue import load_catalogue
from spec.target.adapter_context import NotOffered
from spec.target.answer_kinds import AnswerKind
from spec.target.connection import Connection
from spec.target.exchange import Request
from spec.target.profile.profile_reading import read_profile
from spec.target.recording import Recorder
from spec.target.shop import Shop
from spec.target.source_addresses import SourceAddresses
from spec.target.values import UNTOLD, Money
from tests.support.processes import PROJECT
from tests.targets.small_shop import BASE, CUSTOMERS, KEY, STAFF, SmallShop

PROFILE = Path(__file__).with_name("small_shop.toml")
ENVIRONMENT = {
    "SMALL_SHOP_KEY": KEY,
    "SMALL_SHOP_CHIEF": STAFF[1],
    **{f"SMALL_SHOP_{email.partition('@')[0].upper()}": password for email, password in CUSTOMERS.items()},
}


def write_profile(shop: SmallShop, folder: Path) -> Path:
    """Write the committed profile with the shop's port and authority."""
    path = folder / "small_shop.toml"
    path.write_text(PROFILE.read_text().replace("127.0.0.1:8443", f"127.0.0.1:{shop.server_port}"))
    (folder / "ca.pem").write_bytes(shop.authority.read_bytes())
    return path


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallShop]:
    with SmallShop(tmp_path / "tls") as running:
        yield running


@pytest.fixture
def shop(small: SmallShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    profile = read_profile(write_profile(small, tmp_path), load_catalogue())
    connection = Connection(profile, addresses=SourceAddresses("run"), recorder=Recorder(), progress=print)
    try:
        yield connection.open()
    finally:
        connection.close()


def test_a_customer_who_was_brought_begins_with_an_empty_cart(small: SmallShop, shop: Shop) -> None:
    assert [line["count"] for line in small.baskets["ann@shop.example"]] == [2]
    ann, bob = shop.customer(), shop.customer()
    assert [ann.must(shop.verbs.whoami()).email, bob.must(shop.verbs.whoami()).email] == list(CUSTOMERS)[:2]
    assert ann.must(shop.verbs.view_cart()).lines == ()
    assert small.baskets["ann@shop.example"] == []


def test_cents_are_read_and_written_as_money(small: SmallShop, shop: Shop) -> None:
    staff, verbs = shop.staff, shop.verbs
    category = staff.must(verbs.create_category(name="Attic"))
    made = staff.must(verbs.create_product(name="Trunk", price=Decimal("7.35"), stock=4, category_id=category.id))
    assert small.articles[made.id] == {
        "uuid": made.id, "title": "Trunk", "prices": [{"cents": 735}], "stock": {"pieces": 4},
        "department": {"uuid": category.id},
    }  # fmt: skip
    assert (made.price, made.stock, made.in_stock, made.category_id) == (
        Money(Decimal("7.35"), "EUR"), 4, True, category.id,
    )  # fmt: skip
    changed = staff.must(verbs.change_product(made.id, stock=0))
    assert (changed.stock, changed.in_stock, changed.name) == (0, False, "Trunk")


def test_a_list_tells_prices_and_pages_and_leaves_the_stock_untold(shop: Shop) -> None:
    visitor, verbs = shop.visitor(), shop.verbs
    first = visitor.must(verbs.list_products(page_size=8))
    second = visitor.must(verbs.list_products(page_size=8, cursor=first.next_cursor))
    assert [one.name for one in (*first.products, *second.products)] == [f"Lamp {number}" for number in range(1, 13)]
    assert (first.next_cursor, second.next_cursor) == ("2", None)
    assert {one.in_stock for one in first.products} == {UNTOLD}
    assert first.products[0].price == Money(Decimal("10.01"), "EUR")
    found = visitor.must(verbs.list_products(search="lamp 12"))
    assert [one.name for one in found.products] == ["Lamp 12"]


def test_a_303_is_followed_to_the_line_that_was_made(shop: Shop) -> None:
    customer, verbs = shop.customer(), shop.verbs
    product = customer.must(verbs.list_products()).products[0]
    added = customer.do(verbs.add_to_cart(product.id, 2))
    assert (added.status, added.kind, added.value.quantity) == (303, AnswerKind.DONE, 2)
    assert added.value.line_total == Money(Decimal("20.02"), "EUR")
    changed = customer.do(verbs.change_line(added.value.id, 3))
    assert (changed.exchange.request.method, changed.value.quantity) == ("PUT", 3)


def test_orders_have_the_words_of_the_specification(shop: Shop) -> None:
    customer, verbs = shop.customer(), shop.verbs
    product = customer.must(verbs.list_products()).products[0]
    customer.must(verbs.add_to_cart(product.id, 1))
    order = customer.must(verbs.place_order())
    assert (order.status, order.number, order.total) == ("placed", "1000", Money(Decimal("10.01"), "EUR"))
    [listed] = customer.must(verbs.list_orders())
    assert (listed.id, listed.lines) == (order.id, ())
    assert customer.must(verbs.cancel_order(order.id)).status == "cancelled"


def test_refusals_have_the_kinds_that_the_profile_gives_them(shop: Shop) -> None:
    customer, verbs = shop.customer(), shop.verbs
    product = customer.must(verbs.list_products()).products[0]
    assert customer.do(verbs.add_to_cart(product.id, 51)).kind is AnswerKind.CONFLICT
    assert customer.do(verbs.add_to_cart(product.id, 0)).kind is AnswerKind.INVALID
    assert customer.do(verbs.place_order()).kind is AnswerKind.CONFLICT
    assert customer.do(verbs.sign_in(customer.email, "wrong")).kind is AnswerKind.UNAUTHENTICATED
    assert customer.do(verbs.open_product(verbs.nobody("product"))).kind is AnswerKind.NOT_FOUND
    customer.do(verbs.unknown_page()).must_hold()


def test_an_empty_path_is_a_verb_that_is_not_offered(shop: Shop) -> None:
    names = ("register", "refresh", "sign_out", "write_review", "readiness", "list_products.ordering")
    assert [name for name in names if shop.verbs.offers(name)] == []
    with pytest.raises(NotOffered, match="register"):
        shop.verbs.register("new@shop.example", "Pw-12345")
    with pytest.raises(NotOffered, match=re.escape("list_products.ordering")):
        shop.verbs.list_products(ordering="price")


def test_the_tenants_key_and_the_base_path_are_on_raw_requests_too(small: SmallShop, shop: Shop) -> None:
    visitor = shop.visitor()
    below = visitor.send(Request("GET", "/health"))
    outside = visitor.send(Request("GET", f"{BASE}/health", from_origin=True))
    assert [one.response.status if one.response else None for one in (below, outside)] == [200, 200]
    shop.customer()
    assert small.keyless == []
    assert KEY in visitor.client.recorder.secrets


FLOWS: Final = ("FLOW-002", "FLOW-003", "FLOW-004")
CHAPTERS: Final = ("ACC-001", "SHOP-001", "CACHE-002")


@pytest.mark.parametrize(
    ("wrong", "asked", "outcomes"),
    [
        ((), FLOWS, {}),
        (("ignores the department", "miscounts", "takes no stock"), FLOWS, dict.fromkeys(FLOWS, "WRONG_CONTENT")),
        (("opens foreign purchases",), ("ACC-001",), {"ACC-001": "FOREIGN_OBJECT_REACHED"}),
        (("oversells",), ("SHOP-001",), {"SHOP-001": "OVERSOLD"}),
        (("keeps old prices",), ("CACHE-002",), {"CACHE-002": "STALE"}),
    ],
)
def test_each_chapter_gets_the_verdicts_that_the_shop_deserves(
    tmp_path: Path, wrong: tuple[str, ...], asked: tuple[str, ...], outcomes: dict[str, str]
) -> None:
    with SmallShop(tmp_path / "tls", wrong) as small:
        results, printed = run_small(small, tmp_path, asked)
        assert small.keyless == []
    found = {one.id: one for one in read_results(results).requirements if one.id in asked}
    verdicts = {
        name: (one.verdict, {check.outcome_code for check in one.checks} - {None}) for name, one in found.items()
    }
    assert verdicts == {
        name: (Verdict.FAIL, {outcomes[name]}) if name in outcomes else (Verdict.PASS, set()) for name in asked
    }, printed
    written = results.read_text() + printed
    assert [name for name, secret in ENVIRONMENT.items() if secret in written] == []


def test_a_cart_that_is_emptied_line_by_line_alone_blocks_nothing(tmp_path: Path) -> None:
    with SmallShop(tmp_path / "tls") as small:
        profile = write_profile(small, tmp_path)
        profile.write_text(profile.read_text().replace("lacks = [", 'lacks = ["empty_cart", '))
        results, printed = run_small(small, tmp_path, (*FLOWS, *CHAPTERS))
    verdicts = {one.id: one.verdict for one in read_results(results).requirements if one.id in (*FLOWS, *CHAPTERS)}
    assert verdicts == dict.fromkeys((*FLOWS, *CHAPTERS), Verdict.PASS), printed


def run_small(small: SmallShop, folder: Path, asked: tuple[str, ...]) -> tuple[Path, str]:
    """Run these requirements; return the results, and what was printed."""
    profile = folder / "small_shop.toml"
    command = [
        sys.executable, "-m", "spec", "run", "--quick", "--target",
        str(profile if profile.exists() else write_profile(small, folder)),
        "--runs", str(folder / "runs"), "--requirements", *asked,
    ]  # fmt: skip
    environment = {**os.environ, **ENVIRONMENT}
    ran = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    [results] = (folder / "runs").glob("*/results.json")
    return results, ran.stdout + ran.stderr
