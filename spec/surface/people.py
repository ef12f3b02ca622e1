"""The people as whom the surface is visited, each made when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from spec.surface.provocations import UNPREPARED, NotThere, OutOfReach
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Identity
from spec.target.exchange import Response
from spec.target.shop import Shop
from spec.target.visitor import Visitor


class People:
    """Visitors by identity. The owner is the customer to whom the things belong that the tour makes."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._found: dict[Identity, Visitor | NotThere | OutOfReach] = {}
        self._makers: Mapping[Identity, Callable[[], Visitor]] = {
            Identity.NOBODY: shop.visitor,
            Identity.CUSTOMER: shop.customer,
            Identity.STRANGER: self._stranger,
            Identity.STAFF: self._staff,
            Identity.FORGED: self._forger,
            Identity.SIGNED_OUT: self._signed_out,
        }

    def find(self, identity: Identity) -> Visitor:
        """Return the visitor of an identity. Raises NotThere or OutOfReach where there is none, the same each time."""
        if identity not in self._found:
            try:
                self._found[identity] = self._makers[identity]()
            except NotThere as missing:
                self._found[identity] = missing
            except UNPREPARED as error:
                self._found[identity] = OutOfReach(str(error))
        found = self._found[identity]
        if isinstance(found, Visitor):
            return found
        raise found

    def passing(self, identity: Identity) -> Visitor:
        """Return the visitor of an identity for a request that may end or give away a session. Raises as `find`.

        Tokens cannot become another's by an answer, but cookies can: then it is a session that nothing else needs.
        """
        visitor = self.find(identity)
        if not (visitor.session.cookies or visitor.session.memory):
            return visitor
        return self._shop.staff_again() if identity is Identity.STAFF else self._shop.again(visitor)

    @property
    def owner(self) -> Visitor:
        """The customer to whom the things belong."""
        return self.find(Identity.CUSTOMER)

    def has(self, identity: Identity) -> bool:
        """Tell if there is a visitor of this identity."""
        try:
            self.find(identity)
        except (NotThere, OutOfReach):
            return False
        return True

    def settle(self, response: Response) -> AnswerKind:
        """Name the kind of an answer."""
        return self._shop.verbs.settle(response)

    def renew_nobody(self) -> bool:
        """Let somebody else be nobody, with a budget of their own. False where all share one address."""
        if self._shop.tells_clients_apart:
            self._found[Identity.NOBODY] = self._shop.visitor()
        return self._shop.tells_clients_apart

    def _stranger(self) -> Visitor:
        customer = self._shop.customer()
        return customer.with_session(customer.session.known_as(Identity.STRANGER))

    def _staff(self) -> Visitor:
        if not self._shop.grants_staff:
            raise OutOfReach("no staff account is granted")
        return self._shop.staff

    def _forger(self) -> Visitor:
        return self.owner.with_session(self.owner.session.forged())

    def _signed_out(self) -> Visitor:
        if not self._shop.verbs.offers("sign_out"):
            raise NotThere("the target offers no sign-out")
        again = self._shop.again(self.owner)
        # The memory as it was before the sign-out, whose answer may take a cookie back.
        kept = again.session.known_as(Identity.SIGNED_OUT)
        again.must(self._shop.verbs.sign_out())
        return again.with_session(kept)
