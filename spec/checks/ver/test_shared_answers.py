"""VER-004: what one version has answered never reaches a client of another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations
from typing import Any

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.answer_forms import DocumentedForms, OwnForms, Place, form_of
from spec.checks.support.version_documents import ServedDocuments, read_valid_documents, require_versions
from spec.surface.goods import find_goods, front_name
from spec.surface.known import Known
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Exchange, Response
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.visitor import Visitor

NEW_PRICE = Decimal("13.75")
PAGE_SIZES = (7, 9, 11, 13)
"""Pages that nobody else asks for, so that the first answer of each comes from no cache."""


@dataclass(frozen=True, slots=True)
class SharedRead:
    """A read that every version has, and whoever reads in turn."""

    name: str
    verb: Verb[Any]
    readers: tuple[Visitor, ...]
    alike: bool = True
    """The things that it shows are like those of the other order: its form is that of the version alone."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer under one version: which read, in which version, and what came."""

    read: str
    version: str
    exchange: Exchange
    alike: bool

    @property
    def response(self) -> Response:
        """The answer; one that did not come is no answer of this kind."""
        return self.exchange.response or Response(0)


@verifies("VER-004", effects={"writes", "signs in"})
def test_no_version_is_answered_from_what_another_one_has_cached(roomy: Shop, examine: Examination) -> None:
    """Everything that is read under two versions is read in turn, first under one and then under the other.

    For each order the things are new: a product in a category, its detail, list, search and reviews, the categories,
    a later page, a cart and an order. Each is read cold under one version, cold under the other, then warm under both,
    by strangers and by a customer, and once more in the other order after staff have changed the product. No answer
    fits the document of the other version alone, and none has the form of the other version's first answers rather
    than that of its own. An entity tag of the other version is not answered as not modified, by GET and HEAD.
    """
    documents = read_valid_documents(roomy)
    versions = require_versions(examine, documents.known)
    rounds = [CrossReading(roomy, documents.known, order, at) for at, order in enumerate(permutations(versions, 2))]
    told = {one.order: one.read_all() for one in rounds}
    judge = VersionJudge(documents, told)
    for one in rounds:
        answers = [*told[one.order], *one.read_changed()]
        for answer in answers:
            wanted = f"the {answer.read} of {answer.version} in its own form"
            own = judge.is_own(answer, one.order)
            examine.that(own is not False, Outcome.VERSIONS_MIXED, wanted, saw=answer.exchange)
        one.expect_no_foreign_match(examine, answers)
    examine.require(bool(judge.telling), "no read has another form under another version, so nothing tells them apart")
    reads = {answer.read for answers in told.values() for answer in answers}
    examine.progress(len(judge.telling), len(judge.telling))
    silent = sorted(reads - judge.telling)
    examine.cover("VER-004 · reads that tell the versions apart", len(judge.telling), len(reads), silent)


class VersionJudge:
    """Tells of an answer if it has its own version's form: by both documents, and by the answers that came first."""

    def __init__(self, documents: ServedDocuments, told: Mapping[tuple[str, str], Sequence[Told]]) -> None:
        self._forms = DocumentedForms(documents.known)
        self._cold: dict[tuple[str, tuple[str, str]], frozenset[Place]] = {}
        for order, answers in told.items():
            for one in answers:
                if one.version == order[0]:
                    self._cold.setdefault((one.read, order), form_of(one.response))
        self.telling: set[str] = set()

    def is_own(self, answer: Told, order: tuple[str, str]) -> bool | None:
        """Tell if an answer has the form of its version and not that of the other one; None where nothing tells."""
        other = order[0] if answer.version == order[1] else order[1]
        found = {self._by_documents(answer, other), self._by_first_answers(answer, other)} - {None}
        self.telling |= {answer.read} if found else set()
        return None if not found else False not in found

    def _by_documents(self, answer: Told, other: str) -> bool | None:
        request, response = answer.exchange.request, answer.response
        own = self._forms.fits(answer.version, request, response)
        foreign = self._forms.fits(other, request, response)
        return None if own is None or foreign is None or own == foreign else own

    def _by_first_answers(self, answer: Told, other: str) -> bool | None:
        if not answer.alike:
            return None
        own = self._cold.get((answer.read, (answer.version, other)))
        foreign = self._cold.get((answer.read, (other, answer.version)))
        return OwnForms(own, foreign).told(form_of(answer.response)) if own and foreign else None


