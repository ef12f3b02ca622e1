"""From what a check raised, or stated, to a verdict."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure

from reports.results import Metric
from reports.verdicts import Verdict
from spec.catalogue import load_catalogue
from spec.checking.examination import Examination
from spec.checking.judging import CheckVerdict, judge_completion, judge_exception
from spec.checking.outcomes import Blocked, HarnessFault, Inapplicable, Outcome, Undecided, Violation
from spec.target.adapter_context import AdapterContext, NotOffered
from spec.target.client import OwnLimitReached
from spec.target.control.services import ControlFailed, NotRestored, Service
from spec.target.exchange import Failure, Request, UnexpectedAnswer
from spec.target.session import Session
from spec.target.steps import AdapterFault, Ask, Steps, Verb, walk
from spec.target.values import Category
from spec.target.verbs import ShopVerbs
from spec.target.visitor import PreparationFailed, Unanswered
from spec.target.windows import WindowUnusable
from tests.support.samples import answered, unanswered

CATALOGUE = load_catalogue()
EXCHANGE = answered(status=500)
OVERSOLD = Violation(Outcome.OVERSOLD, expected="5 sold", observed="6 sold", observations=[EXCHANGE])


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (
            OVERSOLD,
            CheckVerdict(
                Verdict.FAIL, outcome=Outcome.OVERSOLD, expected="5 sold", observed="6 sold", observations=(EXCHANGE,)
            ),
        ),
        (
            UnexpectedAnswer("status 200", "500: oops", EXCHANGE),
            CheckVerdict(
                Verdict.FAIL,
                outcome=Outcome.UNEXPECTED_ANSWER,
                expected="status 200",
                observed="500: oops",
                observations=(EXCHANGE,),
            ),
        ),
        (
            Unanswered(unanswered(Failure.TIMEOUT)),
            CheckVerdict(
                Verdict.INCONCLUSIVE,
                "no answer in time: GET /products → no answer in time",
                observations=(unanswered(Failure.TIMEOUT),),
            ),
        ),
        (
            Unanswered(unanswered(Failure.CLOSED)),
            CheckVerdict(
                Verdict.FAIL,
                outcome=Outcome.NO_ANSWER,
                expected="an answer",
                observed="GET /products → connection closed without an answer",
                observations=(unanswered(Failure.CLOSED),),
            ),
        ),
        (
            PreparationFailed("FLOW-001", EXCHANGE, "status 500"),
            CheckVerdict(
                Verdict.NOT_TESTED, "blocked by FLOW-001: /products: status 500", "blocked", observations=(EXCHANGE,)
            ),
        ),
        (
            PreparationFailed("RATE-004", EXCHANGE, "status 500"),
            CheckVerdict(
                Verdict.FAIL,
                outcome=Outcome.UNEXPECTED_ANSWER,
                expected=" to work",
                observed="status 500",
                observations=(EXCHANGE,),
            ),
        ),
        (Blocked("no twin"), CheckVerdict(Verdict.NOT_TESTED, "no twin", "blocked")),
        (Undecided("too few"), CheckVerdict(Verdict.INCONCLUSIVE, "too few")),
        (Inapplicable("no variants"), CheckVerdict(Verdict.NOT_APPLICABLE, "no variants")),
        (WindowUnusable("no log"), CheckVerdict(Verdict.NOT_TESTED, "no log", "window shut")),
        (ControlFailed("it refused"), CheckVerdict(Verdict.NOT_TESTED, "it refused", "window shut")),
        (
            NotRestored(Service.CACHE, ControlFailed("it refused")),
            CheckVerdict(Verdict.ERROR, "the cache could not be started again: it refused"),
        ),
        (OwnLimitReached("no descriptors"), CheckVerdict(Verdict.ERROR, "no descriptors")),
        (HarnessFault("the generator lagged"), CheckVerdict(Verdict.ERROR, "the generator lagged")),
        (AssertionError("1 == 2"), CheckVerdict(Verdict.ERROR, "AssertionError: 1 == 2")),
        (KeyError("id"), CheckVerdict(Verdict.ERROR, "KeyError: 'id'")),
    ],
)
def test_each_exception_has_its_verdict(error: BaseException, verdict: CheckVerdict) -> None:
    assert judge_exception(error, CATALOGUE.get("RATE-004")) == verdict


@pytest.mark.parametrize(
    ("verb", "requirement", "verdict"),
    [
        (
            "list_products.search",
            "FLOW-002",
            CheckVerdict(
                Verdict.FAIL,
                outcome=Outcome.NOT_OFFERED,
                expected="the shop to offer: search products",
                observed="its adapter says that it is not offered (list_products.search)",
            ),
        ),
        (
            "list_products.search",
            "CACHE-001",
            CheckVerdict(
                Verdict.NOT_TESTED, "blocked by FLOW-002: the target does not offer: search products", "blocked"
            ),
        ),
        (
            "readiness",
            "HLTH-003",
            CheckVerdict(
                Verdict.FAIL,
                outcome=Outcome.NOT_OFFERED,
                expected="the shop to offer: readiness",
                observed="its adapter says that it is not offered (readiness)",
            ),
        ),
    ],
)
def test_the_catalogue_says_what_a_verb_that_is_not_offered_means(
    verb: str, requirement: str, verdict: CheckVerdict
) -> None:
    assert judge_exception(NotOffered(verb), CATALOGUE.get(requirement)) == verdict


def test_a_requirement_that_speaks_of_nothing_there_is_not_applicable() -> None:
    requirement = CATALOGUE.get("TOK-004").changed(without={"refresh": "not applicable"})
    verdict = judge_exception(NotOffered("refresh"), requirement)
    assert verdict == CheckVerdict(Verdict.NOT_APPLICABLE, "the target does not offer: refresh")


class BrokenVerbs(ShopVerbs):
    """An adapter with a mistake in it."""

    def nobody(self, thing: str) -> str:
        raise NotImplementedError(thing)

    def list_categories(self, *, page_size: int | None = None) -> Verb[tuple[Category, ...]]:
        def steps(_session: Session) -> Steps[tuple[Category, ...]]:
            answer = yield Ask(Request("GET", "/categories"))
            return {"a": ()}[str(answer.status)]

        return self.make("list_categories", steps)


def test_a_mistake_of_an_adapter_is_told_with_file_line_and_verb_and_is_not_ours() -> None:
    verbs = BrokenVerbs(AdapterContext())
    with pytest.raises(AdapterFault) as raised:
        walk(verbs.list_categories(), verbs.stranger(), lambda _request, _part: answered(status=200))
    verdict = judge_exception(raised.value, CATALOGUE.get("FLOW-002"), BrokenVerbs)
    assert (verdict.verdict, verdict.reason_code) == (Verdict.ERROR, "adapter broke")
    assert re.fullmatch(
        r"the adapter raised KeyError: '200' \(verb 'list categories', test_judging.py, line \d+\)", verdict.reason
    )
    elsewhere = judge_exception(KeyError("id"), CATALOGUE.get("FLOW-002"), BrokenVerbs)
    assert elsewhere == CheckVerdict(Verdict.ERROR, "KeyError: 'id'")


@pytest.mark.parametrize("others", [[KeyError("x")], [HarnessFault("lag"), Undecided("few")], []])
def test_of_a_group_a_witnessed_violation_is_never_outvoted(others: list[Exception]) -> None:
    group = BaseExceptionGroup("several", [*others, BaseExceptionGroup("inner", [OVERSOLD])])
    verdict = judge_exception(group, CATALOGUE.get("SHOP-001"))
    assert (verdict.verdict, verdict.outcome, verdict.observations) == (Verdict.FAIL, Outcome.OVERSOLD, (EXCHANGE,))


def test_a_violation_is_still_witnessed_when_the_service_could_not_be_started_again_after_it() -> None:
    def start() -> None:
        try:
            raise ControlFailed("it refused")
        except ControlFailed as error:
            raise NotRestored(Service.CACHE, error) from error

    def check() -> None:
        try:
            raise Violation(Outcome.DEPENDENCY_NOT_REPORTED, expected="down", observed="up")
        finally:
            start()

    with pytest.raises(NotRestored) as raised:
        check()
    verdict = judge_exception(raised.value, CATALOGUE.get("HLTH-003"))
    assert (verdict.verdict, verdict.outcome) == (Verdict.FAIL, Outcome.DEPENDENCY_NOT_REPORTED)


def test_of_a_group_without_a_violation_the_worst_counts() -> None:
    group = ExceptionGroup("several", [Inapplicable("none"), Undecided("few"), Blocked("no twin")])
    assert judge_exception(group, CATALOGUE.get("SHOP-001")) == CheckVerdict(Verdict.INCONCLUSIVE, "few")


def test_a_group_may_hold_what_is_no_ordinary_exception() -> None:
    group = BaseExceptionGroup("several", [SystemExit(3), OVERSOLD])
    assert judge_exception(group, CATALOGUE.get("SHOP-001")).verdict is Verdict.FAIL
    assert (
        judge_exception(BaseExceptionGroup("one", [SystemExit(3)]), CATALOGUE.get("SHOP-001")).verdict is Verdict.ERROR
    )


def raised_by(check: Callable[[], None]) -> BaseException:
    """Return the exception that the check raises."""
    with pytest.raises(BaseException) as raised:
        check()
    return raised.value


def test_a_flaky_failure_of_hypothesis_with_a_witness_is_a_failure_of_the_target() -> None:
    calls = count()

    @settings(max_examples=5, database=None)
    @given(st.integers())
    def sells_too_much_once(number: int) -> None:
        if next(calls) == 0:
            raise OVERSOLD

    error = raised_by(sells_too_much_once)
    assert isinstance(error, FlakyFailure)
    verdict = judge_exception(error, CATALOGUE.get("SHOP-001"))
    assert (verdict.verdict, verdict.outcome, verdict.observations) == (Verdict.FAIL, Outcome.OVERSOLD, (EXCHANGE,))


def test_the_smallest_example_stands_beside_a_failure_of_hypothesis() -> None:
    @settings(database=None, derandomize=True)
    @given(quantity=st.integers(0, 100_000))
    def refuses_from_five_thousand_on(quantity: int) -> None:
        if quantity >= 5000:
            raise OVERSOLD

    verdict = judge_exception(raised_by(refuses_from_five_thousand_on), CATALOGUE.get("SHOP-001"))
    assert verdict.verdict is Verdict.FAIL
    assert verdict.example is not None
    assert "quantity=5000" in verdict.example


def test_several_failures_of_hypothesis_are_one_group_in_which_the_violation_counts() -> None:
    @settings(database=None, derandomize=True, phases=[Phase.generate, Phase.shrink])
    @given(number=st.integers(0, 100))
    def fails_in_two_ways(number: int) -> None:
        if number > 50:
            raise OVERSOLD
        if number < 20:
            raise KeyError(number)

    assert judge_exception(raised_by(fails_in_two_ways), CATALOGUE.get("SHOP-001")).verdict is Verdict.FAIL


def test_what_hypothesis_says_of_the_check_itself_is_an_error() -> None:
    verdict = judge_exception(raised_by(lambda: find(st.integers(0, 3), lambda number: number > 5)), "SHOP-001")  # type: ignore[arg-type]  # what it returns is of no interest
    assert verdict.verdict is Verdict.ERROR


def stated(times: int = 1) -> Examination:
    """An examination in which so many expectations held."""
    examination = Examination()
    for number in range(times):
        examination.that(True, Outcome.WRONG_STATUS, "x", saw=answered(status=200 + number))
    return examination


def metric(verdict: Verdict, value: float | None = 12.5) -> Metric:
    """A measured figure with this verdict."""
    return Metric(
        id="p95", title="95th percentile", requirement="PERF-001", statistic="p95", limit=200.0, limit_operator="<",
        value=value, interval=(11.0, 14.25) if value else None, method="bootstrap", n=1000, unit="ms",
        verdict=verdict, reason="",
    )  # fmt: skip


def test_a_check_that_observed_nothing_is_an_error() -> None:
    verdict = judge_completion(stated(), 0)
    assert (verdict.verdict, verdict.reason_code) == (Verdict.ERROR, "nothing examined")


def test_a_check_that_stated_no_expectation_is_an_error() -> None:
    verdict = judge_completion(Examination(), 3)
    assert verdict.reason == "the check ran to its end and stated no expectation"
    assert verdict.verdict is Verdict.ERROR


def test_a_check_whose_expectations_held_passes_with_the_exchanges_that_show_it() -> None:
    examination = stated(5)
    examination.note("Seen twice.")
    examination.note("Seen thrice.")
    verdict = judge_completion(examination, 5)
    assert verdict == CheckVerdict(
        Verdict.PASS,
        "Seen twice. Seen thrice.",
        observations=tuple(answered(status=200 + number) for number in range(3)),
    )
    assert (examination.done, examination.total, examination.missing) == (5, 5, ())


@pytest.mark.parametrize(
    ("done", "total", "missing", "reason"),
    [
        (3, 5, ["a", "b"], "examined 3 of 5; not reached: a, b"),
        (3, 5, [], "examined 3 of 5; not reached: the rest"),
        (0, 0, [], "examined 0 of 0; not reached: the rest"),
        (0, 9, list("abcdefghi"), "examined 0 of 9; not reached: a, b, c, d, e"),
    ],
)
def test_a_check_that_stops_short_of_its_total_does_not_pass(
    done: int, total: int, missing: list[str], reason: str
) -> None:
    examination = stated()
    examination.progress(done, total, missing)
    assert judge_completion(examination, 1) == CheckVerdict(Verdict.INCONCLUSIVE, reason)


def test_the_worst_metric_decides_and_a_missed_limit_is_no_less_missed_for_a_run_cut_short() -> None:
    examination = Examination()
    for one in (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE):
        examination.add_metric(metric(one))
    examination.progress(1, 3, ["the rest of the hour"])
    verdict = judge_completion(examination, 0)
    assert verdict == CheckVerdict(
        Verdict.FAIL,
        "95th percentile: 12.5 ms, interval 11 to 14.25",
        outcome=Outcome.LIMIT_MISSED,
        expected="p95 < 200 ms",
        observed="12.5 ms, interval 11 to 14.25, n = 1000",
    )


def test_metrics_that_are_all_met_pass_and_one_without_a_value_says_so() -> None:
    examination = Examination()
    examination.add_metric(metric(Verdict.PASS))
    assert judge_completion(examination, 0).verdict is Verdict.PASS
    examination.add_metric(metric(Verdict.INCONCLUSIVE, value=None))
    assert judge_completion(examination, 0).reason == "95th percentile: nothing measured"


def test_an_equality_that_does_not_hold_shows_what_was_seen_and_what_was_wanted() -> None:
    examine, exchange = Examination(), answered()
    examine.equal([1], [1], "numbers", saw=exchange)
    with pytest.raises(Violation) as violation:
        examine.equal(2, 3, "number of lines", saw=exchange, outcome=Outcome.STALE)
    found = violation.value
    assert (found.outcome, found.expected, found.observed) == (Outcome.STALE, "number of lines: 3", "2")
    assert (found.observations, examine.stated) == ((exchange,), 2)


def test_expectations_quotas_and_twins_raise_what_they_are_for() -> None:
    examination = Examination()
    with pytest.raises(Violation, match=r"^WRONG_STATUS: expected 200; observed 404$"):
        examination.that(False, Outcome.WRONG_STATUS, "200", saw=EXCHANGE, observed=404)
    with pytest.raises(Undecided, match=r"^only 2 useful answers, at least 5 are needed for a verdict$"):
        examination.quota("useful answers", 2, 5)
    with pytest.raises(Blocked, match=r"^no twin$"):
        examination.require(False, "no twin")
    with pytest.raises(Violation, match=r"SERVER_ERROR: expected no 5xx; observed GET /products → 500"):
        examination.no_server_error(EXCHANGE)
    examination.no_server_error(answered(status=404))
    examination.quota("useful answers", 5, 5)
    assert examination.stated == 3
