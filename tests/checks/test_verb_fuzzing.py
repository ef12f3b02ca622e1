"""A verb's own request is sent with odd values, after what leads to it, and a failure of the target is found."""

from __future__ import annotations

import pytest

from spec.checking.examination import Examination
from spec.checking.outcomes import Outcome, Undecided, Violation
from spec.checks.support.verb_fuzzing import fuzz_verb
from spec.surface.verb_trials import Attempt, VerbTrial
from spec.target.visitor import PreparationFailed
from tests.checks.cookie_shop import CookieShop


def sign_out(cookies: CookieShop) -> VerbTrial:
    return VerbTrial("sign out", lambda: Attempt(cookies.customer(), cookies.verbs.sign_out()))


def test_each_mutation_is_sent_after_what_leads_to_it() -> None:
    cookies, examine = CookieShop(), Examination()
    sent = fuzz_verb(examine, sign_out(cookies), lambda mutations: mutations)
    asked = [one for one in cookies.asked if one.method == "DELETE"]
    assert sent == len(asked) - 1 == examine.stated
    assert len({one.target for one in asked}) == len(asked)
    assert cookies.asked[cookies.asked.index(asked[-1]) - 1].path == "/form"


def test_what_was_done_is_prepared_anew_and_what_was_refused_is_not() -> None:
    cookies = CookieShop()
    fuzz_verb(Examination(), sign_out(cookies), lambda mutations: [one for one in mutations if one.kind == "NUL"] * 3)
    refused = len([one for one in cookies.asked if one.path == "/session" and one.method == "POST"])
    cookies = CookieShop()
    fuzz_verb(Examination(), sign_out(cookies), lambda mutations: [one for one in mutations if one.kind == "word"] * 3)
    done = len([one for one in cookies.asked if one.path == "/session" and one.method == "POST"])
    assert (refused, done) == (2, 5)


def test_a_5xx_is_a_violation() -> None:
    with pytest.raises(Violation) as violation:
        fuzz_verb(Examination(), sign_out(CookieShop({"breaks on a NUL"})), lambda mutations: mutations)
    assert violation.value.outcome is Outcome.SERVER_ERROR
    assert violation.value.observed.endswith(" → 500, with NUL in place of the value at ?page")


def test_a_limit_that_refuses_odd_requests_leaves_it_undecided() -> None:
    with pytest.raises(Undecided, match="a limit of the target refused DELETE"):
        fuzz_verb(
            Examination(),
            sign_out(CookieShop({"limits"})),
            lambda mutations: (
                [one for one in mutations if one.kind == "NUL"] + [one for one in mutations if one.kind == "word"]
            ),
        )


def test_a_verb_that_does_not_work_as_it_is_right_counts_as_tried_by_nobody() -> None:
    cookies = CookieShop()
    nobody = VerbTrial("sign out", lambda: Attempt(cookies.visitor(), cookies.verbs.sign_out()))
    with pytest.raises(PreparationFailed):
        fuzz_verb(Examination(), nobody, lambda mutations: mutations)
