"""An adapter that cannot be used is one sentence, before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.target.adapters import AdapterError, load_adapter


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("def broken(:", "cannot be imported (invalid syntax"),
        ("from spec.target.verbs import NoSuchName", "cannot be imported (cannot import name 'NoSuchName'"),
        ("Verbs = 1", "has no class 'Verbs' derived from spec.target.verbs.ShopVerbs"),
        ("from spec.target.verbs import ShopVerbs\nclass Verbs(ShopVerbs): ...", "cannot be made: Can't instantiate"),
    ],
)
def test_a_module_that_is_no_adapter_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, sentence: str
) -> None:
    name = f"adapter_of_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(AdapterError) as refused:
        load_adapter(name)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("paths", "sentence"),
    [
        ({"prodcts": "/shop"}, "knows no path named 'prodcts'"),
        (
            {"product": "/shop/{id}"},
            "the path 'product' has to be like /api/v2/products/{product_id}, it is '/shop/{id}'",
        ),
        ({"product": "/shop/{product_id"}, "the path 'product' is no template: '/shop/{product_id'"),
        ({"cart": "basket"}, "the path 'cart' has to be like /api/v2/cart, it is 'basket'"),
    ],
)
def test_a_path_that_cannot_work_is_named(paths: dict[str, str], sentence: str) -> None:
    with pytest.raises(AdapterError) as refused:
        load_adapter(paths=paths)
    assert sentence in str(refused.value)


def test_a_path_with_its_parameters_is_taken() -> None:
    verbs = load_adapter(paths={"product": "/shop/items/{product_id}"})
    assert verbs.open_product("7").request.path == "/shop/items/7"
