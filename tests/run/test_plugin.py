"""The plugin from end to end: the real command line over small checks against a small shop."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reports.results import Ended, Results
from reports.verdicts import Verdict
from tests.support.small_run import Specification, result, write_specification
from tests.support.tiny_shop import TinyShop

CHECKS = '''
from hypothesis import given, strategies as st
import pytest
from spec.checking.outcomes import Outcome
from spec.checking.examination import verifies
from spec.target.exchange import Request

@verifies("RATE-005", effects={"breaks"})
def test_breaking_comes_last(target, examine):
    alive = target.visitor().do(target.verbs.liveness())
    examine.that(alive.worked, Outcome.WRONG_STATUS, "x", saw=alive)

@verifies("RATE-001")
def test_a_wrong_page_is_refused(target, examine):
    request = Request("GET", "/api/v2/accounts/me", query=(("token", "opaque-query"),)).with_header("Cookie", "a=b-c-d")
    customer = target.customer()
    exchange = customer.send(request.with_bearer(customer.tokens.access))
    said = f"it said {target.new_credentials().password}"
    examine.that(False, Outcome.WRONG_CONTENT, "something else", saw=exchange, observed=said)

@verifies("RATE-002")
def test_asks_nothing(target, examine):
    examine.that(True, Outcome.WRONG_STATUS, "x", saw=None, observed="x")

@verifies("RATE-003")
def test_needs_a_database(target, examine):
    raise AssertionError

@verifies("RATE-004", effects={"loads"})
def test_loads(target, examine):
    raise AssertionError

@verifies("RATE-006")
@pytest.mark.parametrize("way", ["up", "down"])
def test_draws(target, examine, run, way):
    drawn = []

    @given(st.integers(0, 10**9))
    def draw(number):
        drawn.append(number)

    draw()
    alive = target.visitor().do(target.verbs.liveness())
    examine.that(alive.worked, Outcome.WRONG_STATUS, "x", saw=alive)
    examine.note(f"{drawn} {run.random('x').random()}")

@pytest.fixture
def untidy():
    yield
    raise RuntimeError("the database did not start again")

@verifies("RATE-007")
def test_leaves_something_behind(target, examine, untidy):
    alive = target.visitor().do(target.verbs.liveness())
    examine.that(alive.worked, Outcome.WRONG_STATUS, "x", saw=alive)

@verifies("FLOW-001")
def test_flow_comes_first(target, examine):
    """Asks for nothing but its own account."""
    customer = target.customer()
    me = customer.do(target.verbs.whoami())
    same = me.value.email == customer.email
    examine.that(same, Outcome.WRONG_CONTENT, "x", saw=me)
'''
REQUIREMENTS = ["FLOW-001", *(f"RATE-00{number}" for number in range(1, 8))]


@dataclass(frozen=True)
class Finished:
    """A run that has ended."""

    specification: Specification
    process: subprocess.CompletedProcess[str]
    results: Results
    shop: TinyShop


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    with TinyShop() as shop:
        specification = write_specification(
            tmp_path_factory.mktemp("run"), CHECKS, REQUIREMENTS, base_url=shop.base_url, needs={"RATE-003": "db"}
        )
        process = specification.run("--seed", "7")
        yield Finished(specification, process, specification.results(), shop)


def test_a_run_writes_results_and_report_and_exits_with_the_verdict(finished: Finished) -> None:
    results = finished.results
    folder = finished.specification.runs / results.run.id
    assert (finished.process.returncode, results.run.ended) == (1, Ended.COMPLETE), finished.process.stderr
    assert {path.name for path in folder.iterdir()} >= {"results.json", "index.html", "summary.md", "exit_code"}
    assert (folder / "exit_code").read_text().strip() == "1"
    assert (finished.specification.folder / "out" / "latest").resolve() == folder
    assert (results.run.seed, results.run.selection, results.run.quick) == (7, "everything", False)
    assert results.run.command.startswith("python -m spec run --target ")
    assert results.target.base_url == finished.shop.base_url


def test_flows_come_first_and_what_breaks_comes_last(finished: Finished) -> None:
    order = re.findall(r"^\[ *\d+/\d+\] \S+ .*? (FLOW-\d+|RATE-\d+) ", finished.process.stdout, re.MULTILINE)
    assert order == ["FLOW-001", "RATE-001", "RATE-002", "RATE-006", "RATE-006", "RATE-007", "RATE-005"]


def test_each_requirement_has_the_verdict_of_its_worst_check_and_its_reason(finished: Finished) -> None:
    verdicts = {one.id: (one.verdict, one.reason_code, one.in_scope) for one in finished.results.requirements}
    assert verdicts == {
        "FLOW-001": (Verdict.PASS, "", True),
        "RATE-001": (Verdict.FAIL, "", True),
        "RATE-002": (Verdict.ERROR, "", True),
        "RATE-003": (Verdict.NOT_TESTED, "window shut", True),
        "RATE-004": (Verdict.NOT_TESTED, "effect not allowed", True),
        "RATE-005": (Verdict.PASS, "", True),
        "RATE-006": (Verdict.PASS, "", True),
        "RATE-007": (Verdict.ERROR, "", True),
    }
    assert result(finished.results, "RATE-002").reason == "the check ran to its end without observing the target"
    assert result(finished.results, "RATE-003").reason == "the target does not grant db"
    assert result(finished.results, "RATE-004").reason == "the profile does not allow a check that loads"
    assert result(finished.results, "RATE-007").reason == (
        "the check did not clean up after itself: RuntimeError: the database did not start again"
    )


def test_a_failure_carries_both_sides_evidence_a_curl_line_and_no_secret(finished: Finished) -> None:
    (check,) = result(finished.results, "RATE-001").checks
    written = (finished.specification.runs / finished.results.run.id / "results.json").read_text()
    assert (check.outcome_code, check.expected, check.observed) == (
        "WRONG_CONTENT",
        "something else",
        "it said [redacted]",
    )
    assert check.reproduce is not None
    assert '"Authorization: Bearer $ACCESS_TOKEN"' in check.reproduce
    evidence = {one.sha256: one for one in finished.results.evidence}
    first = evidence[check.evidence[0]]
    assert first.inline is not None
    assert "GET /api/v2/accounts/me?token=[redacted] HTTP/1.1" in first.inline
    for secret in (
        *finished.shop.accounts.values(),
        *finished.shop.tokens,
        "b-c-d",
        "opaque-query",
        "opaque-and-unknown",
    ):
        assert secret not in written
        assert secret not in finished.process.stdout


def test_the_seed_of_a_run_decides_what_hypothesis_and_its_own_choices_draw(finished: Finished) -> None:
    again = finished.specification.run("--seed", "7", "--requirements", "RATE-006", "--no-report")
    assert again.returncode == 0
    same = finished.specification.results()
    finished.specification.run("--seed", "8", "--requirements", "RATE-006", "--no-report")
    other = finished.specification.results()
    drawn, drawn_again, drawn_otherwise = (
        [check.reason for check in result(one, "RATE-006").checks] for one in (finished.results, same, other)
    )
    assert drawn == drawn_again
    assert drawn != drawn_otherwise
    assert [one.id for one in same.requirements] == ["RATE-006"]
    assert same.run.selection == "RATE-006"
    assert same.run.previous is not None
    assert same.run.previous.id == finished.results.run.id


def test_areas_chapters_and_single_requirements_are_examined_together(finished: Finished) -> None:
    finished.specification.run("--area", "flows", "--requirements", "RATE-006", "--no-report")
    both = finished.specification.results()
    assert [one.id for one in both.requirements] == ["FLOW-001", "RATE-006"]
    assert both.run.selection == "area flows and RATE-006"


def test_a_chapter_that_is_not_claimed_is_out_of_scope_and_not_asked(tmp_path: Path) -> None:
    with TinyShop() as shop:
        specification = write_specification(
            tmp_path, CHECKS, REQUIREMENTS, base_url=shop.base_url, chapters=["FLOW"], needs={"RATE-003": "db"}
        )
        done = specification.run("--no-report")
    rate = [one for one in specification.results().requirements if one.chapter == "RATE"]
    assert {(one.verdict, one.reason_code, one.in_scope) for one in rate} == {
        (Verdict.NOT_TESTED, "not claimed", False)
    }
    assert done.returncode == 0


def test_checks_that_do_not_fit_the_catalogue_are_wrong_use(tmp_path: Path) -> None:
    checks = 'from spec.checking.examination import verifies\n@verifies("RATE-099")\ndef test_x(): ...\n'
    specification = write_specification(tmp_path, checks, ["FLOW-001"])
    done = specification.run("--no-report")
    assert done.returncode == 2
    assert "test_small.py::test_x verifies RATE-099, which is not in the catalogue" in done.stderr + done.stdout
    assert not list(specification.runs.glob("*/results.json"))


def test_a_check_that_cannot_be_collected_is_the_harness_error_and_named(tmp_path: Path) -> None:
    specification = write_specification(tmp_path, "import no_such_module\n", ["FLOW-001"])
    done = specification.run()
    assert done.returncode == 70
    assert specification.results().run.ended is Ended.HARNESS_ERROR
    assert "No module named 'no_such_module'" in done.stderr
    assert "No module named 'no_such_module'" in specification.results().warnings[0]


def test_a_server_that_is_no_shop_blocks_every_check(tmp_path: Path) -> None:
    with TinyShop() as shop:
        shop.accounts = _Forgetful()
        specification = write_specification(tmp_path, CHECKS, REQUIREMENTS, base_url=shop.base_url)
        done = specification.run("--requirements", "FLOW-001", "RATE-006", "--no-report")
    results = specification.results()
    assert {(one.verdict, one.reason_code) for one in results.requirements} == {(Verdict.NOT_TESTED, "blocked")}
    assert "is no shop: no account could be opened, signed in and read back: FLOW-001: sign in" in results.warnings[0]
    assert len(results.warnings) == 1
    assert done.returncode == 0
    assert json.loads(json.dumps(shop.asked)).count("/api/v2/accounts") == 1


SIGNING_IN = """
from spec.checking.outcomes import Outcome
from spec.checking.examination import verifies

