"""A violation is shown by the shortest part of a sequence that still has it, as far as it is found in time."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest

from spec import model
from spec.checking.outcomes import Outcome, Violation
from spec.checks.support.model_play import KINDS, Company, shorten, tell
from spec.target.answer_kinds import AnswerKind
from spec.target.shop import Shop


def failing(
    fails: Callable[[tuple[int, ...]], bool], outcome: Outcome = Outcome.MODEL_DISAGREES
) -> Callable[[tuple[int, ...]], Violation | None]:
    """A play whose violation tells the steps that it saw."""
    return lambda steps: Violation(outcome, expected="", observed=str(steps)) if fails(steps) else None


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        (model.Checkout("ann", "order 3"), "Checkout(user ann, order 3)"),
        (model.ViewProduct("lamp"), "ViewProduct(product lamp)"),
        (model.ViewProduct("unknown product 7"), "ViewProduct(unknown product 7)"),
        (model.AddToCart("ann", "lamp", 2), "AddToCart(user ann, product lamp, quantity 2)"),
    ],
)
def test_no_word_of_an_operation_is_told_twice(operation: model.Operation, told: str) -> None:
    assert tell(operation) == told


FOUND = Violation(Outcome.MODEL_DISAGREES, expected="", observed="all")


def test_only_what_is_needed_is_left() -> None:
    shortest = shorten(tuple(range(30)), FOUND, failing(lambda steps: {7, 21} <= set(steps)), seconds=60)
    assert shortest.observed == "(7, 21)"


def test_nothing_is_left_of_steps_that_nothing_needs() -> None:
    assert shorten((1, 2, 3), FOUND, failing(lambda _: True), seconds=60).observed == "()"


def test_all_is_left_when_no_part_fails() -> None:
    assert shorten((1, 2, 3), FOUND, failing(lambda _: False), seconds=60) is FOUND


def test_a_part_that_fails_in_another_way_is_not_the_same() -> None:
    assert shorten((1, 2, 3), FOUND, failing(lambda _: True, Outcome.SERVER_ERROR), seconds=60) is FOUND


def test_the_end_of_its_time_ends_the_search() -> None:
    assert shorten((1, 2, 3), FOUND, failing(lambda _: True), seconds=0) is FOUND


def test_no_steps_stay_no_steps() -> None:
    assert shorten((), FOUND, failing(lambda _: True), seconds=60) is FOUND


NUMBERS = itertools.count()


def user(verbs: object) -> SimpleNamespace:
    """Somebody whose deeds are written down."""
    return SimpleNamespace(must=lambda verb: verb(), verbs=verbs, email=f"{next(NUMBERS)}@shop.example")


@pytest.mark.parametrize(
    ("lacking", "deeds"), [(set(), ["empty"] * 2), ({"empty_cart"}, ["view", "remove 3", "remove 4"] * 2)]
)
def test_a_company_plays_again_with_empty_carts_only(lacking: set[str], deeds: list[str]) -> None:
    done: list[str] = []

    def view() -> SimpleNamespace:
        done.append("view")
        return SimpleNamespace(lines=[SimpleNamespace(id="3"), SimpleNamespace(id="4")])

    verbs = SimpleNamespace(
        offers=lambda name: name not in lacking,
        empty_cart=lambda: lambda: done.append("empty"),
        view_cart=lambda: view,
        remove_line=lambda line: lambda: done.append(f"remove {line}"),
    )
    company = Company(cast(Shop, SimpleNamespace(verbs=verbs, customers_left=None, customer=lambda: user(verbs))))
    company.begin()
    assert done == []
    company.begin()
    assert (done, company.plays) == (deeds, 2)


def test_a_refusal_has_the_models_word_by_its_kind() -> None:
    assert {kind: sorted(words) for kind, words in KINDS.items()} == {
        AnswerKind.INVALID: ["invalid", "not found"],
        AnswerKind.NOT_FOUND: ["not found"],
        AnswerKind.CONFLICT: ["conflict"],
    }
