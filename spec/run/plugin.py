"""The pytest plugin: marks, fixtures, and from each test's outcome to a verdict with its evidence.

A check is a pytest function marked `@verifies("RATE-004", effects={"writes"})`. It asks for the fixtures below and says
what it finds through `examine`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Final

import pytest

from reports.results import Ended, salvage_results, write_results
from reports.verdicts import Verdict
from spec.checking.check_record import record_check, redact_judgement
from spec.checking.examination import Examination
from spec.checking.judging import Judgement, judge_completion, judge_exception
from spec.checking.outcomes import Blocked
from spec.run.check_progress import ProgressLines
from spec.run.collection import CheckItem, order_checks, read_marks, validate
from spec.run.first_contact import NotAShop
from spec.run.interruption import ignore_signals
from spec.run.results_assembly import assemble
from spec.run.run_folder import RESULTS
from spec.run.run_state import RunState
from spec.target.connection import TargetUnreachable
from spec.target.control.services import NotRestored
from spec.target.shop import Shop

RUN_STATE: Final = pytest.StashKey[RunState]()
EXAMINATION: Final = pytest.StashKey[Examination]()


@pytest.fixture
def examine(request: pytest.FixtureRequest) -> Examination:
    """What this check expects and sees."""
    examination = Examination()
    request.node.stash[EXAMINATION] = examination
    return examination


@pytest.fixture(scope="session")
def run(request: pytest.FixtureRequest) -> RunState:
    """The run: its seed, whether it is a quick one, its folder."""
    return request.config.stash[RUN_STATE]


@pytest.fixture(scope="session")
def target(run: RunState) -> Shop:
    """The target as it is deployed, with its limits."""
    return run.shipped()


@pytest.fixture(scope="session")
def roomy(run: RunState) -> Shop:
    """The same code with its limits out of the way."""
    return run.roomy()


@pytest.fixture(scope="session")
def start_with(run: RunState) -> Callable[..., Shop]:
    """Starts the same code with other settings: `start_with(burst_limit="100000/minute")`."""
    return run.with_settings


class RunPlugin:
    """The hooks of one run; registered by `python -m spec run`."""

    def __init__(self, run: RunState) -> None:
        self.run = run
        self.items: dict[str, CheckItem] = {}
        self.progress: ProgressLines | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the run known to the fixtures."""
        config.stash[RUN_STATE] = self.run

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Judge the whole collection against the catalogue, then keep what is selected, in a sensible order."""
        checks = [read_marks(item) for item in items]
        if self.run.ended is not Ended.HARNESS_ERROR:
            validate(checks, self.run.catalogue)
        chosen = [
            check for check in checks
            if self.run.selection.holds(self.run.catalogue.get(check.requirement))
        ]  # fmt: skip
        config.hook.pytest_deselected(items=[check.item for check in checks if check not in chosen])
        runnable = [check for check in chosen if self._gap(check) is None]
        self.items = {check.item.nodeid: check for check in chosen}
        for check in runnable:
            self.run.planned.setdefault(check.requirement, set()).add(check.item.nodeid)
        items[:] = [check.item for check in order_checks(runnable, self.run.catalogue)]
        self.progress = ProgressLines(config, len(items))

    def _gap(self, check: CheckItem) -> object:
        requirement = self.run.catalogue.get(check.requirement)
        return self.run.gap(requirement, check.effects)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A check that cannot even be read is the harness' own fault, and said in its own words."""
        if report.failed:
            self.run.ended = Ended.HARNESS_ERROR
            last = str(report.longrepr).strip().splitlines()[-1:]
            self.run.warnings.append(f"{report.nodeid} cannot be collected: {' '.join(last)}")
            self.run.progress(self.run.warnings[-1])

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Each check begins with an empty record of exchanges."""
        del item
        self.run.recorder.start_over()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn what happened into a verdict. Setup and clean-up decide only when they fail, the call always."""
        report = yield
        check = self.items.get(item.nodeid)
        error = call.excinfo.value if call.excinfo else None
        if check is None or (call.when != "call" and error is None):
            return report
        examination = item.stash.get(EXAMINATION, Examination())
        judgement = self._judge(check, examination, error)
        if call.when == "teardown":
            # What was examined stands; that the target may not be as it was before is another result of the check.
            judgement = Judgement(
                Verdict.ERROR, f"the check did not clean up after itself: {judgement.reason or error}"
            )
            examination = Examination()
        judgement = redact_judgement(judgement, self.run.recorder.secrets)
        record_check(self.run, check, examination, judgement, call.duration)
        if self.progress:
            self.progress.finished(check, judgement, call.duration)
        if isinstance(error, TargetUnreachable):
            # Every other check would say the same.
            item.session.shouldstop = "the target cannot be reached"
        if isinstance(error, NotRestored):
            # Every other check would blame the target for it.
            self.run.ended = Ended.HARNESS_ERROR
            self.run.warnings.append(str(error))
            item.session.shouldstop = str(error)
        return report

    def _judge(self, check: CheckItem, examination: Examination, error: BaseException | None) -> Judgement:
        if error is None:
            return judge_completion(examination, self.run.recorder.count)
        if isinstance(error, NotAShop | TargetUnreachable):
            return judge_exception(Blocked(str(error)), check.requirement)
        return judge_exception(error, check.requirement)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Say what runs now."""
        if self.progress and nodeid in self.items:
            self.progress.started(self.items[nodeid])

    def pytest_keyboard_interrupt(self) -> None:
        """What was found so far is still written, and marked. pytest also comes here when a run stops by itself."""
        if self.run.ended is Ended.COMPLETE:
            self.run.ended = Ended.INTERRUPTED

    def pytest_internalerror(self) -> None:
        """pytest itself broke."""
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
        effects: dict[str, frozenset[str]] = {}
        for check in self.items.values():
            effects[check.requirement] = effects.get(check.requirement, frozenset()) | check.effects
        results = assemble(self.run, effects)
        self.run.close()
        write_results(salvage_results(results), self.run.folder / RESULTS)


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Checks report themselves, one line each; pytest's own letters would only repeat them."""
    return (report.outcome, "", "") if report.when == "call" or report.failed else ("", "", "")
