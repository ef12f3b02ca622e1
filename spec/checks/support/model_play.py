"""Plays operations of the model on a shop and holds every answer against the model."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Final, assert_never

from spec import model
from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, Outcome, Violation
from spec.checks.support.model_rules import list_met
from spec.checks.support.own_account import gather_customers
from spec.checks.support.scenarios import DEEDS, USERS, audit, decide
from spec.surface.goods import clear_cart
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import UnexpectedAnswer
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.values import UNTOLD, Cart, CartLine, Order, Product

KINDS: Final[Mapping[AnswerKind, frozenset[model.Kind]]] = MappingProxyType(
    {
        # A value cannot be used because it makes no sense, or because what it names is not there.
        AnswerKind.INVALID: frozenset({model.Kind.INVALID, model.Kind.NOT_FOUND}),
        AnswerKind.NOT_FOUND: frozenset({model.Kind.NOT_FOUND}),
        AnswerKind.CONFLICT: frozenset({model.Kind.CONFLICT}),
    }
)
"""The model's word for a refusal, by the kind of the answer. Any other answer is no outcome of a shop."""


PAGE_SIZE: Final = 50
"""Orders on a page: more than a user places in the plays of one company."""


class Company:
    """The users of a few plays, one after another: to register and sign in costs more than to play.

    `ended` are the orders of the plays before, and those that brought accounts had already: they stay in the users'
    lists, and no play speaks of them.
    """

    def __init__(self, shop: Shop) -> None:
        self._verbs = shop.verbs
        self.users = dict(zip(USERS, gather_customers(shop, len(USERS), least=len(USERS)), strict=True))
        self.plays = 0
        self.ended: set[str] = set()
        if not self._verbs.offers("register") and self._verbs.offers("list_orders"):
            for user in self.users.values():
                self.ended.update(order.id for order in user.must(self._verbs.list_orders(page_size=PAGE_SIZE)))

    def begin(self) -> None:
        """Take out of the carts what the play before has left there. Raises PreparationFailed."""
        self.plays += 1
        for user in self.users.values() if self.plays > 1 else ():
            clear_cart(self._verbs, user)


class ModelPlay:
    """One play on a shop with new products, known by the model's names, and the states that fit so far."""

    def __init__(
        self, shop: Shop, examine: Examination, opening: model.Shop, reached: Counter[str], company: Company
    ) -> None:
        company.begin()
        self._shop = shop
        self._company = company
        self._examine = examine
        self._reached = reached
        self._states = frozenset({opening})
        self._products = {one.id: shop.new_product(stock=one.stock, price=one.price).id for one in opening.products}
        self._lines: dict[tuple[str, str], str] = {}
        self._orders: dict[str, str] = {}
        self._adjustments: dict[str, Decimal] = {}
        self._story = [f"stock: { ({one.id: one.stock for one in opening.products}) }"]

    def play(self, steps: Iterable[int]) -> Violation | None:
        """Play the steps, then look at everything. Returns the first disagreement, with the story that led to it."""
        left_out = list_left_out(self._shop)
        try:
            for place, drawn in enumerate(steps, start=1):
                for operation in decide(drawn, place, self._state, left_out=left_out):
                    self._perform(operation)
            for operation in audit(self._state, left_out=left_out):
                self._perform(operation)
        except Violation as violation:
            violation.add_note("\n".join(self._story))
            return violation
        self._company.ended.update(self._orders.values())
        return None

    @property
    def _state(self) -> model.Shop:
        """One of the states that the shop may be in."""
        return min(self._states, key=repr)

    def _perform(self, operation: model.Operation) -> None:
        by_staff = isinstance(operation, model.ChangePrice | model.Withdraw)
        actor = self._shop.staff if by_staff else self._company.users[getattr(operation, "user", USERS[0])]
        reply = actor.do(self._spell(operation))
        view: model.View = None
        try:
            view, kinds = reply.value, frozenset({model.Kind.DONE})
            shown = "" if view is None else f", {tell(view)}"
        except UnexpectedAnswer as error:
            kinds = KINDS.get(reply.kind, frozenset())
            shown = "" if kinds else f", {error}"
        seen = f"{reply.status} ({' or '.join(sorted(kinds)) or 'no outcome of a shop'}){shown}"
        self._story.append(f"{tell(operation)} → {seen}")
        self._reached.update(list_met(self._state, operation))
        after = frozenset(state for kind in kinds for state in model.follow(self._states, operation, kind, view))
        allowed = [tell(one) for state in self._states for one in model.step(state, operation)]
        wanted = f"after {tell(operation)}: {', or '.join(dict.fromkeys(allowed))}"
        outcome = Outcome.SERVER_ERROR if reply.response.is_server_error else Outcome.MODEL_DISAGREES
        self._examine.that(bool(after), outcome, wanted, saw=reply, observed=seen)
        self._states = after
        self._count(operation, kinds)

    def _count(self, operation: model.Operation, kinds: frozenset[model.Kind]) -> None:
        done, not_found = model.Kind.DONE in kinds, model.Kind.NOT_FOUND in kinds
        self._reached["successful checkouts"] += done and isinstance(operation, model.Checkout)
        self._reached["cancellations"] += done and isinstance(operation, model.Cancel)
        self._reached["conflicts"] += model.Kind.CONFLICT in kinds
        # What a scenario names is there (see `decide`): it is not found because it is another's.
        another = isinstance(operation, model.ChangeLine | model.RemoveLine | model.Cancel | model.ViewOrder)
        self._reached["foreign objects not found"] += not_found and another

    def _spell(self, operation: model.Operation) -> Verb[model.View]:
        """Spell the operation as a verb whose answer is read in the model's words."""
        verbs, products, orders = self._shop.verbs, self._products, self._orders
        match operation:
            case model.AddToCart(user, product, quantity):
                return verbs.add_to_cart(products[product], quantity).map(partial(self._view_own_line, user))
            case model.ChangeLine(user, owner, product, quantity):
                change = verbs.change_line(self._lines.get((owner, product)) or verbs.nobody("cart line"), quantity)
                return change.map(partial(self._view_own_line, user))
            case model.RemoveLine(_, owner, product):
                return verbs.remove_line(self._lines.get((owner, product)) or verbs.nobody("cart line")).map(_nothing)
            case model.EmptyCart():
                return verbs.empty_cart().map(_nothing)
            case model.ViewCart(user):
                return verbs.view_cart().map(partial(self._view_cart, user))
            case model.Checkout(_, order):
                return verbs.place_order().map(partial(self._view_new_order, order))
            case model.Cancel(_, order):
                return verbs.cancel_order(orders.get(order) or verbs.nobody("order")).map(self._view_order)
            case model.ViewOrder(_, order):
                return verbs.open_order(orders.get(order) or verbs.nobody("order")).map(self._view_order)
            case model.ViewOrders():
                return verbs.list_orders(page_size=PAGE_SIZE).map(self._view_orders)
            case model.ViewProduct(product):
                return verbs.open_product(products[product]).map(self._view_product)
            case model.ChangePrice(product, price):
                return verbs.change_product(products[product], price=price).map(_nothing)
            case model.Withdraw(product):
                return verbs.withdraw_product(products[product]).map(_nothing)
            case model.MoveOrder():
                raise NotImplementedError("no verb moves an order")
            case _:
                assert_never(operation)

    def _view_line(self, line: CartLine) -> model.LineView:
        product = _name(self._products, line.product_id, "product")
        return model.LineView(product, line.quantity, line.unit_price.amount, line.line_total.amount)

    def _view_own_line(self, user: str, line: CartLine) -> model.LineView:
        view = self._view_line(line)
        self._lines[user, view.product] = line.id
        return view

    def _view_cart(self, user: str, cart: Cart) -> model.CartView:
        return model.CartView(tuple(sorted(self._view_own_line(user, line) for line in cart.lines)), cart.total.amount)

    def _view_order(self, order: Order) -> model.OrderView:
        name = _name(self._orders, order.id, "order")
        lines = tuple(sorted(map(self._view_line, order.lines)))
        total = order.total.amount - self._adjustments.get(name, order.adjustments)
        return model.OrderView(name, _status(order.status), lines, total)

    def _view_new_order(self, name: str, order: Order) -> model.OrderView:
        self._orders[name] = order.id
        # A list may leave out what an order holds beside its lines.
        self._adjustments[name] = order.adjustments
        return self._view_order(order)

    def _view_orders(self, orders: Iterable[Order]) -> tuple[model.OrderSummary, ...]:
        present = (order for order in orders if order.id not in self._company.ended)
        views = sorted(map(self._view_order, present), key=lambda view: view.order)
        return tuple(model.OrderSummary(view.order, view.status, view.total) for view in views)

    def _view_product(self, product: Product) -> model.ProductView:
        if product.stock is UNTOLD:
            raise Blocked("the shop does not tell its stock, without which the model decides nothing")
        return model.ProductView(_name(self._products, product.id, "product"), product.price.amount, product.stock)


