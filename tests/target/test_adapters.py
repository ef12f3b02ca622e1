"""An adapter that cannot be used is one sentence, before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.target.adapter_context import AdapterContext, NotOffered
from spec.target.adapters import AdapterError, load_adapter

REST = "spec.target.adapters.rest"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("def broken(:", "cannot be imported (SyntaxError: invalid syntax"),
        ("from spec.target.verbs import NoSuchName", "cannot be imported (cannot import name 'NoSuchName'"),
        ("import no_such_module_at_all", "cannot be imported (No module named 'no_such_module_at_all')"),
        ("raise RuntimeError('no key')", "cannot be imported (RuntimeError: no key)"),
        ("Verbs = 1", "has no class 'Verbs' derived from spec.target.verbs.ShopVerbs"),
        (
            "from spec.target.verbs import ShopVerbs\nclass Verbs(ShopVerbs): ...",
            "has to define nobody",
        ),
        (
            (
                "from spec.target.adapters import rest\nclass Verbs(rest.Verbs):\n"
                "    def __init__(self, context):\n        raise ValueError('[adapter.settings] country is missing')"
            ),
            ": [adapter.settings] country is missing",
        ),
        (
            (
                "from spec.target.adapters import rest\nclass Verbs(rest.Verbs):\n"
                "    def __init__(self, context):\n        raise OSError('no such file')"
            ),
            "cannot be made (OSError: no such file) at ",
        ),
    ],
)
def test_a_module_that_is_no_adapter_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, sentence: str
) -> None:
    name = f"adapter_of_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(AdapterError) as refused:
        load_adapter(name, AdapterContext())
    assert sentence in str(refused.value)
    assert name in str(refused.value)


def test_a_module_that_is_not_there_is_to_be_named_on_the_path() -> None:
    with pytest.raises(AdapterError, match=r"cannot be imported .*; name one on PYTHONPATH$"):
        load_adapter("no_such_adapter", AdapterContext())


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        (
            AdapterContext(paths={"prodcts": "/shop"}),
            "[adapter.paths] has 'prodcts', which is unknown; did you mean 'products'?",
        ),
        (
            AdapterContext(paths={"product": "/shop/{id}"}),
            "[adapter.paths] product has to be like /api/v2/products/{product_id}, it is '/shop/{id}'",
        ),
        (
            AdapterContext(paths={"product": "/shop/{product_id"}),
            "[adapter.paths] product is no template: '/shop/{product_id' (expected '}' before end of string)",
        ),
        (
            AdapterContext(paths={"cart": "basket"}),
            "[adapter.paths] cart has to be like /api/v2/cart, it is 'basket'",
        ),
        (
            AdapterContext(settings={"pagging": "link"}),
            "[adapter.settings]: unknown key pagging; did you mean 'paging'?",
        ),
        (
            AdapterContext(settings={"ids": "uuids"}),
            "[adapter.settings]: ids has to be 'number', 'uuid' or 'text', it is \"uuids\"; did you mean 'uuid'?",
        ),
        (
            AdapterContext(settings={"lacks": ["list_products.serch"]}),
            "[adapter.settings]: lacks has 'list_products.serch', which is unknown; did you mean 'list_products.search",
        ),
        (
            AdapterContext(settings={"methods": {"change_lin": "PUT"}}),
            "[adapter.settings]: methods has 'change_lin', which is unknown; did you mean 'change_line'?",
        ),
        (
            AdapterContext(settings={"constants": {"registr": {"firstName": "Ann"}}}),
            "[adapter.settings]: constants has 'registr', which is unknown; did you mean 'register'?",
        ),
        (
            AdapterContext(settings={"constants": {"register": {"email": "ann@shop.example"}}}),
            "[adapter.fields.registration] '/email' is the place of another field too",
        ),
        (
            AdapterContext(settings={"order_statuses": {"new": "plced"}}),
            (
                "[adapter.settings]: [order_statuses] new has to be 'placed', 'paid', 'shipped', 'delivered' or "
                "'cancelled', "
                "it is \"plced\"; did you mean 'placed'?"
            ),
        ),
        (
            AdapterContext(fields={"prodct": {}}),
            "[adapter.fields]: unknown key prodct; did you mean 'product'?",
        ),
        (
            AdapterContext(fields={"product": {"prise": "/price"}}),
            "[adapter.fields]: unknown key [product] prise; did you mean 'price'?",
        ),
        (
            AdapterContext(fields={"product": {"price": "price"}}),
            "[adapter.fields]: [product] price has to be a JSON pointer such as /price/amount, it is 'price'",
        ),
        (
            AdapterContext(fields={"product": {"price": "untold"}}),
            "[adapter.fields]: [product] price has to be a JSON pointer such as /price/amount, it is 'untold'",
        ),
        (
            AdapterContext(fields={"product": {"price": "/prices/-"}}),
            "[adapter.fields]: [product] price has to be a JSON pointer such as /price/amount, it is '/prices/-'",
        ),
        (
            AdapterContext(fields={"money": {"currency": "Euro"}}),
            (
                "[adapter.fields]: [money] currency has to be a JSON pointer such as /currency or a code such as EUR, "
                "it is 'Euro'"
            ),
        ),
        (
            AdapterContext(fields={"product": {"name": "/a/b", "stock_quantity": "/a/b"}}),
            "[adapter.fields.product] '/a/b' is the place of another field too",
        ),
        (
            AdapterContext(fields={"new_line": {"product_id": "/line", "quantity": "/line/count"}}),
            "[adapter.fields.line] '/line/count' stands in the way of another field",
        ),
        (
            AdapterContext(fields={"new_product": {"price": "/prices/1"}}),
            "[adapter.fields.product] '/prices/1/amount' stands in the way of another field",
        ),
        (
            AdapterContext(fields={"product": {"stock_quantity": "untold"}}),
            (
                "[adapter.fields.new_product] stock_quantity has to be given, because products do not tell it; "
                "or [adapter.settings] lacks has to name 'create_product'"
            ),
        ),
    ],
)
def test_a_profile_that_cannot_work_is_one_sentence_with_the_nearest_name(
    context: AdapterContext, sentence: str
) -> None:
    with pytest.raises(AdapterError) as refused:
        load_adapter(REST, context)
    assert str(refused.value).startswith(f"adapter '{REST}': {sentence}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "verbs"),
    [
        ("refresh", {"refresh"}),
        ("cancellation", {"cancel_order"}),
        ("reviews", {"write_review", "list_reviews"}),
        ("orders", {"list_orders", "place_order"}),
        ("cart", {"view_cart", "empty_cart"}),
        ("product", {"open_product", "change_product", "withdraw_product"}),
        ("tokens", {"sign_in", "sign_in_staff"}),
        ("deprecated_openapi", set()),
    ],
)
def test_an_empty_path_takes_its_verbs_away(name: str, verbs: set[str]) -> None:
    adapter = load_adapter(REST, AdapterContext(paths={name: ""}))
    assert adapter.lacks == verbs
    assert [verb for verb in verbs if adapter.offers(verb)] == []


def test_a_path_of_its_own_keeps_a_verb_whose_usual_path_is_empty() -> None:
    adapter = load_adapter(REST, AdapterContext(paths={"orders": "", "checkout": "/checkout"}))
    assert (adapter.offers("place_order"), adapter.offers("list_orders")) == (True, False)
    with pytest.raises(NotOffered, match="list_orders"):
        adapter.list_orders()


def test_what_a_backend_lacks_is_not_offered_and_the_rest_is() -> None:
    adapter = load_adapter(REST, AdapterContext(settings={"lacks": ["list_products.search", "create_product"]}))
    names = ("list_products", "list_products.search", "list_products.ordering", "create_product", "change_product")
    assert [name for name in names if adapter.offers(name)] == [
        "list_products", "list_products.ordering", "change_product",
    ]  # fmt: skip
    with pytest.raises(NotOffered, match=r"list_products\.search"):
        adapter.list_products(search="lamp")


def test_a_backend_without_refresh_tokens_refreshes_nothing() -> None:
    assert not load_adapter(REST, AdapterContext(fields={"tokens": {"refresh": "untold"}})).offers("refresh")
