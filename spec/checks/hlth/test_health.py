"""HLTH-003, HLTH-005, HLTH-006: readiness tells when a dependency is gone or hangs, and when it is back.

What readiness says then is judged by the rule of HLTH-005.
"""

from __future__ import annotations

from typing import Final

from spec.catalogue import Requirement
from spec.checking.examination import Examination, verifies
from spec.checks.support.dependency_outage import Outage
from spec.target.shop import Shop

SEEN_WITHIN_SECONDS: Final = 30.0
"""HLTH-003 says how soon readiness has to report; here it only has to have reported at all."""


@verifies("HLTH-003", effects={"breaks"})
def test_readiness_notices_a_stopped_dependency_and_recovers_by_itself(
    target: Shop, requirement: Requirement, examine: Examination
) -> None:
    """Readiness reports a database or a cache that is stopped, and by itself that it is back.

    The database is stopped and started again, then the cache. Before each stop readiness names both as up.
    Within the limit it says that the stopped one is down and the other up, and liveness answers all the while. After
    the start it is ready again within the declared recovery time, and the shop lists products. Readiness that is
    silent reports nothing: a probe that hangs is as blind as one that says that all is well.
    """
    Outage(target, examine, requirement.limit).examine_each(target.services.stopped, "stopped")


@verifies("HLTH-005", effects={"breaks"})
def test_readiness_is_seen_whole_and_with_each_dependency_stopped(target: Shop, examine: Examination) -> None:
    """Readiness answers 200 and names database and cache as up, and answers 503 while either of them is stopped.

    What these answers say is judged by the rule, with every other answer of readiness in the run.
    """
    Outage(target, examine, SEEN_WITHIN_SECONDS).show_each(target.services.stopped, whole_status=200, down_status=503)


@verifies("HLTH-006", effects={"breaks"})
def test_readiness_notices_a_hanging_dependency_and_recovers_by_itself(
    target: Shop, requirement: Requirement, examine: Examination
) -> None:
    """Readiness reports a database or a cache that hangs, and by itself that it is back.

    All processes of the database are suspended, then those of the cache: they accept connections and never answer. What
    is expected is what is expected of one that is stopped. The store of the rate counters is not hung here.
    """
    Outage(target, examine, requirement.limit).examine_each(target.services.hanging, "hanging")
    examine.note("The store of the rate counters was not hung: that part of the statement is not examined yet.")