def list_left_out(shop: Shop) -> frozenset[str]:
    """List the deeds that this shop does not offer, and with them changes of a price that its carts would keep."""
    missing = {deed for deed, (_, verb, _) in DEEDS.items() if not shop.verbs.offers(verb)}
    prices_change = shop.profile.policies.get("price_change") == "current"
    return frozenset(missing if prices_change else {*missing, "change a price"})


def _nothing(_: object) -> None:
    return None


def _name(known: Mapping[str, str], number: str, kind: str) -> str:
    return next((name for name, one in known.items() if one == number), f"unknown {kind} {number}")


def _status(text: str) -> model.OrderStatus:
    try:
        return model.OrderStatus(text)
    except ValueError as error:
        raise UnexpectedAnswer(f"an order status of {', '.join(model.OrderStatus)}", repr(text)) from error


def tell(value: object) -> str:
    """Describe an operation, an outcome or a view of the model in few words."""
    if isinstance(value, model.AllowedOutcome):
        return str(value.kind) if value.view is None else f"{value.kind}, {tell(value.view)}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(tell, value)) + "]"
    if is_dataclass(value) and not isinstance(value, type):
        parts = (_tell_field(field.name, tell(getattr(value, field.name))) for field in fields(value))
        return f"{type(value).__name__}({', '.join(parts)})"
    return str(value)


def _tell_field(name: str, text: str) -> str:
    """Name a field unless its value does: an order is called "order 3"."""
    return text if name in text.split(" ")[:2] else f"{name} {text}"


def shorten(
    steps: tuple[int, ...], found: Violation, play: Callable[[tuple[int, ...]], Violation | None], seconds: float
) -> Violation:
    """Leave out ever smaller parts (delta debugging, Zeller 2002); return what the shortest shows in that time.

    A part shows the same when its play has a violation with the same outcome.
    """
    deadline, size = time.monotonic() + seconds, max(len(steps) // 2, 1)
    shortest = found
    while size:
        start = 0
        while start < len(steps):
            shorter = steps[:start] + steps[start + size :]
            again = play(shorter) if time.monotonic() < deadline else None
            if again is not None and again.outcome is found.outcome:
                steps, shortest = shorter, again
            else:
                start += size
        size //= 2
    return shortest
