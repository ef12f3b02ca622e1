"""Targets of requests, both ways: base path, ids in paths, parameters of queries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote, unquote_plus

from tests.targets.disguise.ids import IdCipher
from tests.targets.disguise.names import disguise_name, reveal_name

BASE: Final = "/shop"
API: Final = f"{BASE}/api"
DOCUMENTATION: Final = f"{BASE}/docs"
_SHOP_API: Final = "/api/v2"
_SHOP_DOCUMENTATION: Final = "/api/docs"
_FILES: Final = "/static/"
"""The files that pages load: they name them from the host on, so they stay where they are."""
_NOWHERE: Final = "/outside"
COLLECTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accounts": "account", "categories": "category", "lines": "line", "orders": "order", "products": "product",
        "reviews": "review", "variants": "variant",
    }
)  # fmt: skip
"""The kind of thing that a collection of this name holds."""
REFERENCES: Final[Mapping[str, str]] = MappingProxyType(
    {"category_id": "category", "parent_id": "category", "product_id": "product", "variant_id": "variant"}
)
"""The kind of thing that a member or parameter of the shop names."""
_PRICES: Final = frozenset({"min_price", "max_price"})
_DIGITS: Final = re.compile(r"[0-9]+")
_WORD: Final = re.compile(r"[A-Za-z_]+")


@dataclass(frozen=True, slots=True)
class Route:
    """The place of a request behind the disguise. `kind` is that of the things there; `api` where JSON is disguised."""

    target: str
    kind: str = ""
    api: bool = False


def reveal_target(target: str, ids: IdCipher) -> Route:
    """Return the shop's target for one of the disguise. What lies outside of the base path stays outside."""
    path, mark, query = target.partition("?")
    if path.startswith(f"{API}/"):
        inside = path.removeprefix(API)
        revealed = _SHOP_API + _map_ids(inside, lambda kind, text: reveal_id(kind, text, ids))
        return Route(f"{revealed}{mark}{_map_query(query, reveal_name, _reveal_value, ids)}", kind_of(inside), api=True)
    if path == DOCUMENTATION:
        return Route(f"{_SHOP_DOCUMENTATION}{mark}{query}")
    if path.startswith(_FILES):
        return Route(target)
    if path == BASE or path.startswith(f"{BASE}/"):
        return Route(f"{path.removeprefix(BASE) or '/'}{mark}{query}")
    # The form of a proxy's request and `*` are as odd here as they are there.
    return Route(f"{_NOWHERE}{target}" if target.startswith("/") else target)


def disguise_target(target: str, ids: IdCipher) -> str:
    """Return the target that the disguise has for one of the shop, as it stands in links and in Location."""
    path, mark, query = target.partition("?")
    if path.startswith(_FILES):
        return target
    if not path.startswith(f"{_SHOP_API}/"):
        return f"{BASE}{target}" if target.startswith("/") else target
    inside = _map_ids(path.removeprefix(_SHOP_API), lambda kind, text: disguise_id(kind, text, ids))
    return f"{API}{inside}{mark}{_map_query(query, disguise_name, _disguise_value, ids)}"


def kind_of(path: str) -> str:
    """Return the kind of the things that are answered at a path of the API."""
    return next((COLLECTIONS[one] for one in reversed(path.split("/")) if one in COLLECTIONS), "")


def reveal_id(kind: str, text: str, ids: IdCipher) -> str:
    """Return the shop's number for a UUID; a number, which is no id in the disguise, becomes one of no shop."""
    number = ids.decode(kind, text)
    if number is not None:
        return str(number)
    return f"x{text}" if _DIGITS.fullmatch(unquote(text)) else text


def disguise_id(kind: str, text: str, ids: IdCipher) -> str:
    """Return the UUID for a number of the shop; anything else stays."""
    return ids.encode(kind, int(text)) if _DIGITS.fullmatch(text) and int(text) else text


def _map_ids(path: str, change: Callable[[str, str], str]) -> str:
    segments = path.split("/")
    kinds = [COLLECTIONS.get(before) for before in ["", *segments[:-1]]]
    return "/".join(change(kind, one) if kind else one for kind, one in zip(kinds, segments, strict=True))


def _map_query(
    query: str, rename: Callable[[str], str], change: Callable[[str, str, IdCipher], str], ids: IdCipher
) -> str:
    def parameter(text: str) -> str:
        name, equals, value = text.partition("=")
        plain = unquote_plus(name)
        if not _WORD.fullmatch(plain):
            return text
        renamed = rename(plain)
        shop_name = renamed if rename is reveal_name else plain
        return f"{renamed}{equals}{change(shop_name, value, ids)}"

    return "&".join(map(parameter, query.split("&"))) if query else ""


def _reveal_value(name: str, value: str, ids: IdCipher) -> str:
    plain = unquote_plus(value)
    if name in REFERENCES:
        return reveal_id(REFERENCES[name], plain, ids) if plain.isalnum() or "-" in plain else value
    if name in _PRICES:
        return str(Decimal(plain).scaleb(-2)) if _DIGITS.fullmatch(plain) else f"x{value}"
    return _WORD.sub(lambda found: reveal_name(found[0]), value) if name == "ordering" else value


def _disguise_value(name: str, value: str, ids: IdCipher) -> str:
    if name in REFERENCES:
        return disguise_id(REFERENCES[name], value, ids)
    if name in _PRICES:
        return str(int(Decimal(value).scaleb(2)))
    return _WORD.sub(lambda found: disguise_name(found[0]), value) if name == "ordering" else value
