"""The facts about the rest of the surface by which the provocations of one operation are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spec.surface.approaches import Approach
from spec.surface.people import People
from spec.target.circumstances import Identity
from spec.target.shop import Shop


@dataclass(frozen=True)
class Surroundings:
    """The facts about the rest of the surface by which the provocations of one operation are chosen."""

    shop: Shop
    people: People
    methods: frozenset[str]
    """The methods that are known of its resource."""
    is_first: bool
    """It is the operation by which its resource is asked in other methods."""
    is_public: bool
    """The thing that its path names may be read by everybody."""
    is_example: bool
    """It stands for the others of its version and identity where one of them is enough."""

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may read answers, as the profile declares them."""
        return self.shop.profile.policy_texts("allowed_origins")

    def readers(self, approach: Approach) -> Sequence[Identity]:
        """List as whom a read is asked with success: by everybody, or by those to whom something of it belongs."""
        if approach.identity is Identity.NOBODY:
            return (Identity.NOBODY, Identity.CUSTOMER, Identity.STAFF)
        owned = "{" in approach.operation.resource and not self.is_public
        return (approach.identity,) if owned else tuple(dict.fromkeys([approach.identity, Identity.STAFF]))


def surround(approach: Approach, approaches: Sequence[Approach], shop: Shop, people: People) -> Surroundings:
    """Gather the facts around an operation that has succeeded."""
    operation = approach.operation
    same = [one for one in approaches if one.operation.resource == operation.resource]
    first = next((one for one in same if one.operation.method == "GET" and one.seen), same[0])
    item = operation.resource[: operation.resource.rfind("}") + 1]
    public = any(
        one.operation.label == f"GET {item}" and one.identity is Identity.NOBODY and one.seen for one in approaches
    )
    alike = [
        one
        for one in approaches
        if one.operation.version == operation.version and one.identity is approach.identity and one.has_body
    ]
    methods = frozenset(one.operation.method for one in same)
    return Surroundings(shop, people, methods, first is approach, public, bool(alike) and alike[0] is approach)
