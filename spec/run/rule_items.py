"""Rules as pytest items: one for each rule in a chapter's `rules.py`, which takes the tour and judges what was seen."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spec.checking.examination import Examination, verifies
from spec.checking.rules import RULES, Rule, rules_of
from spec.run.run_folder import PROJECT
from spec.run.run_state import EXAMINATION, RUN_STATE, RunState
from spec.surface.tour import CellState, Tour
from spec.target.observations import ObservationKind


class RuleModule(pytest.File):
    """A chapter's `rules.py`."""

    def collect(self) -> Iterator[RuleItem]:
        """Yield an item for each rule of the module."""
        name = ".".join(self.path.relative_to(PROJECT).with_suffix("").parts)
        for one in rules_of(importlib.import_module(name)):
            yield RuleItem.from_parent(self, name=one.name, rule=one)


class RuleItem(pytest.Item):
    """A rule, judged over every exchange of the run up to here."""

    def __init__(self, *, rule: Rule, **given: Any) -> None:
        super().__init__(**given)
        self.rule = rule
        self.own_markers.append(verifies(rule.requirement, effects={"reads"}).mark)
        self.description = rule.description

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """Say what was raised; the record of the check shows the rest."""
        del style
        return str(excinfo.value)

    def runtest(self) -> None:
        """Take the tour unless another rule has, and state what is found."""
        run = self.config.stash[RUN_STATE]
        examination = Examination(run.catalogue.get(self.rule.requirement))
        self.stash[EXAMINATION] = examination
        judge_rule(run, self.rule, examination)


def judge_rule(run: RunState, rule: Rule, examination: Examination) -> None:
    """State what the run's exchanges show of a rule."""
    tour = run.tour()
    report_tour(tour, examination)
    entry = run.ledger.entries[rule]
    run.recorder.credit(entry.judged, *([ObservationKind.EXCHANGE] if entry.judged else []))
    run.ledger.conclude(rule, tour, examination)


def report_tour(tour: Tour, examination: Examination) -> None:
    """Add the tour's notes and its coverage to the report, once in a run."""
    if tour.is_reported:
        return
    tour.is_reported = True
    for text in tour.notes:
        examination.note(text)
    missing = [f"{visit.cell.label} ({visit.reason})" for visit in tour.in_state(CellState.OUT_OF_REACH)]
    total = len(tour.there)
    if total:
        examination.cover("the surface", total - len(missing), total, missing)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> RuleModule | None:
    """Collect the rules of a chapter."""
    return RuleModule.from_parent(parent, path=file_path) if file_path.name == RULES else None
