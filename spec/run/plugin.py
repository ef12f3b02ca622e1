"""The pytest plugin of a run: its fixtures, and the hooks that make one record of each check.

A check is a pytest function marked `@verifies("RATE-004", effects={"writes"})`. It asks for the fixtures below and says
what it finds through `examine`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Final

import pytest

from reports.results import Ended, salvage_results, write_results
from reports.verdicts import Verdict
from spec.catalogue import Requirement
from spec.checking.check_record import CheckRecord, make_record
from spec.checking.examination import Examination
from spec.checking.judging import CheckVerdict, judge_completion, judge_exception
from spec.checking.outcomes import Blocked, HarnessFault, Violation
from spec.run.check_progress import ProgressLines
from spec.run.collection import MarkedCheck, order_checks, plan, read_marks, validate
from spec.run.first_contact import NotAShop, hold_against_sign_in
from spec.run.interruption import ignore_signals
from spec.run.results_assembly import build_results
from spec.run.rule_items import RuleItem, pytest_collect_file
from spec.run.run_folder import RESULTS
from spec.run.run_state import EXAMINATION, RUN_STATE, RunState
from spec.surface.tour import Tour
from spec.target.adapters import AdapterBroke
from spec.target.connection import TargetUnreachable
from spec.target.control.services import NotRestored
from spec.target.shop import Shop

__all__ = [
    "RunPlugin",
    "examine",
    "pytest_collect_file",
    "pytest_report_teststatus",
    "requirement",
    "roomy",
    "run",
    "take_tour",
    "target",
]

VERDICT: Final = pytest.StashKey[CheckVerdict]()
SECONDS: Final = pytest.StashKey[float]()


@pytest.fixture
def requirement(request: pytest.FixtureRequest) -> Requirement:
    """The requirement that the check verifies, as the catalogue has it."""
    return request.config.stash[RUN_STATE].catalogue.get(read_marks(request.node).requirement)


@pytest.fixture
def examine(request: pytest.FixtureRequest, requirement: Requirement) -> Examination:
    """The check's way to say what it expects, sees and measures."""
    examination = Examination(requirement)
    request.node.stash[EXAMINATION] = examination
    return examination


@pytest.fixture(scope="session")
def run(request: pytest.FixtureRequest) -> RunState:
    """The run: its seed, its folder, and `quick` for fewer examples."""
    return request.config.stash[RUN_STATE]


@pytest.fixture(scope="session")
def target(run: RunState) -> Shop:
    """The target as it is deployed, with its limits."""
    return run.shipped()


@pytest.fixture(scope="session")
def roomy(run: RunState) -> Shop:
    """The same code with its limits out of the way."""
    return run.roomy()


@pytest.fixture
def take_tour(run: RunState) -> Callable[[], Tour]:
    """The way to take the tour of the surface, once in a run: a check that asks for it stays in the first lane."""
    return run.tour


