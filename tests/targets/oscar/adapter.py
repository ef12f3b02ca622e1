"""The verbs of django-oscar-api: sessions in cookies, things that name each other by address, verbs of several steps.

Its product list tells names alone, and the page of a product links to its price and its availability. A category is
named by its path ("Books > Fiction"), a line of a cart by cart and number. It offers no search, no filter, no paging,
no reviews, no cancellation, no refresh, no health and no document of its API: those verbs are not overridden here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar
from urllib.parse import quote, urlsplit

from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest import answer_fields as reading
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Request, Response, UnexpectedAnswer
from spec.target.session import Session
from spec.target.steps import Ask, Part, Steps, Verb
from spec.target.values import (
    UNTOLD,
    Account,
    Cart,
    CartLine,
    Category,
    ListedProduct,
    Money,
    Order,
    Product,
    ProductPage,
)
from spec.target.verbs import ShopVerbs, Thing

T = TypeVar("T")
Body = Mapping[str, object]

STATUSES: Final = {"new": "placed", "processed": "paid", "cancelled": "cancelled"}
"""The statuses of oscar's pipeline in the language of shops."""
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
ADDRESS: Final = {
    "first_name": "Ada",
    "last_name": "Shopper",
    "line1": "1 Test Street",
    "line4": "London",
    "postcode": "N1 9GU",
}


class CookieSession(Session):
    """A session that lives in cookies, with a CSRF token that comes in a cookie and goes back in a header."""

    def sign(self, request: Request) -> Request:
        """Add the cookies, and the token to a request that changes something."""
        token = self.cookies.get("csrftoken")
        if token and request.method not in SAFE_METHODS:
            request = request.with_header("X-CSRFToken", token)
        return super().sign(request)