@verifies("FLOW-001", effects={"signs in"})
def test_signs_in(target, examine):
    page = target.visitor().do(target.verbs.list_products())
    examine.that(page.worked, Outcome.WRONG_STATUS, "x", saw=page)

@verifies("FLOW-002")
def test_reads(target, examine):
    page = target.visitor().do(target.verbs.list_products())
    examine.that(page.worked, Outcome.WRONG_STATUS, "x", saw=page)

@verifies("RATE-001", effects={"signs in"})
def test_signs_in_too(target, examine):
    page = target.customer().do(target.verbs.list_products())
    examine.that(page.worked, Outcome.WRONG_STATUS, "x", saw=page)
"""


def test_a_shop_that_lets_a_wrong_password_in_fails_the_sign_in_and_shows_who_asks_to_nobody(tmp_path: Path) -> None:
    with TinyShop("any password") as shop:
        ids = ["FLOW-001", "FLOW-002", "RATE-001"]
        specification = write_specification(tmp_path, SIGNING_IN, ids, base_url=shop.base_url)
        specification.run("--requirements", *ids, "--no-report")
    results = specification.results()
    assert [one.verdict for one in results.requirements] == [Verdict.FAIL, Verdict.PASS, Verdict.NOT_TESTED]
    assert results.requirements[0].checks[0].outcome_code == "WRONG_PASSWORD_ACCEPTED"
    assert results.requirements[0].checks[0].evidence
    assert results.warnings == ["a wrong password was let in: POST /api/v2/tokens → 200"]


BREAKS_FOR_GOOD = """
from spec.checking.outcomes import Outcome
from spec.checking.examination import verifies
from spec.target.control.services import Service

