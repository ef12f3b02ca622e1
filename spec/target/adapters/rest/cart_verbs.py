"""The cart over REST."""

from __future__ import annotations

from collections.abc import Callable

from spec.target.adapters.rest.answer_fields import shown
from spec.target.adapters.rest.field_tables import UNTOLD_FIELD
from spec.target.adapters.rest.rest_verbs import RestVerbs
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Request, UnexpectedAnswer
from spec.target.session import Session
from spec.target.steps import Ask, Part, Steps, Verb
from spec.target.values import Cart, CartLine


class CartVerbs(RestVerbs):
    """The verbs by which a cart is filled, changed and emptied."""

    def view_cart(self) -> Verb[Cart]:
        return self.showing("view_cart", self.request("view_cart"), self.readings.cart)

    def add_to_cart(self, product_id: str, quantity: int, variant_id: str | None = None) -> Verb[CartLine]:
        fields, mine, sent = self.fields.line, self.fields.new_line, self.settings.sent_id
        content: list[tuple[str, object]] = [
            (_place(mine.product_id, fields.product_id), sent(product_id)),
            (_place(mine.quantity, fields.quantity), quantity),
        ]
        place = _place(mine.variant_id, fields.variant_id)
        if variant_id is not None and place != UNTOLD_FIELD:
            content.append((place, sent(variant_id)))

        def is_it(line: CartLine) -> bool:
            return line.product_id == product_id and variant_id in {None, line.variant_id}

        return self._writing_line(
            "add_to_cart", self.request("add_to_cart", json=self.body("add_to_cart", *content)), is_it
        )

    def change_line(self, line_id: str, quantity: int) -> Verb[CartLine]:
        body = self.body("change_line", (_place(self.fields.new_line.quantity, self.fields.line.quantity), quantity))
        request = self.request("change_line", parameters={"line_id": line_id}, json=body)
        return self._writing_line("change_line", request, lambda line: line.id == line_id)

    def remove_line(self, line_id: str) -> Verb[None]:
        return self.doing("remove_line", self.request("remove_line", parameters={"line_id": line_id}))

    def empty_cart(self) -> Verb[None]:
        if self.settings.emptying == "at once":
            return self.doing("empty_cart", self.request("empty_cart"))
        self.expect_offered("empty_cart", "view_cart", "remove_line")

        def steps(_session: Session) -> Steps[None]:
            lines = (yield from self._cart_seen(Part.LEAD)).lines
            removals = [self.request("remove_line", parameters={"line_id": line.id}) for line in lines]
            # A verb has a request of its own: the last removal, or another look where there is nothing to remove.
            *leading, own = removals or [self.request("view_cart")]
            for request in leading:
                self.expect(AnswerKind.DONE, (yield Ask(request, Part.LEAD)))
            self.expect(AnswerKind.DONE, (yield Ask(own)))

        return self.make("empty_cart", steps)

    def _writing_line(self, verb: str, request: Request, is_it: Callable[[CartLine], bool]) -> Verb[CartLine]:
        """Make a verb whose value is the line that it wrote, wherever the backend shows that."""
        if self.settings.line_answers == "line":
            return self.showing(verb, request, self.readings.line)
        in_answer = self.settings.line_answers == "cart"

        def steps(_session: Session) -> Steps[CartLine]:
            if in_answer:
                cart = self.readings.cart(self.readings.thing((yield from self.answer(request))))
            else:
                self.expect(AnswerKind.DONE, (yield Ask(request)))
                cart = yield from self._cart_seen(Part.LOOK)
            line = next(filter(is_it, cart.lines), None)
            if line is None:
                others = shown([line.product_id for line in cart.lines])
                raise UnexpectedAnswer("the line in the cart", f"lines of the products {others}")
            return line

        return self.make(verb, steps)

    def _cart_seen(self, part: Part) -> Steps[Cart]:
        answer = yield from self.answer(self.request("view_cart"), part)
        return self.readings.cart(self.readings.thing(answer))


def _place(own: str | None, shared: str) -> str:
    return shared if own is None else own
