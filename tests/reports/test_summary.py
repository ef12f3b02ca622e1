"""The Markdown summary: the same verdict, within the size that a job summary may have."""

from __future__ import annotations

from datetime import date

from reports.judgement import judge
from reports.summary import SIZE_LIMIT, render_summary
from reports.verdicts import Verdict
from tests.reports.samples import make_check, make_requirement, make_results
from tests.reports.showcase import OVERSOLD_AGAIN, make_showcase

DAY = date(2026, 11, 23)
SUMMARY = render_summary(judge(make_showcase(), DAY)).decode()


def test_the_verdict_stands_first_and_the_debt_below_it() -> None:
    lines = SUMMARY.splitlines()
    assert lines[0].startswith("# 78 of 89 examined: 72 met, 1 waived, 1 not applicable, 1 inconclusive, 3 not met: ")
    assert lines[0].endswith(r"; 3 MUSTs in scope were not tested. The harness broke on TOK\-015.")
    assert lines[2].startswith("5 requirements have no check yet.")


def test_the_counts_name_every_verdict() -> None:
    assert "| ! Error | ✗ Fail | ≈ Inconclusive | ○ Not tested | ◇ Waived | ✓ Pass |" in SUMMARY
    assert "| 1 | 3 | 1 | 3 | 1 | 72 | 1 | 5 |" in SUMMARY


def test_metrics_are_a_table_with_their_interval() -> None:
    row = next(line for line in SUMMARY.splitlines() if line.startswith("| Uptime"))
    assert [cell.strip() for cell in row.strip("|").split("|")] == [
        "Uptime",
        "&gt; 99.9 %",
        "99.98 %",
        "99.94 to 99.998 %",
        r"\+0.037 points",
        "5670",
        "✓ Pass",
    ]


def test_a_failure_shows_its_code_and_what_was_expected_and_observed() -> None:
    found = SUMMARY.partition("- **SHOP-001** (MUST) `STOCK_OVERSOLD` ")[2].splitlines()
    assert found[1:3] == [
        "  - expected `exactly 5 orders, 3 refusals with 409, stock 0`",
        "  - observed `6 orders, 2 refusals with 409, stock -1 in 3 of 20 rounds; first in round 4`",
    ]


def test_a_failure_says_what_was_done_and_how_to_reproduce_it() -> None:
    found = SUMMARY.partition("- **SHOP-001** (MUST) `STOCK_OVERSOLD` ")[2].splitlines()
    assert found[3].startswith("  - check: Put five pieces on stock and let eight customers")
    assert found[4:9] == [
        "  - reproduce",
        "",
        "    ```text",
        f"    {OVERSOLD_AGAIN}",
        "    ```",
    ]


def test_a_block_is_never_left_open_by_the_cut_for_length() -> None:
    check = make_check(Verdict.FAIL).changed(reproduce="curl\n" * 20)
    failing = [make_requirement(f"RATE-{number:03}", Verdict.FAIL, checks=[check]) for number in range(100)]
    judgement = judge(make_results(failing), DAY)
    for limit in range(3000, 3400, 7):
        assert render_summary(judgement, limit).count(b"```") % 2 == 0


def test_a_description_that_is_markup_stays_text() -> None:
    (line,) = [line for line in SUMMARY.splitlines() if "onerror" in line and "- check:" in line]
    assert "<" not in line
    assert r"\{\{ 7 \* 7 \}\}" in line


def test_what_was_not_examined_is_listed_by_reason() -> None:
    assert "- **Window shut** (3): HLTH-003, CTR-001, CTR-002\n" in SUMMARY
    assert "- **No check yet** (5): REL-001, REL-002, REL-003, REL-004, REL-005\n" in SUMMARY


def test_hostile_text_stays_in_a_code_span() -> None:
    (line,) = [line for line in SUMMARY.splitlines() if "onerror" in line and "observed" in line]
    assert line.startswith("  - observed `")
    assert line.endswith("`")
    assert line.count("`") == 2


def test_a_summary_that_grows_too_long_is_cut_between_lines_and_says_so() -> None:
    check = make_check(Verdict.FAIL).changed(observed="x" * 400)
    failing = [
        make_requirement(f"{chapter}-{number:03}", Verdict.FAIL, checks=[check])
        for chapter in ("FLOW", "RATE")
        for number in range(1000)
    ]
    judgement = judge(make_results(failing), DAY)
    content = render_summary(judgement)
    assert SIZE_LIMIT - 1500 < len(content) <= SIZE_LIMIT
    *_, note = content.decode().splitlines()
    assert note.startswith("*")
    assert note.endswith(" more lines are left out for length; the report has them.*")
    assert len(render_summary(judgement, 5000)) <= 5000