class RunPlugin:
    """The hooks of one run; registered by `python -m spec run`."""

    def __init__(self, run: RunState) -> None:
        self.run = run
        self.checks: dict[str, MarkedCheck] = {}
        self.progress: ProgressLines | None = None
        self._judged: pytest.Item | None = None
        self._keeping = threading.Lock()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the run known to the fixtures."""
        config.stash[RUN_STATE] = self.run

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Hold the whole collection against the catalogue; keep what is selected and can run, in a sensible order."""
        run, checks = self.run, [read_marks(item) for item in items]
        if run.ended is not Ended.HARNESS_ERROR:
            validate(checks, run.catalogue)
        chosen = [check for check in checks if run.selection.holds(run.catalogue.get(check.requirement))]
        config.hook.pytest_deselected(items=[check.item for check in checks if check not in chosen])
        run.planned = tuple(plan(check, run.catalogue, run.profile) for check in chosen)
        gaps = {one.identity.node for one in run.planned if one.gap is not None}
        runnable = [check for check in chosen if check.identity.node not in gaps]
        self.checks = {check.identity.node: check for check in runnable}
        rules = [check.item.rule for check in runnable if isinstance(check.item, RuleItem)]
        if rules:
            run.ledger.open(rules)
            run.recorder.watch(run.ledger.add)
        items[:] = [check.item for check in order_checks(runnable, run.catalogue)]
        self.progress = ProgressLines(config, len(items))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Say in its own words that a check cannot be read: the harness is at fault."""
        if report.failed:
            self.run.ended = Ended.HARNESS_ERROR
            last = str(report.longrepr).strip().splitlines()[-1:]
            self.run.warnings.append(f"{report.nodeid} cannot be collected: {' '.join(last)}")
            self.run.progress(self.run.warnings[-1])

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin each check with an empty record of observations."""
        del item
        self.run.recorder.start_over()
        for shop in self.run.open_shops:
            shop.begin_check()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Judge each phase: setup and clean-up decide only when they fail, the call always."""
        report = yield
        check = self.checks.get(item.nodeid)
        error = call.excinfo.value if call.excinfo else None
        if check is None:
            return report
        if call.when != "teardown" and (call.when == "call" or error is not None):
            examination = item.stash.setdefault(EXAMINATION, Examination())
            item.stash[VERDICT] = self._judge(check, examination, error)
            item.stash[SECONDS] = call.duration
            self._judged = item
        if call.when == "teardown" and self._judged is item:
            self._record(item, error)
        if isinstance(error, TargetUnreachable):
            # Every other check would say the same.
            item.session.shouldstop = "the target cannot be reached"
        if isinstance(error, AdapterBroke):
            self.run.ended = Ended.ADAPTER_BROKE
            item.session.shouldstop = str(error)
        if isinstance(error, NotRestored):
            # Every other check would blame the target for it.
            self.run.ended = Ended.HARNESS_ERROR
            self.run.warnings.append(str(error))
            item.session.shouldstop = str(error)
        return report

    def _judge(self, check: MarkedCheck, examination: Examination, error: BaseException | None) -> CheckVerdict:
        verdict = self._judge_end(check, examination, error)
        return hold_against_sign_in(verdict, check.requirement, check.effects, self.run.let_in)

    def _judge_end(self, check: MarkedCheck, examination: Examination, error: BaseException | None) -> CheckVerdict:
        if error is None:
            return judge_completion(examination, self.run.recorder.count)
        if isinstance(error, NotAShop | TargetUnreachable):
            return self._judge_raised(check, Blocked(str(error)))
        return self._judge_raised(check, error)

    def _judge_raised(self, check: MarkedCheck, error: BaseException) -> CheckVerdict:
        return judge_exception(error, self.run.catalogue.get(check.requirement), self.run.adapter)

    def _record(self, item: pytest.Item, error: BaseException | None = None) -> None:
        """Make the check's one record, once its clean-up is over."""
        self._judged = None
        check, verdict = self.checks[item.nodeid], item.stash[VERDICT]
        if error is not None:
            said = self._judge_raised(check, error).reason or str(error)
            reason = " ".join(filter(None, (verdict.reason, f"the check did not clean up after itself: {said}")))
            # A witnessed violation stays one; nothing else is worth more than the doubt about the target's state.
            worse = verdict.verdict if verdict.verdict is Verdict.FAIL else Verdict.ERROR
            verdict = replace(verdict, verdict=worse, reason=reason, reason_code="")
        self._keep(self._make_record(check, verdict, item.stash[EXAMINATION], seconds=item.stash[SECONDS]))

    def _make_record(
        self, check: MarkedCheck, verdict: CheckVerdict, examination: Examination, *, seconds: float
    ) -> CheckRecord:
        run = self.run
        return make_record(
            check.identity, verdict, examination, run.recorder, seconds=seconds, seed=run.seed, folder=run.folder
        )

    def _judge_rules_left(self) -> None:
        """Make the record of each rule that was broken in a run that did not come to judging it."""
        made = {record.result.node for record in self.run.records}
        for node, check in self.checks.items():
            if node in made or not isinstance(check.item, RuleItem):
                continue
            examination = Examination(self.run.catalogue.get(check.requirement))
            try:
                self.run.ledger.report_breaches(check.item.rule, examination)
            except (Violation, HarnessFault) as error:
                self._keep(self._make_record(check, self._judge_raised(check, error), examination, seconds=0.0))

    def _keep(self, record: CheckRecord) -> None:
        # A second lane's records come on a thread of their own.
        with self._keeping:
            self.run.records.append(record)
            if self.progress:
                self.progress.finished(record)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Say which check runs now."""
        if self.progress and nodeid in self.checks:
            self.progress.started(self.checks[nodeid].identity)

    def pytest_keyboard_interrupt(self) -> None:
        """Mark the run as interrupted. pytest also comes here when a run stops by itself."""
        if self.run.ended is Ended.COMPLETE:
            self.run.ended = Ended.INTERRUPTED

    def pytest_internalerror(self) -> None:
        """Mark the run as broken by pytest itself."""
        self.run.ended = Ended.HARNESS_ERROR

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Close the target and write the results, however the run ended."""
        # From here on what was found is written down; nobody may cut that short.
        ignore_signals()
        if session.config.option.collectonly:
            return
        if session.exitstatus == pytest.ExitCode.USAGE_ERROR:
            self.run.close()
            return
        if self._judged is not None:
            # Interrupted in its clean-up: what it had found stands.
            self._record(self._judged)
        self._write()

    def _write(self) -> None:
        """Judge what is left, close the target and write the results."""
        self._judge_rules_left()
        results = build_results(self.run)
        self.run.close()
        write_results(salvage_results(results), self.run.folder / RESULTS)


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Print nothing of pytest's own: checks report themselves, one line each."""
    return (report.outcome, "", "") if report.when == "call" or report.failed else ("", "", "")
