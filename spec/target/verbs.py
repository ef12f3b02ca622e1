"""The verbs of a shopper, a member of staff and an operator.

An adapter (`spec.target.adapters`) says how one backend spells them: it overrides each verb that its backend offers.
One that is not overridden is not offered, and asking for it raises NotOffered.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, TypeVar

from spec.target.adapter_context import AdapterContext, NotOffered
from spec.target.answer_kinds import AnswerKind, settle_by_status
from spec.target.exchange import Response
from spec.target.session import Session
from spec.target.steps import Steps, Verb
from spec.target.values import (
    Account,
    Cart,
    CartLine,
    Category,
    Order,
    Product,
    ProductPage,
    Readiness,
    Review,
    Tokens,
)

T = TypeVar("T")

Thing = Literal["product", "category", "order", "cart line"]
"""The things that an id may name."""


@dataclass(frozen=True, slots=True)
class VerbEntry:
    """The name of a verb for readers, and the requirement that promises it."""

    operation: str
    flow: str


VERBS: Final[Mapping[str, VerbEntry]] = MappingProxyType(
    {
        "register": VerbEntry("register", "FLOW-001"),
        "sign_in": VerbEntry("sign in", "FLOW-001"),
        "sign_in_staff": VerbEntry("sign in as staff", "FLOW-006"),
        "whoami": VerbEntry("who am I", "FLOW-001"),
        "refresh": VerbEntry("refresh", "FLOW-007"),
        "sign_out": VerbEntry("sign out", "FLOW-007"),
        "change_password": VerbEntry("change password", "TOK-008"),
        "list_categories": VerbEntry("list categories", "FLOW-002"),
        "list_products": VerbEntry("list products", "FLOW-002"),
        "list_products.search": VerbEntry("search products", "FLOW-002"),
        "list_products.category_id": VerbEntry("filter products by category", "FLOW-002"),
        "list_products.ordering": VerbEntry("order products", "VAL-008"),
        "list_products.cursor": VerbEntry("page through products", "FLOW-002"),
        "open_product": VerbEntry("open product", "FLOW-002"),
        "create_product": VerbEntry("create product", "FLOW-006"),
        "change_product": VerbEntry("change product", "FLOW-006"),
        "withdraw_product": VerbEntry("withdraw product", "FLOW-006"),
        "create_category": VerbEntry("create category", "FLOW-006"),
        "write_review": VerbEntry("write review", "FLOW-005"),
        "list_reviews": VerbEntry("list reviews", "FLOW-005"),
        "view_cart": VerbEntry("view cart", "FLOW-003"),
        "add_to_cart": VerbEntry("add to cart", "FLOW-003"),
        "change_line": VerbEntry("change line", "FLOW-003"),
        "remove_line": VerbEntry("remove line", "FLOW-003"),
        "empty_cart": VerbEntry("empty cart", "FLOW-003"),
        "place_order": VerbEntry("place order", "FLOW-004"),
        "open_order": VerbEntry("open order", "FLOW-004"),
        "list_orders": VerbEntry("list orders", "FLOW-004"),
        "cancel_order": VerbEntry("cancel order", "SHOP-010"),
        "liveness": VerbEntry("liveness", "HLTH-001"),
        "readiness": VerbEntry("readiness", "HLTH-002"),
        "openapi_document": VerbEntry("read OpenAPI document", "DOC-001"),
        "documentation_page": VerbEntry("open the documentation", "DOC-005"),
        "unknown_page": VerbEntry("open an unknown page", "ERR-001"),
    }
)
"""All verbs, and the options that a backend may lack although it offers the verb."""


class ShopVerbs(ABC):
    """The verbs of a shop. Each method only describes; nothing is sent."""

    def __init__(self, context: AdapterContext) -> None:
        self.context = context
        self.lacks: frozenset[str] = frozenset()
        """Verbs and options that this backend does not offer although the adapter can spell them."""

    def offers(self, name: str) -> bool:
        """Tell if the backend offers a verb or an option of one: `refresh`, `list_products.search`."""
        verb, _, _ = name.partition(".")
        if name not in VERBS:
            raise KeyError(name)
        overridden = getattr(type(self), verb) is not getattr(ShopVerbs, verb) or verb == "sign_in_staff"
        return overridden and not {verb, name} & self.lacks

    def make(
        self, name: str, steps: Callable[[Session], Steps[T]], *, operation: str = "", begins_session: bool = False
    ) -> Verb[T]:
        """Make the verb of this name from its steps. Raises NotOffered where the backend lacks it."""
        self.expect_offered(name)
        entry = VERBS[name]
        return Verb(operation or entry.operation, entry.flow, steps, begins_session)

    def expect_offered(self, *names: str) -> None:
        """Raise NotOffered for the first of these verbs or options that the backend lacks."""
        for name in names:
            if not self.offers(name):
                raise NotOffered(name)

    def settle(self, response: Response) -> AnswerKind:
        """Name the kind of an answer."""
        return settle_by_status(response, self.context.statuses)

    def stranger(self) -> Session:
        """Return the memory of a visitor who comes for the first time."""
        return Session()

    @abstractmethod
    def nobody(self, thing: Thing) -> str:
        """Make up an id of the right shape that names no such thing."""

    # Accounts and sessions

    def register(self, email: str, password: str) -> Verb[Account]:
        """Open an account."""
        raise NotOffered("register")

    def sign_in(self, email: str, password: str) -> Verb[Session]:
        """Begin the session of an account."""
        raise NotOffered("sign_in")

    def sign_in_staff(self, email: str, password: str) -> Verb[Session]:
        """Begin the session of a member of staff, where that is another door than the customers'."""
        return self.sign_in(email, password)

    def refresh(self, refresh_token: str) -> Verb[Tokens]:
        """Exchange a refresh token for new tokens."""
        raise NotOffered("refresh")

    def sign_out(self) -> Verb[None]:
        """End the session that walks this."""
        raise NotOffered("sign_out")

    def whoami(self) -> Verb[Account]:
        """Read the account that is signed in."""
        raise NotOffered("whoami")

    def change_password(self, current: str, new: str) -> Verb[None]:
        """Give the account that is signed in another password."""
        raise NotOffered("change_password")

    # Catalogue

    def list_categories(self, *, page_size: int | None = None) -> Verb[tuple[Category, ...]]:
        """List the first page of categories."""
        raise NotOffered("list_categories")

    def list_products(
        self,
        *,
        search: str | None = None,
        category_id: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> Verb[ProductPage]:
        """List one page of products. `ordering` is a field of the shop's language: name, price, created_at, or -…"""
        raise NotOffered("list_products")

    def open_product(self, product_id: str) -> Verb[Product]:
        """Open one product with its stock and variants."""
        raise NotOffered("open_product")

    def create_product(self, *, name: str, price: Decimal, stock: int, category_id: str) -> Verb[Product]:
        """Staff: offer a product."""
        raise NotOffered("create_product")

    def change_product(
        self, product_id: str, *, name: str | None = None, price: Decimal | None = None, stock: int | None = None
    ) -> Verb[Product]:
        """Staff: change what is given, leave the rest."""
        raise NotOffered("change_product")

    def withdraw_product(self, product_id: str) -> Verb[None]:
        """Staff: no longer offer a product."""
        raise NotOffered("withdraw_product")

    def create_category(self, *, name: str) -> Verb[Category]:
        """Staff: open a category."""
        raise NotOffered("create_category")

    # Reviews

    def write_review(self, product_id: str, *, rating: int, title: str, body: str) -> Verb[Review]:
        """Review a product."""
        raise NotOffered("write_review")

    def list_reviews(self, product_id: str, *, page_size: int | None = None) -> Verb[tuple[Review, ...]]:
        """List the first page of a product's reviews, newest first."""
        raise NotOffered("list_reviews")

    # Cart

    def view_cart(self) -> Verb[Cart]:
        """View the visitor's cart."""
        raise NotOffered("view_cart")

    def add_to_cart(self, product_id: str, quantity: int, variant_id: str | None = None) -> Verb[CartLine]:
        """Put so many more of a thing into the cart."""
        raise NotOffered("add_to_cart")

    def change_line(self, line_id: str, quantity: int) -> Verb[CartLine]:
        """Set the quantity of a line."""
        raise NotOffered("change_line")

    def remove_line(self, line_id: str) -> Verb[None]:
        """Take a line out of the cart."""
        raise NotOffered("remove_line")

    def empty_cart(self) -> Verb[None]:
        """Take everything out of the cart."""
        raise NotOffered("empty_cart")

    # Orders

    def place_order(self, idempotency_key: str | None = None) -> Verb[Order]:
        """Order what is in the cart."""
        raise NotOffered("place_order")

    def open_order(self, order_id: str) -> Verb[Order]:
        """Open one order with its lines."""
        raise NotOffered("open_order")

    def list_orders(self, *, page_size: int | None = None) -> Verb[tuple[Order, ...]]:
        """List the first page of the orders of the account that is signed in, newest first."""
        raise NotOffered("list_orders")

    def cancel_order(self, order_id: str) -> Verb[Order]:
        """Take an order back."""
        raise NotOffered("cancel_order")

    # Operation

    def liveness(self) -> Verb[None]:
        """Ask if the process is alive."""
        raise NotOffered("liveness")

    def readiness(self) -> Verb[Readiness]:
        """Ask if it can serve. Also read from an answer that says no."""
        raise NotOffered("readiness")

    def openapi_document(self) -> Verb[dict[str, object]]:
        """Read the OpenAPI document of the current version."""
        raise NotOffered("openapi_document")

    def openapi_documents(self) -> tuple[Verb[dict[str, object]], ...]:
        """Read the OpenAPI documents of all versions that are served, the current one first."""
        return (self.openapi_document(),)

    def documentation_page(self) -> Verb[None]:
        """Open a page for people, in HTML: the documentation of the API."""
        raise NotOffered("documentation_page")

    def unknown_page(self) -> Verb[None]:
        """Ask for something that no shop has, below the base of the API."""
        raise NotOffered("unknown_page")