class Verbs(ShopVerbs):
    """The verbs over oscar's API. Settings: the `country` to ship to, `product_class` and `partner` of new products."""

    def __init__(self, context: AdapterContext) -> None:
        super().__init__(context)
        self.lacks = frozenset(f"list_products.{option}" for option in ("search", "category_id", "ordering", "cursor"))

    def stranger(self) -> Session:
        return CookieSession()

    def nobody(self, thing: Thing) -> str:
        number = str(secrets.randbelow(10**8) + 10**8)
        return f"{number}/{number}" if thing == "cart line" else number

    def settle(self, response: Response) -> AnswerKind:
        """Tell the 406 of a cart that cannot hold so much, whose reason is a sentence, from that of a wrong field."""
        if response.status == 406 and isinstance(_reason(response), str):
            return AnswerKind.CONFLICT
        return super().settle(response)

    def register(self, email: str, password: str) -> Verb[Account]:
        body = {"email": email, "password1": password, "password2": password}
        return self._single("register", Request("POST", "/api/register/", json=body), _registered)

    def sign_in(self, email: str, password: str) -> Verb[Session]:
        body = {"username": email, "password": password}

        def steps(session: Session) -> Steps[Session]:
            for name in ("sessionid", "csrftoken"):  # a session that is signed in is refused another sign-in
                session.cookies.pop(name, None)
            reading.expect_status((yield Ask(Request("POST", "/api/login/", json=body))), 200)
            return session

        return self.make("sign_in", steps, begins_session=True)

    def sign_out(self) -> Verb[None]:
        return self._single("sign_out", Request("DELETE", "/api/login/"), _nothing(200))

    def whoami(self) -> Verb[Account]:
        return self._single("whoami", Request("GET", "/api/login/"), _read(_account))

    def list_categories(self, *, page_size: int | None = None) -> Verb[tuple[Category, ...]]:
        return self._single("list_categories", Request("GET", "/api/categories/"), _read_all(_category))

    def list_products(
        self,
        *,
        search: str | None = None,
        category_id: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> Verb[ProductPage]:
        options = {"search": search, "category_id": category_id, "ordering": ordering, "cursor": cursor}
        self.expect_offered(*(f"list_products.{name}" for name, value in options.items() if value is not None))

        def read(response: Response) -> ProductPage:
            return ProductPage(_read_all(_listed)(response), next_cursor=None)

        return self._single("list_products", Request("GET", "/api/products/"), read)

    def open_product(self, product_id: str) -> Verb[Product]:
        path = f"/api/products/{quote(product_id, safe='')}/"

        def steps(_session: Session) -> Steps[Product]:
            product = reading.read_object((yield Ask(Request("GET", path))), 200)
            price = yield Ask(Request("GET", f"{path}price/"), Part.LOOK)
            available = yield Ask(Request("GET", f"{path}availability/"), Part.LOOK)
            return _product(product, reading.read_object(price, 200), reading.read_object(available, 200))

        return self.make("open_product", steps)

    def create_product(self, *, name: str, price: Decimal, stock: int, category_id: str) -> Verb[Product]:
        code = secrets.token_hex(8)
        stocked = {"partner": self._setting("partner"), "partner_sku": code, "price": str(price), "num_in_stock": stock}
        body = {
            "title": name,
            "slug": code,
            "upc": code,
            "structure": "standalone",
            "product_class": self._setting("product_class"),
            "categories": [category_id],
            "stockrecords": [stocked],
        }
        return self._single("create_product", Request("POST", "/api/admin/products/", json=body), _read(_kept, 201))

    def change_product(
        self, product_id: str, *, name: str | None = None, price: Decimal | None = None, stock: int | None = None
    ) -> Verb[Product]:
        path = f"/api/admin/products/{quote(product_id, safe='')}/"
        renaming = Request("PATCH", path, json={"title": name})

        def steps(_session: Session) -> Steps[Product]:
            if price is None and stock is None:
                return _read(_kept)((yield Ask(renaming)))
            if name is not None:
                reading.expect_status((yield Ask(renaming, Part.LEAD)), 200)
            kept = _stock_record(reading.read_object((yield Ask(Request("GET", path), Part.LEAD)), 200))
            # oscar counts what is ordered and not yet sent apart from what lies in the warehouse.
            held = None if stock is None else stock + (_optional_integer(kept, "num_allocated") or 0)
            given = {"price": None if price is None else str(price), "num_in_stock": held}
            body = {key: value for key, value in given.items() if value is not None}
            changed = yield Ask(Request("PATCH", _path(kept, "url"), json=body))
            reading.expect_status(changed, 200)
            return _read(_kept)((yield Ask(Request("GET", path), Part.LOOK)))

        return self.make("change_product", steps)

    def withdraw_product(self, product_id: str) -> Verb[None]:
        request = Request("DELETE", f"/api/admin/products/{quote(product_id, safe='')}/")
        return self._single("withdraw_product", request, _nothing(204))

    def create_category(self, *, name: str) -> Verb[Category]:
        request = Request("POST", "/api/admin/categories/", json={"name": name})
        return self._single("create_category", request, _read(_category, 201))

    def view_cart(self) -> Verb[Cart]:
        def steps(_session: Session) -> Steps[Cart]:
            basket = reading.read_object((yield Ask(Request("GET", "/api/basket/"))), 200)
            lines = yield Ask(Request("GET", _path(basket, "lines")), Part.LOOK)
            return Cart(_read_all(_line)(lines), _amount(basket, "total_incl_tax", "currency"))

        return self.make("view_cart", steps)

    def add_to_cart(self, product_id: str, quantity: int, variant_id: str | None = None) -> Verb[CartLine]:
        added = f"/api/products/{quote(variant_id or product_id, safe='')}/"
        body = {"url": added, "quantity": quantity}

        def steps(_session: Session) -> Steps[CartLine]:
            basket = reading.read_object((yield Ask(Request("POST", "/api/basket/add-product/", json=body))), 200)
            lines = _read_all(_line)((yield Ask(Request("GET", _path(basket, "lines")), Part.LOOK)))
            return _only(line for line in lines if line.product_id == product_id)

        return self.make("add_to_cart", steps)

    def change_line(self, line_id: str, quantity: int) -> Verb[CartLine]:
        request = Request("PATCH", _line_path(line_id), json={"quantity": quantity})
        return self._single("change_line", request, _read(_line))

    def remove_line(self, line_id: str) -> Verb[None]:
        return self._single("remove_line", Request("DELETE", _line_path(line_id)), _nothing(204))

    def empty_cart(self) -> Verb[None]:
        def steps(_session: Session) -> Steps[None]:
            basket = reading.read_object((yield Ask(Request("GET", "/api/basket/"), Part.LEAD)), 200)
            reading.expect_status((yield Ask(Request("DELETE", _path(basket, "url")))), 204)

        return self.make("empty_cart", steps)

    def place_order(self, idempotency_key: str | None = None) -> Verb[Order]:
        country = f"/api/countries/{self._setting('country')}/"

        def steps(_session: Session) -> Steps[Order]:
            basket = reading.read_object((yield Ask(Request("GET", "/api/basket/"), Part.LEAD)), 200)
            body = {"basket": _path(basket, "url"), "shipping_address": {**ADDRESS, "country": country}}
            placed = yield Ask(Request("POST", "/api/checkout/", json=body))
            return (yield from _with_lines(reading.read_object(placed, 200)))

        verb = self.make("place_order", steps)
        return verb if idempotency_key is None else verb.with_header("Idempotency-Key", idempotency_key)

    def open_order(self, order_id: str) -> Verb[Order]:
        def steps(_session: Session) -> Steps[Order]:
            opened = yield Ask(Request("GET", f"/api/orders/{quote(order_id, safe='')}/"))
            return (yield from _with_lines(reading.read_object(opened, 200)))

        return self.make("open_order", steps)

    def list_orders(self, *, page_size: int | None = None) -> Verb[tuple[Order, ...]]:
        return self._single("list_orders", Request("GET", "/api/orders/"), _read_all(_order))

    def unknown_page(self) -> Verb[None]:
        return self._single("unknown_page", Request("GET", "/api/no-such-thing/"), _nothing(404))

    def _single(self, name: str, request: Request, read: Callable[[Response], T]) -> Verb[T]:
        """Make a verb of one request."""

        def steps(_session: Session) -> Steps[T]:
            return read((yield Ask(request)))

        return self.make(name, steps)

    def _setting(self, name: str) -> str:
        return str(self.context.settings[name])


def _with_lines(order: Body) -> Steps[Order]:
    lines = yield Ask(Request("GET", _path(order, "lines")), Part.LOOK)
    return _order(order, _read_all(_line)(lines))


def _read(of: Callable[[Body], T], status: int = 200) -> Callable[[Response], T]:
    return lambda response: of(reading.read_object(response, status))


def _read_all(of: Callable[[Body], T]) -> Callable[[Response], tuple[T, ...]]:
    def read(response: Response) -> tuple[T, ...]:
        reading.expect_status(response, 200)
        members = reading.as_list(response.json(), "the body")
        return tuple(of(reading.as_object(member, "a member of the list")) for member in members)

    return read


def _nothing(status: int) -> Callable[[Response], None]:
    return lambda response: reading.expect_status(response, status)


def _reason(response: Response) -> object:
    try:
        return reading.as_object(response.json(), "the body").get("reason")
    except UnexpectedAnswer:
        return None


def _only(lines: Iterator[CartLine]) -> CartLine:
    found = next(lines, None)
    if found is None:
        raise UnexpectedAnswer("a line with what was added", "none")
    return found


def _path(body: Body, name: str) -> str:
    """Read the path of an absolute link."""
    return urlsplit(reading.text(body, name)).path


def _number(body: Body, name: str) -> str:
    """Read the last part of a link's path, which is the id of what it leads to."""
    return _path(body, name).rstrip("/").rpartition("/")[2]


def _line_path(line_id: str) -> str:
    basket, _, number = (quote(part, safe="/") for part in line_id.partition("/"))
    return f"/api/baskets/{basket}/lines/{number}/"


def _amount(body: Body, name: str, currency: str) -> Money:
    """Read an amount. An empty cart has no currency."""
    text = reading.text(body, name)
    try:
        return Money(Decimal(text), str(body.get(currency) or ""))
    except InvalidOperation as error:
        raise UnexpectedAnswer(f"a decimal amount as {name!r}", repr(text)) from error


def _optional_integer(body: Body, name: str) -> int | None:
    return None if body.get(name) is None else reading.integer(body, name)


def _registered(response: Response) -> Account:
    reading.expect_status(response, 201)
    email = response.json()
    if not isinstance(email, str):
        raise UnexpectedAnswer("the e-mail address of the account", repr(email)[:80])
    return Account(email, email)


def _account(body: Body) -> Account:
    return Account(reading.text(body, "username"), reading.text(body, "email"))


def _category(body: Body) -> Category:
    return Category(reading.text(body, "breadcrumbs"), reading.text(body, "name"))


def _listed(body: Body) -> ListedProduct:
    return ListedProduct(reading.identifier(body, "id"), reading.text(body, "title"), UNTOLD, UNTOLD, UNTOLD)


def _first_category(body: Body) -> str | None:
    named = reading.as_list(reading.field(body, "categories"), "'categories'")
    return str(named[0]) if named else None


def _product(body: Body, price: Body, availability: Body) -> Product:
    stock = _optional_integer(availability, "num_available")
    return Product(
        id=reading.identifier(body, "id"),
        name=reading.text(body, "title"),
        price=_amount(price, "incl_tax", "currency"),
        in_stock=reading.boolean(availability, "is_available_to_buy"),
        category_id=_first_category(body),
        stock=UNTOLD if stock is None else stock,
    )


def _stock_record(product: Body) -> Body:
    records = reading.as_list(reading.field(product, "stockrecords"), "'stockrecords'")
    if len(records) != 1:
        raise UnexpectedAnswer("one stock record", f"{len(records)}")
    return reading.as_object(records[0], "a stock record")


def _kept(body: Body) -> Product:
    """Read a product as staff see it."""
    record = _stock_record(body)
    stock = reading.integer(record, "num_in_stock") - (_optional_integer(record, "num_allocated") or 0)
    return Product(
        id=reading.identifier(body, "id"),
        name=reading.text(body, "title"),
        price=_amount(record, "price", "price_currency"),
        in_stock=stock > 0,
        category_id=_first_category(body),
        stock=stock,
    )


def _line(body: Body) -> CartLine:
    """Read a line of a cart or an order. It tells no price of one; a line whose product was withdrawn names none."""
    quantity, total = reading.integer(body, "quantity"), _amount(body, "price_incl_tax", "price_currency")
    one = total.amount / quantity if quantity else total.amount
    number = _number(body, "url")
    return CartLine(
        id=f"{_number(body, 'basket')}/{number}" if "basket" in body else number,
        product_id=_number(body, "product") if body.get("product") else "",
        variant_id=None,
        quantity=quantity,
        unit_price=Money(one, total.currency),
        line_total=total,
    )


def _order(body: Body, lines: tuple[CartLine, ...] = ()) -> Order:
    return Order(
        id=_number(body, "url"),
        number=reading.text(body, "number"),
        status=STATUSES.get(reading.text(body, "status"), reading.text(body, "status")),
        total=_amount(body, "total_incl_tax", "currency"),
        lines=lines,
    )
