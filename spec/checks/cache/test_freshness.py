"""CACHE-002: what was written and acknowledged is what everybody sees from then on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.goods import front_name
from spec.checks.support.races import cart_race, category_race, price_race
from spec.checks.support.read_surfaces import Surfaces, Truth
from spec.run.run_state import RunState
from spec.target.cache_status import claims_hit
from spec.target.shop import Shop

WRITES: Final = 50
QUICK_WRITES: Final = 25


class Life:
    """A product's life, write by write, with a look at every surface after each."""

    def __init__(self, examine: Examination, surfaces: Surfaces, truth: Truth) -> None:
        self._examine = examine
        self._surfaces = surfaces
        self._truth = truth
        self.hits: Counter[str] = Counter()
        self.looks = 0

    def goes_on(self, event: str, write: Callable[[], object], **changes: object) -> None:
        """Make the write, then expect every surface to show it; a second look leaves every cache warm for the next."""
        write()
        self._truth = replace(self._truth, **changes)  # type: ignore[arg-type]  # names and types are those of Truth
        expected = self._surfaces.expected(self._truth)
        for turn in (self.looks, self.looks + 1):
            for surface, (shown, exchange) in self._surfaces.look(turn).items():
                wanted = expected[surface]
                self._examine.expect(
                    shown == wanted,
                    Outcome.STALE,
                    expected=f"the {surface} after {event}: {wanted}",
                    observed=shown,
                    exchange=exchange,
                )
                self.hits[surface] += claims_hit(exchange.response) is True
        self.looks += 1


@verifies("CACHE-002", effects={"writes", "signs in"})
def test_nothing_is_stale_after_an_acknowledged_write(roomy: Shop, examine: Examination) -> None:
    """A product is offered, changed, bought, returned and withdrawn; every surface shows each of it at once."""
    verbs, staff, customer = roomy.verbs, roomy.staff, roomy.customer()
    shelf, other = front_name(roomy), front_name(roomy)
    category = staff.must(verbs.create_category(name=shelf))
    word = roomy.unique_name("fresh").replace("-", "")
    price = Decimal("12.50")
    product = staff.must(verbs.create_product(name=f"{word} lamp", price=price, stock=7, category_id=category.id))
    surfaces = Surfaces(
        roomy,
        product_id=product.id,
        category_id=category.id,
        owner=customer,
        word=word,
        own=frozenset({shelf, other}),
    )
    life = Life(examine, surfaces, Truth(product.name, price, 7, categories=frozenset({shelf})))
    life.goes_on("nothing", lambda: None)
    line = customer.must(verbs.add_to_cart(product.id, 1))
    life.goes_on("adding to the cart", lambda: None, in_cart=1)
    life.goes_on("a change of the line", lambda: customer.must(verbs.change_line(line.id, 2)), in_cart=2)
    dearer = Decimal("13.75")
    life.goes_on("a new price", lambda: staff.must(verbs.change_product(product.id, price=dearer)), price=dearer)
    life.goes_on("selling out", lambda: staff.must(verbs.change_product(product.id, stock=0)), stock=0)
    life.goes_on("restocking", lambda: staff.must(verbs.change_product(product.id, stock=2)), stock=2)
    life.goes_on(
        "a new category",
        lambda: staff.must(verbs.create_category(name=other)),
        categories=frozenset({shelf, other}),
    )
    placed = customer.must(verbs.place_order())
    life.goes_on("an order of all that there is", lambda: None, stock=0, in_cart=0)
    life.goes_on("its cancellation", lambda: customer.must(verbs.cancel_order(placed.id)), stock=2)
    again = customer.must(verbs.add_to_cart(product.id, 1))
    life.goes_on("adding to the cart again", lambda: None, in_cart=1)
    life.goes_on("removing the line", lambda: customer.must(verbs.remove_line(again.id)), in_cart=0)
    renamed = "quite another lamp"
    life.goes_on("a new name", lambda: staff.must(verbs.change_product(product.id, name=renamed)), name=renamed)
    renamed_back = f"{word} lamp"
    life.goes_on(
        "the old name", lambda: staff.must(verbs.change_product(product.id, name=renamed_back)), name=renamed_back
    )
    life.goes_on("withdrawing it", lambda: staff.must(verbs.withdraw_product(product.id)), offered=False)
    examine.progress(life.looks, life.looks)
    examine.note(f"{life.looks} writes; hits before them: {dict(life.hits) if life.hits.total() else 'not told'}")


@verifies("CACHE-002", effects={"writes", "signs in"})
def test_nothing_is_stale_to_readers_who_race_the_write(roomy: Shop, run: RunState, examine: Examination) -> None:
    """Readers never stop while prices, categories and a cart are written; a read after the acknowledgement sees it."""
    writes = QUICK_WRITES if run.quick else WRITES
    judged = 0
    for race, steps in (
        price_race(roomy, writes),
        category_race(roomy, writes),
        cart_race(roomy, writes),
    ):
        race.run(steps)
        for stale in race.stale:
            examine.fail(
                Outcome.STALE,
                expected=f"the {stale.surface} is {stale.acknowledged}, acknowledged before the read began",
                observed=stale.sighting.value,
                exchange=stale.sighting.exchange,
            )
        for reader in race.readers:
            last = reader.pages[0]()
            examine.expect(
                last.value == race.acknowledged,
                Outcome.STALE,
                expected=f"the {reader.surface} is {race.acknowledged} when all is over",
                observed=last.value,
                exchange=last.exchange,
            )
        judged += race.judged
    examine.progress(judged, judged)
    examine.note(f"{judged} reads raced {3 * writes} writes")
