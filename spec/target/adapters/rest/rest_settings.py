"""The settings of the built-in adapter, as a profile's [adapter.settings] gives them."""

from __future__ import annotations

import secrets
import uuid
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, Field

from reports.strict_model import StrictModel, suggest
from spec.target.adapters.rest.route_table import ROUTES
from spec.target.verbs import VERBS

T = TypeVar("T")

OrderWord = Literal["placed", "paid", "shipped", "delivered", "cancelled"]
FieldName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
WritingMethod = Literal["POST", "PUT", "PATCH", "DELETE", "GET"]
UNIQUE: Final = "{unique}"
"""The mark in a constant that stands for another word in each request."""
_NUMBERS: Final = 10**8
"""Numbers from here to twice that name nothing: no shop that is examined has so many of a thing."""


def _are_verbs(names: frozenset[str]) -> frozenset[str]:
    for name in sorted(names):
        if name not in VERBS:
            raise ValueError(f"has {name!r}, which is unknown; {suggest(name, VERBS)}")
    return names


def _are_routed(by_verb: dict[str, T]) -> dict[str, T]:
    for name in by_verb:
        if name not in ROUTES:
            raise ValueError(f"has {name!r}, which is unknown; {suggest(name, ROUTES)}")
    return by_verb


class RestSettings(StrictModel):
    """Choices beside paths and fields."""

    ids: Literal["number", "uuid", "text"] = "number"
    """The shape of ids: `number` is sent as a JSON number, `uuid` and `text` as text."""
    lacks: Annotated[frozenset[str], AfterValidator(_are_verbs)] = frozenset()
    """Verbs and options that the backend does not offer, such as `list_products.search`."""
    methods: Annotated[dict[str, WritingMethod], AfterValidator(_are_routed)] = {}
    """Methods that differ, by verb: `{ change_line = "PUT" }`."""
    constants: Annotated[dict[str, dict[str, Any]], AfterValidator(_are_routed)] = {}
    """Members that the request of a verb always has, `{unique}` in a text being another word each time:
    `{ register = { firstName = "Ann" }, create_product = { sku = "S-{unique}" } }`."""
    token_header: FieldName = "Authorization"  # noqa: S105 - a name
    """The header field that carries the access token."""
    token_scheme: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]*$")] = "Bearer"  # noqa: S105 - a word
    """The word before the token; may be empty."""
    paging: Literal["cursor", "value", "link", "page", "offset"] = "cursor"
    """The way to the next page of products: `cursor`, an address in the body whose query holds the cursor; `value`,
    the cursor itself in the body; `link`, an address in a Link header (RFC 8288); `page`, the number of the page;
    `offset`, the number of entries before it (`total` in [adapter.fields.body] is that of all)."""
    orderings: dict[str, str] = {}
    """The backend's words for orderings of products: `{ created_at = "oldest", "-price" = "price_desc" }`."""
    order_statuses: dict[str, OrderWord] = {}
    """The meaning of the backend's words for the status of an order, where they are others than `placed`, `paid`,
    `shipped`, `delivered`, `cancelled`: `{ new = "placed" }`."""
    line_answers: Literal["line", "cart", "nothing"] = "line"
    """The answer to a line that is added or changed: the line, the cart that it stands in, or nothing to read; then
    the cart is viewed afterwards."""
    emptying: Literal["at once", "line by line"] = "at once"
    """The way to empty a cart: the verb `empty_cart`, or viewing it and removing each line."""

    def new_id(self) -> str:
        """Make up an id that names nothing."""
        if self.ids == "uuid":
            return str(uuid.uuid4())
        return f"nothing-{secrets.token_hex(8)}" if self.ids == "text" else str(_NUMBERS + secrets.randbelow(_NUMBERS))

    def constant_members(self, verb: str) -> dict[str, object]:
        """Make the members that the request of a verb always has."""
        return {name: _filled(value, secrets.token_hex(6)) for name, value in self.constants.get(verb, {}).items()}

    def sent_id(self, value: str) -> int | str:
        """Return an id as requests carry it in JSON."""
        return int(value) if self.ids == "number" and value.isascii() and value.isdigit() else value


def _filled(value: object, unique: str) -> object:
    """Copy a value, with a word in place of each mark."""
    if isinstance(value, str):
        return value.replace(UNIQUE, unique)
    if isinstance(value, dict):
        return {name: _filled(member, unique) for name, member in value.items()}
    return [_filled(member, unique) for member in value] if isinstance(value, list) else value
