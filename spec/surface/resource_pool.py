"""Ids that the target itself has given, so that generated requests meet things that are there.

An id is learned where a documented item path follows from where it was seen: a member of the answer of /products fits
/products/{product_id}, a member of `lines` in the answer of /cart fits /cart/lines/{line_id}.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from spec.surface.openapi import Document, DocumentedOperation
from spec.target.exchange import Exchange, UnexpectedAnswer

ID_NAMES: Final = ("id", "uuid", "slug")
KEPT: Final = 40
"""Things remembered of each kind: the newest, since older ones may be gone."""


class ResourcePool:
    """Remembers which values the parameters of item paths have had."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._items: dict[str, list[dict[str, Any]]] = {
            path: [] for one in document.operations if (path := _item_path(one.path))
        }

    def learn(self, exchange: Exchange) -> None:
        """Take from an answer what it tells: things that are there, and one that was deleted."""
        response, operation = exchange.response, self._document.find(exchange.request)
        if response is None or operation is None or not response.succeeded:
            return
        given = operation.parameters_in(self._document.path_of(exchange.request))
        if operation.method == "DELETE":
            self._forget(operation.path, given)
            return
        try:
            body = response.json() if response.body else None
        except UnexpectedAnswer:
            return
        for path, member in _members(operation.path, body):
            self._remember(path, given, member)

    def _remember(self, collection: str, given: Mapping[str, str], member: Mapping[str, Any]) -> None:
        for path, known in self._items.items():
            if _collection_of(path) != collection:
                continue
            name = _last_parameter(path)
            value = next((member[one] for one in (name, *ID_NAMES) if isinstance(member.get(one), str | int)), None)
            item = {**given, name: value}
            if value is not None and item not in known:
                known.append(item)
                del known[:-KEPT]

    def _forget(self, path: str, given: Mapping[str, str]) -> None:
        known = self._items.get(path, [])
        known[:] = [item for item in known if {key: str(value) for key, value in item.items()} != dict(given)]

    def fill_path(self, operation: DocumentedOperation, choice: int) -> str | None:
        """Return the operation's path with the ids of a thing that is there; None where none is known or needed."""
        items = self._items.get(_item_path(operation.path) or "", [])
        if not items:
            return None
        item = items[-1 - choice % len(items)]
        return re.sub(r"\{([^}]+)\}", lambda found: quote(str(item.get(found[1], "0")), safe=""), operation.path)

    def fill_body(self, body: Any, choice: int) -> Any:
        """Return the body with ids of things that are there in the fields that are named as the parameters are."""
        if isinstance(body, list):
            return [self.fill_body(member, choice) for member in body]
        if not isinstance(body, dict):
            return body
        return {name: self._known_value(name, value, choice) for name, value in body.items()}

    def _known_value(self, name: str, value: Any, choice: int) -> Any:
        values = [item[name] for path, items in self._items.items() if _last_parameter(path) == name for item in items]
        if values and isinstance(value, str | int) and not isinstance(value, bool):
            return values[-1 - choice % len(values)]
        return self.fill_body(value, choice)


def _members(path: str, body: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """List objects in an answer, each with the path of the collection that it would be an item of."""
    if isinstance(body, list):
        yield from ((path, member) for member in body if isinstance(member, dict))
    if not isinstance(body, dict):
        return
    yield path, body
    for name, inner in body.items():
        if isinstance(inner, dict) and not any(one in body for one in ID_NAMES):
            # An envelope, such as {"data": {"id": …}}: what it holds is what the answer shows.
            yield from _members(path, inner)
        elif isinstance(inner, list):
            for member in inner:
                if isinstance(member, dict):
                    yield path, member
                    yield f"{path}/{name}", member


def _item_path(path: str) -> str | None:
    """Return the template up to its last parameter."""
    end = path.rfind("}")
    return path[: end + 1] if end >= 0 else None


def _collection_of(item_path: str) -> str:
    return item_path[: item_path.rfind("/")]


def _last_parameter(item_path: str) -> str:
    return item_path[item_path.rfind("{") + 1 : -1]
