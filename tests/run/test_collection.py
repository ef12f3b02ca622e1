"""Items become checks, fit the catalogue, and have an order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spec.catalogue import load_catalogue
from spec.run.collection import MarkedCheck, order_checks, read_marks, validate
from tests.support.small_run import write_specification

Collect = Callable[[str], list[MarkedCheck]]


@pytest.fixture
def collect(request: pytest.FixtureRequest) -> Collect:
    """The checks of a source text, as items of the running session."""

    def items(source: str) -> list[MarkedCheck]:
        names: dict[str, Any] = {"verifies": pytest.mark.verifies}
        exec(source, names)  # noqa: S102 - the tests' own text
        functions = [(name, one) for name, one in names.items() if name.startswith("test_")]
        parent = request.node.parent
        return [read_marks(pytest.Function.from_parent(parent, name=name, callobj=one)) for name, one in functions]

    return items


@pytest.mark.parametrize(
    ("checks", "sentence"),
    [
        ("def test_x(): ...", "::test_x has to carry @verifies with exactly one requirement id"),
        ('@verifies("FLOW-001")\n@verifies("RATE-001")\ndef test_x(): ...', "exactly one requirement id"),
        ('@verifies("FLOW-001", "RATE-001")\ndef test_x(): ...', "exactly one requirement id"),
        (
            '@verifies("FLOW-001", effects={"explodes"})\ndef test_x(): ...',
            "knows no effect 'explodes'; there are b",
        ),
        ('@verifies("FLOW-001", needs="db")\ndef test_x(): ...', "@verifies knows no needs=, only effects="),
    ],
)
def test_a_check_says_one_requirement_and_known_effects(collect: Collect, checks: str, sentence: str) -> None:
    with pytest.raises(pytest.UsageError) as refused:
        collect(checks)
    assert sentence in str(refused.value)


def test_a_check_reads_unless_it_says_more_and_its_name_is_its_title(collect: Collect) -> None:
    first, second = collect(
        '@verifies("FLOW-001")\ndef test_a_fact_holds(): ...\n'
        '@verifies("FLOW-001", effects={"writes", "signs in"})\ndef test_another(): ...\n',
    )
    assert (first.requirement, first.identity.title, first.effects) == (
        "FLOW-001",
        "a fact holds",
        frozenset({"reads"}),
    )
    assert second.effects == {"writes", "signs in"}


def test_collection_and_catalogue_have_to_say_the_same_about_what_is_checked(tmp_path: Path, collect: Collect) -> None:
    write_specification(tmp_path / "small", "", ["FLOW-001"])
    catalogue = load_catalogue(tmp_path / "small" / "catalogue")
    validate(collect('@verifies("FLOW-001")\ndef test_x(): ...'), catalogue)
    with pytest.raises(pytest.UsageError, match=r"test_x verifies RATE-099, which is not in the catalogue$"):
        validate(collect('@verifies("RATE-099")\ndef test_x(): ...'), catalogue)
    both = '@verifies("FLOW-001")\ndef test_x(): ...\n@verifies("RATE-999")\ndef test_y(): ...'
    with pytest.raises(pytest.UsageError, match=r"^RATE-999 has a check: take 'unchecked' out of its entry in spec/"):
        validate(collect(both), catalogue)
    with pytest.raises(
        pytest.UsageError, match=r"^FLOW-001 has no check: add one, or say unchecked = \"no check yet\""
    ):
        validate([], catalogue)


def test_flows_come_first_then_load_then_what_breaks_each_in_the_order_of_the_catalogue(
    tmp_path: Path, collect: Collect
) -> None:
    requirements = ["FLOW-001", "RATE-001", "RATE-002", "RATE-003", "RATE-004"]
    write_specification(tmp_path / "small", "", requirements)
    catalogue = load_catalogue(tmp_path / "small" / "catalogue")
    checks = collect(
        '@verifies("RATE-001", effects={"breaks"})\ndef test_1(): ...\n'
        '@verifies("RATE-004")\ndef test_4(): ...\n'
        '@verifies("RATE-002", effects={"loads"})\ndef test_2(): ...\n'
        '@verifies("RATE-003", effects={"writes"})\ndef test_3(): ...\n'
        '@verifies("FLOW-001")\ndef test_0(): ...\n',
    )
    ordered = [check.requirement for check in order_checks(checks, catalogue)]
    assert ordered == ["FLOW-001", "RATE-003", "RATE-004", "RATE-002", "RATE-001"]
