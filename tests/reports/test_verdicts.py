"""The algebra of verdicts, over every pair and every triple."""

from itertools import product

import pytest

from reports.verdicts import Verdict, combine

ORDER = ["error", "fail", "inconclusive", "not tested", "waived", "pass", "not applicable"]


def test_there_are_exactly_seven_verdicts_in_the_stated_order() -> None:
    assert [verdict.value for verdict in sorted(Verdict, key=lambda verdict: verdict.rank)] == ORDER


@pytest.mark.parametrize("verdict", Verdict)
def test_combining_is_idempotent(verdict: Verdict) -> None:
    assert combine([verdict]) is verdict
    assert combine([verdict, verdict]) is verdict


@pytest.mark.parametrize(("left", "right"), list(product(Verdict, repeat=2)))
def test_combining_two_gives_the_worse_in_either_order(left: Verdict, right: Verdict) -> None:
    worse = Verdict(ORDER[min(ORDER.index(left), ORDER.index(right))])
    assert combine([left, right]) is worse
    assert combine([right, left]) is worse


@pytest.mark.parametrize(("first", "second", "third"), list(product(Verdict, repeat=3)))
def test_combining_three_does_not_depend_on_grouping(first: Verdict, second: Verdict, third: Verdict) -> None:
    at_once = combine([first, second, third])
    assert combine([combine([first, second]), third]) is at_once
    assert combine([first, combine([second, third])]) is at_once
    assert at_once in {first, second, third}


def test_nothing_at_all_is_not_tested() -> None:
    assert combine([]) is Verdict.NOT_TESTED


def test_only_passes_and_inapplicable_parts_make_a_pass() -> None:
    green = {pair for pair in product(Verdict, repeat=2) if combine(pair) is Verdict.PASS}
    passed, inapplicable = Verdict.PASS, Verdict.NOT_APPLICABLE
    assert green == {(passed, passed), (passed, inapplicable), (inapplicable, passed)}


def test_labels_icons_slugs_and_meanings_tell_the_verdicts_apart() -> None:
    assert len({verdict.icon for verdict in Verdict}) == 7
    assert len({verdict.slug for verdict in Verdict}) == 7
    assert len({verdict.paint("x") for verdict in Verdict}) == 7
    assert len({verdict.meaning for verdict in Verdict}) == 7
    assert [verdict.label for verdict in Verdict] == [
        "Error",
        "Fail",
        "Inconclusive",
        "Not tested",
        "Waived",
        "Pass",
        "Not applicable",
    ]
    assert all(len(verdict.icon) == 1 and " " not in verdict.slug for verdict in Verdict)
