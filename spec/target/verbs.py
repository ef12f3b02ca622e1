"""The verbs of a shopper, a member of staff and an operator.

A verb does no I/O: it makes a request and knows how to read the answer. So the same verbs serve the checks, which send
them one by one, and the load engine, which sends them by the thousand. An adapter (`spec.target.adapters`) says how
one backend spells them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from spec.target.exchange import Request, Response
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

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Call(Generic[T_co]):
    """A request together with the reading of its answer.

    `read` raises UnexpectedAnswer when the answer is not the success that the verb promises. `flow` is the requirement
    that promises the verb itself: a check for which the verb is only a preparation is blocked by it.
    """

    request: Request
    read: Callable[[Response], T_co]
    flow: str

    def map(self, view: Callable[[T_co], U]) -> Call[U]:
        """Return the same call, whose answer is read as what `view` makes of it."""
        return Call(self.request, lambda response: view(self.read(response)), self.flow)

    def signed(self, access_token: str) -> Call[T_co]:
        """Return the same call with an access token."""
        return Call(self.request.with_bearer(access_token), self.read, self.flow)

    def with_header(self, name: str, value: str) -> Call[T_co]:
        """Return the same call with one more header field."""
        return Call(self.request.with_header(name, value), self.read, self.flow)


class ShopVerbs(ABC):
    """The verbs of a shop. Each method only describes; nothing is sent."""

    # Accounts and tokens

    @abstractmethod
    def register(self, email: str, password: str) -> Call[Account]:
        """Open an account."""

    @abstractmethod
    def sign_in(self, email: str, password: str) -> Call[Tokens]:
        """Exchange e-mail and password for tokens."""

    @abstractmethod
    def refresh(self, refresh_token: str) -> Call[Tokens]:
        """Exchange a refresh token for new tokens."""

    @abstractmethod
    def sign_out(self, refresh_token: str) -> Call[None]:
        """End the refresh token."""

    @abstractmethod
    def whoami(self) -> Call[Account]:
        """Read the account whose access token is sent."""

    @abstractmethod
    def change_password(self, current: str, new: str) -> Call[None]:
        """Give the account that is signed in another password."""

    # Catalogue

    @abstractmethod
    def list_categories(self) -> Call[tuple[Category, ...]]:
        """List the first page of categories."""

    @abstractmethod
    def list_products(
        self,
        *,
        search: str | None = None,
        category_id: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> Call[ProductPage]:
        """List one page of products. `ordering` is a field of the shop's language: name, price, created_at, or -…"""

    @abstractmethod
    def open_product(self, product_id: str) -> Call[Product]:
        """Open one product with its stock and variants."""

    @abstractmethod
    def create_product(self, *, name: str, price: Decimal, stock: int, category_id: str) -> Call[Product]:
        """Staff: offer a product."""

    @abstractmethod
    def change_product(
        self, product_id: str, *, name: str | None = None, price: Decimal | None = None, stock: int | None = None
    ) -> Call[Product]:
        """Staff: change what is given, leave the rest."""

    @abstractmethod
    def withdraw_product(self, product_id: str) -> Call[None]:
        """Staff: no longer offer a product."""

    @abstractmethod
    def create_category(self, *, name: str) -> Call[Category]:
        """Staff: open a category."""

    # Reviews

    @abstractmethod
    def write_review(self, product_id: str, *, rating: int, title: str, body: str) -> Call[Review]:
        """Review a product."""

    @abstractmethod
    def list_reviews(self, product_id: str, *, page_size: int | None = None) -> Call[tuple[Review, ...]]:
        """List the first page of a product's reviews."""

    # Cart

    @abstractmethod
    def view_cart(self) -> Call[Cart]:
        """View the cart of the account that is signed in."""

    @abstractmethod
    def add_to_cart(self, product_id: str, quantity: int, variant_id: str | None = None) -> Call[CartLine]:
        """Put so many more of a thing into the cart."""

    @abstractmethod
    def change_line(self, line_id: str, quantity: int) -> Call[CartLine]:
        """Set the quantity of a line."""

    @abstractmethod
    def remove_line(self, line_id: str) -> Call[None]:
        """Take a line out of the cart."""

    @abstractmethod
    def empty_cart(self) -> Call[None]:
        """Take everything out of the cart."""

    # Orders

    @abstractmethod
    def place_order(self, idempotency_key: str | None = None) -> Call[Order]:
        """Order what is in the cart."""

    @abstractmethod
    def open_order(self, order_id: str) -> Call[Order]:
        """Open one order with its lines."""

    @abstractmethod
    def list_orders(self, *, page_size: int | None = None) -> Call[tuple[Order, ...]]:
        """List the first page of the orders of the account that is signed in, newest first."""

    @abstractmethod
    def cancel_order(self, order_id: str) -> Call[Order]:
        """Take an order back."""

    # Operation

    @abstractmethod
    def liveness(self) -> Call[None]:
        """Is the process alive?"""

    @abstractmethod
    def readiness(self) -> Call[Readiness]:
        """Can it serve? Also read from an answer that says no."""

    @abstractmethod
    def openapi_document(self) -> Call[dict[str, object]]:
        """Read the OpenAPI document of the current version."""

    def openapi_documents(self) -> tuple[Call[dict[str, object]], ...]:
        """Read the OpenAPI documents of all versions that are served, the current one first."""
        return (self.openapi_document(),)

    @abstractmethod
    def documentation_page(self) -> Call[None]:
        """Open a page for people, in HTML: the documentation of the API."""

    @abstractmethod
    def unknown_page(self) -> Call[None]:
        """Something that no shop has, below the base of the API."""
