"""JSON bodies, both ways: names, ids, integer cents, envelopes, and the field errors of problem documents.

A request is rewritten token by token, so that all else in it stays as its client wrote it, also what is wrong with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from tests.targets.disguise.ids import IdCipher
from tests.targets.disguise.names import disguise_name, disguise_pointer, reveal_name
from tests.targets.disguise.targets import REFERENCES, disguise_target, reveal_id

_TOKEN: Final = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*")(?P<colon>\s*:\s*)?|(?P<bare>[^\s"\[\]{},:]+)|(?P<mark>[\[\]{},])'
)
_INTEGER: Final = re.compile(r"-?[0-9]{1,30}")
_NESTED: Final[Mapping[str, str]] = MappingProxyType({"images": "image", "lines": "line", "variants": "variant"})
_AMOUNT: Final = "amount"


def reveal_body(body: bytes, ids: IdCipher) -> bytes:
    """Return the shop's body for one of the disguise. What is no JSON in UTF-8 stays as it is."""
    try:
        json.loads(body.decode())
    except (ValueError, RecursionError):
        return body
    place = ""

    def rewrite(token: re.Match[str]) -> str:
        nonlocal place
        if token["colon"]:
            place = reveal_name(json.loads(token["text"]))
            return f"{json.dumps(place)}{token['colon']}"
        name, place = place, ""
        if name in REFERENCES:
            return _reveal_reference(token[0], REFERENCES[name], ids)
        return _reveal_cents(token[0]) if name == _AMOUNT else token[0]

    return _TOKEN.sub(rewrite, body.decode()).encode()


def _reveal_reference(token: str, kind: str, ids: IdCipher) -> str:
    if token.startswith('"'):
        revealed = reveal_id(kind, json.loads(token), ids)
        return revealed if revealed.isdecimal() and revealed.isascii() else json.dumps(f"x{revealed}")
    # A number is no id in the disguise; anything else is of the wrong type there and here.
    return f'"x{token}"' if _INTEGER.fullmatch(token) else token


def _reveal_cents(token: str) -> str:
    if _INTEGER.fullmatch(token):
        return f'"{Decimal(token).scaleb(-2):f}"'
    # Text would be an amount for the shop, and is none in the disguise.
    return json.dumps(f"x{json.loads(token)}") if token.startswith('"') else token


def disguise_value(value: Any, kind: str, ids: IdCipher) -> Any:
    """Return what the disguise shows for a value of the shop; `kind` is that of the things in it."""
    if isinstance(value, list):
        return [disguise_value(one, kind, ids) for one in value]
    if not isinstance(value, dict):
        return value
    return {disguise_name(name): _disguise_member(name, inner, kind, ids) for name, inner in value.items()}


def _disguise_member(name: str, value: Any, kind: str, ids: IdCipher) -> Any:
    if name == _AMOUNT and isinstance(value, str):
        return _disguise_amount(value)
    thing = kind if name == "id" else REFERENCES.get(name)
    if thing and isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return ids.encode(thing, value)
    return disguise_value(value, _NESTED.get(name, kind), ids)


def _disguise_amount(amount: str) -> object:
    """Return whole cents; an amount that has none stays, so that nothing wrong is hidden."""
    try:
        cents = Decimal(amount).scaleb(2)
    except InvalidOperation:
        return amount
    return int(cents) if cents.is_finite() and cents == cents.to_integral_value() else amount


def disguise_body(body: bytes, kind: str, ids: IdCipher) -> tuple[bytes, list[str]]:
    """Return the enveloped body and the values of its Link fields. What is no JSON stays as it is."""
    value = _read(body)
    if value is None:
        return body, []
    links, content = [], value
    if isinstance(value, dict) and "results" in value:
        content = value["results"]
        links = [
            f'<{disguise_target(value[name], ids)}>; rel="{relation}"'
            for name, relation in (("next", "next"), ("previous", "prev"))
            if isinstance(value.get(name), str)
        ]
    return _write({"data": disguise_value(content, kind, ids), "meta": {}}), links


def disguise_problem(body: bytes) -> bytes:
    """Return the same problem document, whose field errors point at the names of the disguise."""
    value = _read(body)
    if not isinstance(value, dict) or not isinstance(value.get("errors"), list):
        return body
    errors = [_map_member(error, "pointer", disguise_pointer) for error in value["errors"]]
    return _write({**value, "errors": errors})


def _map_member(value: Any, name: str, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict) and isinstance(value.get(name), str):
        return {**value, name: change(value[name])}
    return value


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _write(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
