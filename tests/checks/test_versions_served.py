"""VER-001, VER-003, VER-004, VER-005 and DOC-003, each whole against a shop that serves two versions."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, Outcome, Violation
from spec.checks.doc.test_descriptions import test_every_operation_of_every_version_is_described as examine_descriptions
from spec.checks.ver.test_compatibility import (
    test_the_deprecated_version_is_compatible_with_its_recorded_schema as examine_compatibility,
)
from spec.checks.ver.test_shared_answers import (
    test_no_version_is_answered_from_what_another_one_has_cached as examine_sharing,
)
from spec.checks.ver.test_versions import spell_unknown_versions
from spec.checks.ver.test_versions import (
    test_an_unknown_version_is_not_found_in_the_error_format as examine_unknown,
)
from spec.checks.ver.test_versions import (
    test_each_version_publishes_a_document_of_its_own as examine_documents,
)
from spec.checks.ver.test_versions import (
    test_every_version_serves_what_its_document_says as examine_served,
)
from tests.checks.two_versions import Mixture, make_document, two_versions

ONE = {"title": "Shop", "version": "1"}
CHECKS = (examine_served, examine_unknown, examine_documents, examine_sharing)


@pytest.mark.parametrize("check", CHECKS)
def test_two_versions_that_are_kept_apart_pass(check: Any) -> None:
    examine = Examination()
    with two_versions() as shop:
        check(shop, examine)
    assert examine.done == examine.total > 0


@pytest.mark.parametrize(
    ("check", "mixture", "outcome"),
    [
        (examine_served, Mixture(lost=frozenset({"v1/products"})), Outcome.WRONG_STATUS),
        (examine_unknown, Mixture(careless=True), Outcome.WRONG_STATUS),
        (examine_unknown, Mixture(plain=True), Outcome.NOT_A_PROBLEM_DOCUMENT),
        (examine_sharing, Mixture(shared=True), Outcome.VERSIONS_MIXED),
        (examine_sharing, Mixture(tags_of_all=True), Outcome.VERSIONS_MIXED),
        (examine_documents, Mixture(document=lambda _: make_document("v2")), Outcome.NOT_DOCUMENTED),
        (examine_documents, Mixture(document=lambda one: {**make_document(one), "info": ONE}), Outcome.VERSIONS_MIXED),
    ],
)  # fmt: skip
def test_versions_that_are_mixed_up_fail(check: Any, mixture: Mixture, outcome: Outcome) -> None:
    with two_versions(mixture) as shop, pytest.raises(Violation) as violation:
        check(shop, Examination())
    assert violation.value.outcome is outcome


def with_lost_operation(version: str) -> dict[str, Any]:
    """Describe an operation that nobody serves."""
    document = make_document(version)
    document["paths"]["/lists"] = document["paths"]["/products"]
    return document


def test_an_operation_that_its_version_does_not_serve_fails() -> None:
    with two_versions(Mixture(document=with_lost_operation)) as shop, pytest.raises(Violation) as violation:
        examine_served(shop, Examination())
    assert violation.value.observed == "2 are not there: GET /api/v2/lists → 404; GET /api/v1/lists → 404"


def test_an_operation_may_lead_on_within_its_version_and_not_to_another_one() -> None:
    with two_versions(Mixture(moved="things")) as shop:
        examine_served(shop, Examination())
    with two_versions(Mixture(moved="/api/v2/products")) as shop, pytest.raises(Violation) as violation:
        examine_served(shop, Examination())
    assert violation.value.outcome is Outcome.WRONG_STATUS
    assert violation.value.observed
    assert "GET /api/v1/products/" in violation.value.observed
    assert "/api/v2/" not in violation.value.observed


def as_the_second(version: str) -> dict[str, Any]:
    """Describe the second version, whichever is asked."""
    return {**make_document("v2"), "info": {"title": "Shop", "version": version}}


def test_the_document_that_describes_another_version_is_the_evidence() -> None:
    with two_versions(Mixture(document=as_the_second)) as shop, pytest.raises(Violation) as violation:
        examine_documents(shop, Examination())
    assert violation.value.observed == "none of /api/v1"
    assert [str(one.summary) for one in violation.value.observations] == ["GET /api/v1/openapi.json → 200"]


def with_foreign_path(version: str) -> dict[str, Any]:
    """Describe one path of the other version among one's own."""
    document = make_document(version)
    paths = {f"/{version}{path}": item for path, item in document["paths"].items()}
    paths["/v1/things"] = paths[f"/{version}/products"]
    return {**document, "servers": [{"url": "/api"}], "paths": paths}


