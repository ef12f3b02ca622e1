"""An adapter that raises an error of its own ends the run as wrong use, told with file, line and verb."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.verdicts import Verdict
from spec.target.verbs import VERBS
from tests.support.small_run import result, write_specification
from tests.support.tiny_shop import TinyShop

CHECKS = """
from spec.checking.outcomes import Outcome
from spec.checking.examination import verifies

@verifies("FLOW-001")
def test_categories(target, examine):
    examine.that(target.visitor().do(target.verbs.list_categories()).worked, Outcome.WRONG_STATUS, "x", saw=None)

@verifies("FLOW-002")
def test_products(target, examine):
    listed = target.visitor().do(target.verbs.list_products())
    examine.that(listed.worked, Outcome.WRONG_STATUS, "x", saw=listed)
"""
ADAPTER = """
from spec.target.adapters.rest import Verbs as RestVerbs
from spec.target.exchange import Request
from spec.target.steps import Ask


class Verbs(RestVerbs):
    def {verb}(self, **options):
        def steps(session):
            answer = yield Ask(Request("GET", "/livez"))
            return answer.text

        return self.make("{verb}", steps)
"""


@pytest.mark.parametrize(
    ("verb", "verdicts"),
    [
        ("list_categories", {"FLOW-001": Verdict.ERROR, "FLOW-002": Verdict.PASS}),
        ("whoami", {"FLOW-001": Verdict.ERROR, "FLOW-002": Verdict.NOT_TESTED}),
    ],
)
def test_a_mistake_of_an_adapter_is_wrong_use_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str, verdicts: dict[str, Verdict]
) -> None:
    (tmp_path / "mine.py").write_text(ADAPTER.format(verb=verb))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with TinyShop() as tiny:
        specification = write_specification(tmp_path / "spec", CHECKS, ["FLOW-001", "FLOW-002"], base_url=tiny.base_url)
        profile = specification.profile
        profile.write_text(profile.read_text() + '[adapter]\nmodule = "mine"\n')
        ended = specification.run()
    results = specification.results()
    assert {one: result(results, one).verdict for one in verdicts} == verdicts
    raised = "the adapter raised AttributeError: 'Response' object has no attribute 'text'"
    assert result(results, "FLOW-001").reason == f"{raised} (verb '{VERBS[verb].operation}', mine.py, line 11)"
    assert ended.returncode == 2
    assert "The adapter broke on FLOW-001." in " ".join(ended.stdout.split())
