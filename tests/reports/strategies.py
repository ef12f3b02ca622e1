"""Generated results: coherent, and otherwise as odd as results can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from reports.results import (
    CheckResult,
    Coverage,
    Ended,
    Evidence,
    FaultSeen,
    Metric,
    PointsSeen,
    RequirementResult,
    Results,
    SpanPoints,
    inline_evidence,
)
from reports.verdicts import Verdict, combine
from tests.reports.samples import make_results, with_requirements
from tests.reports.showcase import HOSTILE

if TYPE_CHECKING:
    from reports.results import ReasonCode

OUTSIDE: list[ReasonCode] = ["no check yet", "not claimed", "window shut"]
UNEXAMINED: list[ReasonCode] = ["", "window shut", "blocked", "effect not allowed", "interrupted", "nothing examined"]
CHAPTERS = ["FLOW", "RATE", "SHOP"]

texts = st.one_of(st.text(max_size=30), st.sampled_from([HOSTILE, "a | b `code` *bold* @team", "\r\n\x00", "]]>&lt;"]))
figures = st.floats(allow_nan=False)


@st.composite
def checks(draw: st.DrawFn, verdict: Verdict, known: list[Evidence]) -> CheckResult:
    total = draw(st.integers(1, 500))
    done = total if verdict is Verdict.PASS else draw(st.integers(0, total))
    return CheckResult(
        node=draw(st.sampled_from(["spec/checks/test_a.py::test_b", "spec/checks/test_a.py::test_c[<x>]"])),
        title=draw(texts),
        description=draw(texts),
        verdict=verdict,
        outcome_code=draw(st.none() | st.sampled_from(["STOCK_OVERSOLD", "SERVER_ERROR"])),
        expected=draw(texts),
        observed=draw(texts),
        done=done,
        total=total,
        missing=draw(st.lists(texts, max_size=3)),
        kinds=draw(st.lists(texts, max_size=2)),
        seconds=draw(st.floats(0, 10_000)),
        seed=draw(st.none() | st.integers()),
        example=draw(st.none() | texts),
        evidence=draw(st.lists(st.sampled_from([item.sha256 for item in known]), max_size=2)) if known else [],
        reproduce=draw(st.none() | texts),
        reason=draw(texts),
    )


_counts = st.integers(0, 50)
faults = st.builds(
    FaultSeen,
    id=st.just("RATE-004-a"),
    description=texts,
    killed=st.none() | st.booleans(),
    last_seen=st.none() | st.just("2026-11-21"),
    stale=st.booleans(),
)


spans = st.builds(
    lambda noticed, missed: SpanPoints(span="methods", noticed=noticed, drawn=noticed + missed), _counts, _counts
)
points = st.none() | st.builds(
    PointsSeen, seed=_counts, last_seen=st.just("2026-11-21"), stale=st.booleans(), spans=st.lists(spans, max_size=2)
)


@st.composite
def requirements(draw: st.DrawFn, id_: str, known: list[Evidence]) -> RequirementResult:
    in_scope = draw(st.booleans()) or draw(st.booleans())
    verdicts = draw(st.lists(st.sampled_from(Verdict), max_size=3)) if in_scope else []
    verdict = combine(verdicts)
    code: ReasonCode = ""
    if not in_scope:
        code = draw(st.sampled_from(OUTSIDE))
    elif verdict is Verdict.NOT_TESTED:
        code = draw(st.sampled_from(UNEXAMINED))
    return RequirementResult(
        id=id_,
        chapter=id_.partition("-")[0],
        level=draw(st.sampled_from(["MUST", "MUST", "SHOULD", "MAY"])),
        statement=draw(texts),
        source=draw(texts),
        references=draw(st.dictionaries(st.sampled_from(["rfc", "cwe", "house"]), st.lists(texts, max_size=2))),
        needs=draw(st.lists(st.sampled_from(["admin", "db"]), max_size=2)),
        spans=draw(st.lists(st.sampled_from(["operations", "moments"]), max_size=2)),
        verdict=verdict,
        reason=draw(texts),
        reason_code=code,
        in_scope=in_scope,
        checks=[draw(checks(item, known)) for item in verdicts],
        faults=draw(st.lists(faults, max_size=2)),
        points=draw(points),
        title=draw(texts),
        likely_fix=draw(texts),
    )


@st.composite
def metrics(draw: st.DrawFn, number: int, requirement: RequirementResult) -> Metric:
    worse = [verdict for verdict in Verdict if verdict.rank >= requirement.verdict.rank]
    ends = draw(st.none() | st.tuples(figures, figures))
    return Metric(
        id=f"metric-{number}",
        title=draw(texts),
        requirement=requirement.id,
        statistic=draw(texts),
        limit=draw(figures),
        limit_operator=draw(st.sampled_from(["<", "<=", ">", ">=", "="])),
        value=draw(figures),
        interval=None if ends is None else (min(ends), max(ends)),
        method=draw(texts),
        n=draw(st.integers(1, 10**9)),
        unit=draw(st.sampled_from(["ms", "s", "ratio", "1", "<b>"])),
        verdict=draw(st.sampled_from(worse)),
        reason=draw(texts),
    )


@st.composite
def results(draw: st.DrawFn) -> Results:
    """Results with up to seven requirements in up to three chapters."""
    known = [
        inline_evidence(text, kind="exchange", summary=text) for text in draw(st.lists(texts, max_size=2, unique=True))
    ]
    known = list({item.sha256: item for item in known}.values())
    ids = draw(st.lists(st.builds(make_id, st.sampled_from(CHAPTERS), st.integers(1, 999)), max_size=7, unique=True))
    drawn = [draw(requirements(id_, known)) for id_ in ids]
    base = make_results(ended=draw(st.sampled_from(Ended)))
    more = draw(st.integers(0, 2))
    base = base.changed(
        run=base.run.changed(command=draw(texts), quick=draw(st.booleans())),
        target=base.target.changed(name=draw(texts), base_url=draw(texts), policies={"window": draw(texts)}),
        catalogue=base.catalogue.changed(requirements=len(drawn) + more),
        metrics=[draw(metrics(number, item)) for number, item in enumerate(drawn) if draw(st.booleans())],
        evidence=known,
        coverage=[Coverage(name="operations", done=3, total=4, missing=[draw(texts)])],
        warnings=draw(st.lists(texts, max_size=2)),
    )
    return with_requirements(base, drawn)


def make_id(chapter: str, number: int) -> str:
    """Return an id such as RATE-004."""
    return f"{chapter}-{number:03}"
