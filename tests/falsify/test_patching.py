"""The replacement of one part of the shop by a fault."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spec.falsify.patching import wrap

SHOP = """
def price(cents): return ("price", cents)

class Base:
    def inherited(self): return (type(self).__name__, "inherited")
    @classmethod
    def made(cls): return (cls.__name__, "made")

class Cart(Base):
    def total(self, cents): return (type(self).__name__, cents)
    @staticmethod
    def rounded(cents): return ("rounded", cents)
    @classmethod
    def empty(cls): return (cls.__name__, "empty")
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module of this test's own."""
    name = f"shop_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(SHOP)
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module(name)


def wrongly(right: Callable[..., Any]) -> Callable[..., Any]:
    """The right thing, called wrong."""

    def wrong(*arguments: Any) -> tuple[str, Any]:
        return "wrong", right(*arguments)

    return wrong


@pytest.mark.parametrize(
    ("path", "call", "right"),
    [
        ("price", lambda shop: shop.price(5), ("price", 5)),
        ("Cart.total", lambda shop: shop.Cart().total(5), ("Cart", 5)),
        ("Cart.inherited", lambda shop: shop.Cart().inherited(), ("Cart", "inherited")),
        ("Cart.rounded", lambda shop: shop.Cart.rounded(5), ("rounded", 5)),
        ("Cart.rounded", lambda shop: shop.Cart().rounded(5), ("rounded", 5)),
        ("Cart.empty", lambda shop: shop.Cart.empty(), ("Cart", "empty")),
        ("Cart.empty", lambda shop: shop.Cart().empty(), ("Cart", "empty")),
        ("Cart.made", lambda shop: shop.Cart.made(), ("Cart", "made")),
    ],
)
def test_a_function_and_each_kind_of_method_is_replaced_and_stays_what_it_is(
    shop: Any, path: str, call: Callable[[Any], object], right: object
) -> None:
    assert call(shop) == right
    wrap(f"{shop.__name__}:{path}", wrongly)
    assert call(shop) == ("wrong", right)


def test_a_method_replaced_in_a_class_stays_right_in_the_class_above(shop: Any) -> None:
    wrap(f"{shop.__name__}:Cart.made", wrongly)
    assert shop.Base.made() == ("Base", "made")


@pytest.mark.parametrize("path", ["gone", "Cart.gone", "Gone.total"])
def test_a_name_that_is_gone_is_refused_with_its_place(shop: Any, path: str) -> None:
    with pytest.raises(AttributeError) as refused:
        wrap(f"{shop.__name__}:{path}", wrongly)
    place = f"{shop.__name__}:{path}"
    assert str(refused.value) == f"{place}: nothing of that name is left, so the fault would change nothing"