@verifies("FLOW-001", effects={"breaks"})
def test_stops_and_starts(target, examine):
    with target.services.stopped(Service.CACHE):
        pass

@verifies("RATE-001", effects={"breaks"})
def test_comes_later(target, examine):
    raise AssertionError
"""


def test_a_service_that_cannot_be_started_again_ends_the_run_before_the_target_is_blamed(tmp_path: Path) -> None:
    with TinyShop() as shop:
        specification = write_specification(tmp_path, BREAKS_FOR_GOOD, ["FLOW-001", "RATE-001"], base_url=shop.base_url)
        with specification.profile.open("a") as profile:
            profile.write("[services]\n'stop cache' = 'true'\n'start cache' = 'false'\n")
        done = specification.run("--no-report")
    results = specification.results()
    sentence = "the cache could not be started again: command 'start cache' of the profile exited with 1: "
    first, second = results.requirements
    assert (first.verdict, first.reason) == (Verdict.ERROR, sentence)
    assert (second.verdict, second.checks) == (Verdict.NOT_TESTED, [])
    assert (results.warnings, results.run.ended) == ([sentence], Ended.HARNESS_ERROR)
    assert done.returncode == 70


PARTLY_ALLOWED = """
from spec.checking.outcomes import Outcome
from spec.checking.examination import verifies