def test_a_document_with_a_path_of_another_version_fails() -> None:
    with two_versions(Mixture(document=with_foreign_path)) as shop, pytest.raises(Violation) as violation:
        examine_documents(shop, Examination())
    assert violation.value.outcome is Outcome.VERSIONS_MIXED
    assert violation.value.observed == "GET /api/v1/things"


@pytest.mark.parametrize("check", CHECKS)
def test_one_version_alone_is_not_tested(check: Any) -> None:
    with two_versions(served_versions=["/api/v2"]) as shop, pytest.raises(Blocked, match="fewer than two versions"):
        check(shop, Examination())


def test_the_recorded_schema_is_compared_with_the_deprecated_version(tmp_path: Path) -> None:
    file = tmp_path / "v1.json"
    file.write_text(json.dumps(make_document("v1")))
    with two_versions(deprecated_schema=str(file)) as shop:
        examine = Examination()
        examine_compatibility(shop, examine)
    assert (examine.done, examine.total) == (2, 2)
    recorded = make_document("v1")
    recorded["paths"]["/gone"] = copy.deepcopy(recorded["paths"]["/products"])
    file.write_text(json.dumps(recorded))
    with two_versions(deprecated_schema=str(file)) as shop, pytest.raises(Violation) as violation:
        examine_compatibility(shop, Examination())
    assert (violation.value.outcome, violation.value.observed) == (
        Outcome.INCOMPATIBLE,
        "1 breaches: GET /api/v1/gone is gone",
    )


@pytest.mark.parametrize("text", ["", "[]", '{"paths": {}}', '{"paths": []}'])
def test_a_recorded_schema_that_says_nothing_is_not_tested(tmp_path: Path, text: str) -> None:
    file = tmp_path / "v1.json"
    file.write_text(text)
    with two_versions(deprecated_schema=str(file)) as shop, pytest.raises(Blocked):
        examine_compatibility(shop, Examination())


def test_without_a_recorded_schema_nothing_is_tested() -> None:
    with two_versions() as shop, pytest.raises(Blocked, match="declares no deprecated_schema"):
        examine_compatibility(shop, Examination())


def test_all_that_documents_leave_out_is_told_at_once() -> None:
    examine = Examination()
    with two_versions() as shop, pytest.raises(Violation) as violation:
        examine_descriptions(shop, examine)
    assert violation.value.outcome is Outcome.NOT_DOCUMENTED
    assert violation.value.observed.startswith("4 breaches: GET /api/v2/products lacks a summary, a description, ")
    assert (examine.coverages[0].done, examine.coverages[0].total) == (0, 4)


def test_unknown_versions_are_spelt_after_the_known_ones() -> None:
    spelt = list(spell_unknown_versions(["/shop/v2/api", "/shop/v1/api"]))
    assert {"/shop/v3/api", "/shop/v0/api", "/shop/V2/api", "/shop/v02/api", "/shop/v2.0/api", "/shop/latest/api"} < {
        *spelt
    }
    assert {"/shop/v%EF%BC%92/api", "/shop/v2%0A/api", "/shop/v-1/api"} < {*spelt}
    assert not {"/shop/v1/api", "/shop/v2/api"} & {*spelt}


@pytest.mark.parametrize("versions", [["/v1", "/api/v2"], ["/api", "/api"]])
def test_versions_that_differ_in_no_one_segment_have_no_unknown_neighbours(versions: list[str]) -> None:
    assert list(spell_unknown_versions(versions)) == []


def without_paths(version: str) -> dict[str, Any]:
    """Describe nothing."""
    return {**make_document(version), "paths": {}}


def of_odd_shape(version: str) -> dict[str, Any]:
    """Describe an operation whose answers are a list."""
    document = make_document(version)
    document["paths"]["/products"]["get"]["responses"] = [1]
    return document


@pytest.mark.parametrize("document", [without_paths, of_odd_shape])
@pytest.mark.parametrize("check", [examine_served, examine_descriptions])
def test_documents_that_are_no_documents_are_not_tested(check: Any, document: Any) -> None:
    with two_versions(Mixture(document=document)) as shop, pytest.raises(Blocked, match="DOC-001"):
        check(shop, Examination())