class CrossReading:
    """New things, read under one version and then under another one."""

    def __init__(self, shop: Shop, known: Known, order: tuple[str, str], number: int) -> None:
        self._shop, self._known, self.order, self._number = shop, known, order, number
        self._customer = shop.customer()
        self._strangers = (shop.visitor(), shop.visitor())
        self._prepare()

    def _prepare(self) -> None:
        verbs, shop = self._shop.verbs, self._shop
        self._word = shop.unique_name("crossed").replace("-", "")
        self._shelf: str | None = None
        if shop.grants_staff and verbs.offers("create_product"):
            made = verbs.offers("create_category")
            shelf = shop.staff.must(verbs.create_category(name=front_name(shop))) if made else shop.category()
            self._shelf = shelf.id
            offer = verbs.create_product(
                name=f"{self._word} lamp", price=Decimal("12.50"), stock=9, category_id=shelf.id
            )
            self._product = shop.staff.must(offer).id
            self._variant = None
        else:
            goods = find_goods(shop)
            self._product, self._variant = goods.product_id, goods.variant_id
        if verbs.offers("write_review"):
            self._customer.provoke(verbs.write_review(self._product, rating=4, title="Bright", body="As it should be."))
        self._order_id: str | None = None
        if verbs.offers("add_to_cart") and verbs.offers("place_order") and verbs.offers("open_order"):
            self._fill_cart()
            self._order_id = self._customer.must(verbs.place_order()).id
        self._fill_cart()

    def _fill_cart(self) -> None:
        if self._shop.verbs.offers("add_to_cart"):
            self._customer.must(self._shop.verbs.add_to_cart(self._product, 1, self._variant))

    def reads(self) -> Iterator[SharedRead]:
        """Yield what is read."""
        verbs, everybody, own = self._shop.verbs, (*self._strangers, self._customer), (self._customer,)
        yield SharedRead("detail", verbs.open_product(self._product), everybody)
        size = PAGE_SIZES[self._number % len(PAGE_SIZES)]
        yield SharedRead("list", verbs.list_products(page_size=size), everybody, alike=False)
        if self._shelf is not None and verbs.offers("list_products.category_id"):
            yield SharedRead("category", verbs.list_products(category_id=self._shelf), everybody)
        if verbs.offers("list_products.search"):
            yield SharedRead("search", verbs.list_products(search=self._word), everybody)
        if verbs.offers("list_products.ordering"):
            yield SharedRead("ordering", verbs.list_products(ordering="-price"), everybody, alike=False)
        if verbs.offers("list_categories"):
            yield SharedRead("categories", verbs.list_categories(), everybody, alike=False)
        if verbs.offers("list_reviews"):
            yield SharedRead("reviews", verbs.list_reviews(self._product), everybody)
        if verbs.offers("view_cart"):
            yield SharedRead("cart", verbs.view_cart(), own)
        if verbs.offers("list_orders"):
            yield SharedRead("orders", verbs.list_orders(), own)
        if self._order_id is not None:
            yield SharedRead("order", verbs.open_order(self._order_id), own)

    def read_all(self) -> list[Told]:
        """Read everything cold and warm, under both versions in turn."""
        return [told for read in self.reads() for told in self._read(read, (*self.order, *self.order))]

    def read_changed(self) -> list[Told]:
        """Change the product, which empties what was kept of it, and read everything in the other order."""
        if self._shelf is None or not self._shop.verbs.offers("change_product"):
            return []
        self._shop.staff.must(self._shop.verbs.change_product(self._product, price=NEW_PRICE))
        return [told for read in self.reads() for told in self._read(read, (*self.order[::-1], *self.order[::-1]))]

    def _read(self, read: SharedRead, versions: Sequence[str]) -> Iterator[Told]:
        for turn, version in enumerate(versions):
            reader = read.readers[turn % len(read.readers)]
            exchange = reader.provoke(self._under(version, read.verb))
            if reader.settle(exchange) is AnswerKind.DONE:
                yield Told(read.name, version, exchange, read.alike)

    def _under(self, version: str, verb: Verb[Any]) -> Verb[Any]:
        return verb.changed(lambda request: self._known.in_version(request, version))

    def expect_no_foreign_match(self, examine: Examination, answers: Sequence[Told]) -> None:
        """Send the entity tag of each version to the other one: not modified is right for equal bodies alone."""
        latest = {(one.read, one.version): one for one in answers}
        for read in self.reads():
            for version, other in (self.order, self.order[::-1]):
                own, foreign = latest.get((read.name, version)), latest.get((read.name, other))
                tag = foreign.response.headers.get("ETag") if foreign else None
                if own is None or foreign is None or tag is None or own.response.body == foreign.response.body:
                    continue
                reader = read.readers[-1]
                asked = self._under(version, read.verb).with_header("If-None-Match", tag)
                for one in (asked, asked.changed(lambda request: replace(request, method="HEAD"))):
                    exchange = reader.provoke(one)
                    done = reader.settle(exchange) is AnswerKind.DONE
                    wanted = f"the {read.name} of {version}, asked with the entity tag of {other}'s"
                    examine.that(done, Outcome.VERSIONS_MIXED, wanted, saw=exchange)
