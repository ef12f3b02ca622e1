"""Requirements of the invented run: failed, undecided, not examined for every reason, met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.results import CheckResult, FaultSeen, PointsSeen, RequirementResult, SpanPoints
from reports.verdicts import Verdict
from tests.reports.showcase.evidence import HISTORY, HOSTILE, LEAK, OVERSOLD, OVERSOLD_AGAIN

if TYPE_CHECKING:
    from reports.results import Level, ReasonCode


def _check(
    title: str,
    verdict: Verdict = Verdict.PASS,
    *,
    done: int = 12,
    total: int = 12,
    seconds: float = 0.4,
) -> CheckResult:
    slug = title.lower().replace(" ", "_").replace(",", "")
    return CheckResult(
        node=f"spec/checks/{slug[:4]}/test_{slug}.py::test_{slug}",
        title=title,
        verdict=verdict,
        outcome_code=None,
        expected="",
        observed="",
        done=done,
        total=total,
        seconds=seconds,
        seed=20261123,
    )


def _requirement(
    id_: str,
    statement: str,
    verdict: Verdict = Verdict.PASS,
    *,
    level: Level = "MUST",
    reason: str = "",
    reason_code: ReasonCode = "",
    in_scope: bool = True,
    checks: list[CheckResult] | None = None,
    needs: list[str] | None = None,
    spans: list[str] | None = None,
    title: str = "",
    likely_fix: str = "",
    faults: list[FaultSeen] | None = None,
    points: PointsSeen | None = None,
) -> RequirementResult:
    untested = verdict is Verdict.NOT_TESTED
    default_checks = [] if untested else [_check(statement[:60].rstrip(" .,"), verdict)]
    default_faults = (
        []
        if untested
        else [
            FaultSeen(
                id=f"{id_}-a", description="The rule is left out.", killed=True, last_seen="2026-11-21", stale=False
            )
        ]
    )
    return RequirementResult(
        id=id_,
        chapter=id_.partition("-")[0],
        level=level,
        statement=statement,
        source="roadmap 1.1, success metrics",
        references={
            "rfc": ["RFC 6585", "RFC 9110"],
            "asvs": ["v5.0.0-2.4.1", "v5.0.0-6.3.1"],
            "owasp_api": ["API4:2023"],
            "cwe": ["CWE-770", "CWE-307"],
            "nist": ["SC-5", "AC-7"],
        },
        needs=needs or [],
        spans=spans or [],
        verdict=verdict,
        reason=reason,
        reason_code=reason_code,
        in_scope=in_scope,
        checks=default_checks if checks is None else checks,
        faults=default_faults if faults is None else faults,
        points=points,
        title=title,
        likely_fix=likely_fix,
    )


def make_failing() -> list[RequirementResult]:
    oversold = _check(
        "Eight parallel checkouts of five pieces sell five", Verdict.FAIL, done=20, total=20, seconds=8.31
    ).changed(
        description="Put five pieces on stock and let eight customers, each with one piece in the cart, check out at "
        "the same moment.\n\nOf the eight answers exactly five may be 201, the others 409, and the stock then is 0. "
        "Twenty rounds, because a race is lost now and then.",
        kinds=["exchange", "query"],
        outcome_code="STOCK_OVERSOLD",
        expected="exactly 5 orders, 3 refusals with 409, stock 0",
        observed="6 orders, 2 refusals with 409, stock -1 in 3 of 20 rounds; first in round 4",
        example="stock=5, clients=8, quantities=[1, 1, 1, 1, 1, 1, 1, 1]",
        evidence=[OVERSOLD.sha256, HISTORY.sha256],
        reproduce=OVERSOLD_AGAIN,
    )
    markup = _check(
        "Search treats markup and wildcards as plain text", Verdict.FAIL, done=31, total=44, seconds=2.75
    ).changed(
        description=f"Search for each special character alone and inside a word. {HOSTILE}",
        kinds=["exchange"],
        outcome_code="SERVER_ERROR",
        expected="200 with the products whose name holds the term, literally",
        observed=f"500 text/html: {HOSTILE}",
        missing=["search=%", "search=_", "search=\\", "search=" + "x" * 120],
        example="search='<script>\\x00'",
        evidence=[LEAK.sha256, OVERSOLD.sha256],
    )
    return [
        _requirement(
            "VAL-016",
            "Search treats % _ \\ and regular-expression characters as plain text.",
            Verdict.FAIL,
            checks=[markup],
            faults=[],
        ),
        _requirement(
            "SHOP-001",
            "Stock n and n + k parallel checkouts: exactly n orders, k clean refusals, stock 0.",
            Verdict.FAIL,
            title="Parallel checkouts never oversell",
            likely_fix="Take stock with one conditional update in the order's transaction, rows in primary-key order.",
            needs=["admin"],
            spans=["states", "concurrency"],
            checks=[oversold, _check("Two parallel checkouts of one piece sell one", done=20, total=20, seconds=3.2)],
            faults=[
                FaultSeen(
                    id="SHOP-001-a",
                    description="Stock is read, checked and written back.",
                    killed=True,
                    last_seen="2026-11-21",
                    stale=False,
                ),
                FaultSeen(
                    id="SHOP-001-b",
                    description="The row lock is taken after the check.",
                    killed=True,
                    last_seen="2026-10-02",
                    stale=True,
                ),
                FaultSeen(
                    id="SHOP-001-c",
                    description="The check runs outside of the transaction.",
                    killed=False,
                    last_seen="2026-11-21",
                    stale=False,
                ),
                FaultSeen(
                    id="SHOP-001-d",
                    description="Stock is cached for a second.",
                    killed=None,
                    last_seen=None,
                    stale=False,
                ),
            ],
            points=PointsSeen(
                seed=7,
                last_seen="2026-11-21",
                stale=False,
                spans=[
                    SpanPoints(span="states", noticed=9, drawn=10),
                    SpanPoints(span="concurrency", noticed=4, drawn=4),
                ],
            ),
        ),
        _requirement(
            "RATE-010",
            "RateLimit and RateLimit-Policy state the budget as structured fields.",
            Verdict.FAIL,
            level="SHOULD",
            checks=[
                _check("The remaining count never rises inside a window", Verdict.FAIL, done=100, total=100).changed(
                    outcome_code="HEADER_MISSING",
                    expected="RateLimit on 100 of 100 answers",
                    observed="RateLimit on 0 of 100 answers",
                )
            ],
        ),
    ]


def make_undecided() -> list[RequirementResult]:
    broken = _check(
        "Sign-in takes the same time for a known and an unknown account", Verdict.ERROR, done=212, total=400
    ).changed(
        reason="ConnectionResetError in the harness's own proxy after 212 of 400 samples; the target was not asked.",
    )
    return [
        _requirement(
            "TOK-015",
            "Sign-in takes the same time for a known and an unknown account.",
            Verdict.ERROR,
            level="SHOULD",
            reason="The harness broke in one of one check.",
            checks=[broken],
        ),
        _requirement(
            "PERF-001",
            "95th percentile of API response time below 200 ms at the declared arrival rate, overall and for each "
            "operation; an answer that is not what the shopper's step expects is an error and infinitely slow.",
            Verdict.INCONCLUSIVE,
            reason="The interval straddles the limit after the last look at 9 000 samples.",
            checks=[
                _check("p95 over all operations is below 200 ms", Verdict.INCONCLUSIVE, done=9, total=9, seconds=312)
            ],
        ),
        _requirement(
            "HLTH-003",
            "With the database (then the cache) stopped, readiness says so within 5 s and recovers by itself.",
            Verdict.NOT_TESTED,
            reason="The profile grants no power over the database.",
            reason_code="window shut",
            needs=["services"],
        ),
        _requirement(
            "SHOP-010",
            "Cancelling returns the stock exactly once, also when cancelled twice at once.",
            Verdict.NOT_TESTED,
            reason="Blocked by SHOP-001.",
            reason_code="blocked",
            needs=["admin"],
        ),
        _requirement(
            "AVL-003",
            "No acknowledged order is lost or doubled through kill -9 of any process, the database included.",
            Verdict.NOT_TESTED,
            reason="The profile does not allow the effect 'breaks'.",
            reason_code="effect not allowed",
            needs=["services", "process"],
        ),
        *(
            _requirement(
                f"CTR-{number:03}",
                statement,
                Verdict.NOT_TESTED,
                reason="No container engine on this host; the window is set to auto.",
                reason_code="window shut",
                in_scope=False,
                needs=["docker"],
            )
            for number, statement in enumerate(
                ["The production image builds from a clean checkout.", "It runs as a non-root user."], start=1
            )
        ),
        *(
            _requirement(
                f"REL-{number:03}",
                "Every feature flag works on and off, and a lost flag store means the declared default.",
                Verdict.NOT_TESTED,
                reason="No check yet.",
                reason_code="no check yet",
                in_scope=False,
            )
            for number in range(1, 6)
        ),
    ]


def make_met() -> list[RequirementResult]:
    chapters = {"FLOW": 7, "RATE": 9, "HDR": 7, "VAL": 15, "TOK": 14, "PERF": 3, "CACHE": 10, "AVL": 2, "LOG": 6}
    met = [
        _requirement(
            f"{chapter}-{number:03}", "A customer can register and sign in; a wrong password is refused, and stays so."
        )
        for chapter, count in chapters.items()
        for number in range(1 if chapter not in {"PERF", "AVL"} else 2, count + 1)
    ]
    return [
        *met,
        _requirement("AVL-001", "Over 99.9 % of probes succeed through rolling reloads and killed workers."),
        _requirement(
            "HDR-008",
            "Cookies that are set carry Secure, HttpOnly (session) and SameSite; none seen is not applicable.",
            Verdict.NOT_APPLICABLE,
            reason="No cookie was seen in 214 answers.",
        ),
        _requirement(
            "HDR-009",
            "An Origin that is not allowed is never reflected, with or without credentials, and a declared one is.",
            Verdict.WAIVED,
            reason="Waiver W-7 until 2027-01-31: the storefront still needs the wildcard. Raw verdict: fail.",
        ),
    ]
