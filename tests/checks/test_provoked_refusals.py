"""DOC-003: the statuses by which operations are seen to refuse, and the parameters that they are seen to take."""

from __future__ import annotations

from typing import Any

import pytest

from spec.checks.support.provoked_refusals import provoke_refusals
from spec.checks.support.version_documents import read_documents
from tests.checks.two_versions import Mixture, make_document, two_versions


def with_a_number(version: str) -> dict[str, Any]:
    """Describe a list with a parameter that is a number, and one that is a text."""
    document = make_document(version)
    document["paths"]["/products"]["get"]["parameters"] = [
        {"name": "most", "in": "query", "schema": {"type": "integer"}},
        {"name": "words", "in": "query", "schema": {"type": "string"}},
    ]
    return document


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_parameter_is_taken_where_one_that_nobody_knows_is_refused(version: str) -> None:
    with two_versions(Mixture(strict=True, document=with_a_number)) as shop:
        documents = read_documents(shop)
        served = next(one for one in documents.served if one.version == f"/api/{version}")
        seen = provoke_refusals(shop, documents.known, served)
    assert seen.taken == {f"GET /api/{version}/products": {"page_size"}}
    assert seen.refused == {f"GET /api/{version}/products": {422}}


def test_a_shop_that_takes_any_parameter_is_held_to_none() -> None:
    with two_versions() as shop:
        documents = read_documents(shop)
        seen = provoke_refusals(shop, documents.known, documents.served[0])
    assert seen.taken == {}
    assert seen.refused == {}