@verifies("RATE-003", effects={"writes"})
def test_writes(target, examine):
    raise AssertionError

@verifies("RATE-003")
def test_reads(target, examine):
    alive = target.visitor().do(target.verbs.liveness())
    examine.that(False, Outcome.ADMITTED_BEYOND_BUDGET, "a refusal", saw=alive)
"""


def test_a_failed_check_is_a_failure_although_another_check_of_its_requirement_may_not_run(tmp_path: Path) -> None:
    with TinyShop() as shop:
        specification = write_specification(tmp_path, PARTLY_ALLOWED, ["RATE-003"], base_url=shop.base_url)
        allowed = specification.profile.read_text()
        specification.profile.write_text(allowed.replace('["reads", "writes", "signs in", "breaks"]', '["reads"]'))
        done = specification.run()
    found = result(specification.results(), "RATE-003")
    assert (found.verdict, found.reason_code) == (Verdict.FAIL, "")
    assert [(check.title, check.verdict) for check in found.checks] == [("reads", Verdict.FAIL)]
    assert (done.returncode, specification.results().run.ended) == (1, Ended.COMPLETE)


READS_LATER = """
from spec.checking.examination import verifies

@verifies("RATE-003")
def test_reads_a_wrong_answer_after_another_exchange(target, examine):
    visitor = target.visitor()
    wrong = visitor.do(target.verbs.whoami())
    visitor.do(target.verbs.liveness())
    wrong.value
"""


def test_a_wrong_answer_is_shown_by_its_own_exchange_and_not_by_the_newest(tmp_path: Path) -> None:
    with TinyShop() as shop:
        specification = write_specification(tmp_path, READS_LATER, ["RATE-003"], base_url=shop.base_url)
        specification.run()
    results = specification.results()
    (check,) = result(results, "RATE-003").checks
    assert (check.outcome_code, check.verdict) == ("UNEXPECTED_ANSWER", Verdict.FAIL)
    assert check.reproduce is not None
    assert check.reproduce.endswith('"$BASE_URL"/api/v2/accounts/me')
    assert [one.inline.split(" HTTP")[0].split("\n")[-1] for one in results.evidence if one.inline] == [
        "GET /api/v2/accounts/me"
    ]


def test_a_check_is_described_by_its_docstring_and_the_kinds_that_it_examined(finished: Finished) -> None:
    (check,) = result(finished.results, "FLOW-001").checks
    assert (check.title, check.description) == ("flow comes first", "Asks for nothing but its own account.")
    assert check.kinds == ["exchange"]
    assert len(check.evidence) == 1


def test_failed_runs_again_what_the_last_run_did_not_pass(tmp_path: Path) -> None:
    with TinyShop() as shop:
        specification = write_specification(tmp_path, CHECKS, REQUIREMENTS, base_url=shop.base_url)
        refused = specification.run("--failed")
        specification.run()
        first = specification.results()
        specification.run("--failed")
    latest = specification.folder / "out" / "latest"
    assert (refused.returncode, refused.stderr) == (
        2,
        (
            f"shopspec: --failed needs an earlier run, and there is no {latest / 'results.json'}; "
            "begin with a run without it\n"
        ),
    )
    again = specification.results()
    assert again.run.selection == f"what run {first.run.id} did not pass"
    assert [one.id for one in again.requirements] == ["RATE-001", "RATE-002", "RATE-003", "RATE-004", "RATE-007"]


class _Forgetful(dict[str, str]):
    def get(self, key: str, default: object = None) -> None:  # type: ignore[override]  # it never knows anybody
        return None
