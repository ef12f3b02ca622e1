"""`python -m spec falsify --points`: put drawn point faults into a recorded tour, and see which ones rules notice."""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reports.exit_codes import ExitCode
from spec.catalogue import Catalogue, CatalogueError, Requirement, load_catalogue
from spec.checking.rules import Rule
from spec.falsify import FalsifyError
from spec.falsify.digests import Digests
from spec.falsify.experiment_run import REFERENCE, ExperimentFailed, RunningRuns
from spec.falsify.kill_files import KILLS, PointsEntry, ensure_writable, read_kills, write_kills
from spec.falsify.points.bundles import divide_points
from spec.falsify.points.kinds import VIOLATIONS
from spec.falsify.points.live_runs import LiveRuns
from spec.falsify.points.point_faults import DIMENSIONS, PointDraw, PointFault
from spec.falsify.points.point_judging import PointFinding, PointState, Recording, find_rules
from spec.falsify.points.point_scores import PointScores, SpanScore
from spec.falsify.points.shop_recording import RecordedShop, record_shop
from spec.falsify.points.stateful_points import RUNS_A_REQUIREMENT, draw_spread, judge_alone
from spec.run.interruption import interrupt_on_signals, interrupt_when_orphaned
from spec.run.run_folder import RUNS

POINTS_A_SPAN: Final = 10
CLOSER_LOOK: Final = 5
"""Times as many points are drawn for a span of which too few were noticed."""


def main(arguments: Sequence[str]) -> int:
    """Draw, judge and print; return 0 where the thresholds are reached."""
    given = _parser().parse_args(arguments)
    interrupt_on_signals()
    interrupt_when_orphaned()
    console = Console(highlight=False, soft_wrap=True)
    seed = secrets.randbits(32) if given.seed is None else given.seed
    try:
        catalogue = load_catalogue()
        asked, rules = choose(given.ids, catalogue), find_rules()
        console.print(f"seed {seed}: points of {len(asked)} requirements")
        shop = record_shop(
            REFERENCE, catalogue, seed=seed, quick=given.quick, progress=lambda text: console.print(f"  {escape(text)}")
        )
        scores = judge_all(asked, rules, shop, seed=seed, wanted=given.points_per_span)
        live = confirm(scores, shop, bundles=given.live, folder=given.runs / f"points-{seed}-live")
        stateful = [one for one in asked if one.id not in rules]
        judge_stateful(stateful, shop, scores, console, runs=given.runs, wanted=given.runs_per_requirement)
        path = scores.write(given.runs)
        if not given.quick:
            # The tour of a quick run goes to fewer places, and its score would say less than the one that is kept.
            keep(scores, Digests(catalogue), given.kills)
    except (CatalogueError, FalsifyError) as error:
        print(f"falsify: {error}", file=sys.stderr)  # noqa: T201 - the command line's own voice
        return ExitCode.WRONG_USE
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    for line in live:
        console.print(escape(line))
    return conclude(console, scores, path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m spec falsify --points",
        description=(
            "Put violations at drawn points into a recorded tour, and see which of them rules notice. Where no rule "
            "judges a requirement, its checks do: one point at a time, in a run of its own."
        ),
    )
    parser.add_argument("--points", action="store_true", required=True, help="point faults instead of patched shops")
    parser.add_argument("ids", nargs="*", metavar="ID", help="requirements (default: all that have kinds of violation)")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="draw the points of an earlier run again")
    parser.add_argument(
        "--points-per-span", type=int, default=POINTS_A_SPAN, metavar="N", help=f"default {POINTS_A_SPAN}"
    )
    parser.add_argument(
        "--runs-per-requirement", type=int, default=RUNS_A_REQUIREMENT, metavar="N",
        help="points of a requirement that no rule judges, each in a run of its own against a shop that it alters: "
        f"default {RUNS_A_REQUIREMENT}; 0 leaves those requirements out",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="record the tour of a quick run, and keep no score")
    parser.add_argument(
        "--live", type=int, default=0, metavar="N", help="confirm N bundles by runs against a shop that is altered"
    )
    parser.add_argument("--kills", type=Path, default=KILLS, metavar="DIR", help="folder in which scores are kept")
    parser.add_argument("--runs", type=Path, default=RUNS, metavar="DIR", help="folder of points-SEED.json")
    return parser


def choose(ids: Sequence[str], catalogue: Catalogue) -> list[Requirement]:
    """Return the requirements that are asked for. Raises FalsifyError for one that has no kinds of violation."""
    known = {one.id: one for one in catalogue.requirements if one.id in VIOLATIONS}
    for wanted in ids:
        if wanted not in known:
            raise FalsifyError(f"{wanted!r} has no kinds of violation; those that have are {', '.join(known)}")
    return [known[one] for one in ids] if ids else list(known.values())


def judge_all(
    asked: Iterable[Requirement], rules: Mapping[str, Sequence[Rule]], shop: RecordedShop, *, seed: int, wanted: int
) -> PointScores:
    """Draw the points of each requirement that has rules, and let those judge them."""
    scores = PointScores(seed)
    for requirement in asked:
        own = rules.get(requirement.id, [])
        if not own:
            continue
        if breaches := shop.tour.broken_untouched(own):
            scores.broken[requirement.id] = breaches[0]
            continue
        draws = list_draws(requirement, shop)
        found = [one for draw in draws for one in judge_span(draw, shop.tour, own, seed=seed, wanted=wanted)]
        if not found:
            scores.skipped[requirement.id] = "no point could be drawn"
        scores.findings += found
    return scores


def judge_stateful(
    asked: Iterable[Requirement], shop: RecordedShop, scores: PointScores, console: Console, *, runs: Path, wanted: int
) -> None:
    """Let runs of their own judge points of requirements that have no rule."""
    points: list[PointFault] = []
    for requirement in asked:
        own = draw_spread(list_draws(requirement, shop), seed=scores.seed, wanted=wanted)
        if not own:
            unwanted = "no rule judges it, and it was given no run (--runs-per-requirement 0)"
            scores.skipped[requirement.id] = "no point could be drawn" if wanted else unwanted
        points += own
    if points:
        console.print(f"{len(points)} runs of one point each, for what no rule judges")
    folder = runs / f"points-{scores.seed}-alone"
    scores.findings += judge_alone(
        points, shop, folder, seed=scores.seed, progress=lambda text: console.print(f"  {escape(text)}")
    )


def list_draws(requirement: Requirement, shop: RecordedShop) -> list[PointDraw]:
    """List the draws for all spans of a requirement that lie on the wire."""
    spans = [span.value for span in requirement.spanned if span.value in DIMENSIONS]
    return [PointDraw(requirement.id, span, VIOLATIONS[requirement.id], shop.probes, spans) for span in spans]


def judge_span(
    draw: PointDraw, tour: Recording, rules: Sequence[Rule], *, seed: int, wanted: int
) -> list[PointFinding]:
    """Judge the points of a span; more of them where the first fall short, since of over a hundred spans one will."""
    found = [tour.judge(point, rules) for point in draw.draw(wanted, seed)]
    if not SpanScore.of(found).falls_short:
        return found
    return found + [tour.judge(point, rules) for point in draw.draw(wanted * CLOSER_LOOK, seed)[len(found) :]]


def keep(scores: PointScores, digests: Digests, folder: Path) -> None:
    """Keep the score of each requirement in its kill file."""
    kills, today = read_kills(folder), datetime.now(UTC).date()
    for requirement, spans in scores.by_span().items():
        counts = {span: (score.noticed, score.drawn) for span, score in spans.items()}
        entry = PointsEntry(seed=scores.seed, last_seen=today, rests_on=digests.check(requirement), spans=counts)
        kills = kills.with_points(requirement, entry)
    ensure_writable(folder)
    write_kills(kills, folder)


def confirm(scores: PointScores, shop: RecordedShop, *, bundles: int, folder: Path) -> list[str]:
    """Let runs against an altered shop judge the first bundles; say how far they agree with the recording."""
    shutil.rmtree(folder, ignore_errors=True)
    judged: dict[str, PointState] = {one.point.id: one.state for one in scores.findings}
    lines: list[str] = []
    running = RunningRuns()
    runs = LiveRuns(folder, scores.seed, shop.routes, running)
    chosen = islice(divide_points(one.point for one in scores.findings), bundles)
    try:
        for number, points in enumerate(chosen, start=1):
            lines += _confirm_bundle(runs, number, points, judged)
    finally:
        running.end()
    return lines


def _confirm_bundle(
    runs: LiveRuns, number: int, points: list[PointFault], judged: Mapping[str, PointState]
) -> list[str]:
    try:
        findings = runs.carry_out(number, points)
    except ExperimentFailed as error:
        return [f"live bundle {number}: {error}"]
    other = [one for one in findings if one.state is not judged[one.point.id]]
    alike = len(findings) - len(other)
    return [
        f"live bundle {number}: {alike} of {len(findings)} points as in the recording",
        *(f"  {one.point.name}: {one.state}, recorded {judged[one.point.id]}" for one in other),
    ]


def conclude(console: Console, scores: PointScores, path: Path) -> ExitCode:
    """Print scores, misses and shortfalls; return the exit code."""
    table = Table(title="Points noticed of points drawn", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("requirement", min_width=9)
    table.add_column("by span", overflow="fold")
    for name, spans in scores.by_span().items():
        table.add_row(name, ", ".join(f"{span} {score.noticed}/{score.drawn}" for span, score in spans.items()))
    console.print(table)
    for miss in scores.misses:
        console.print(f"[yellow]✗[/yellow] {escape(f'{miss.point.name} ({miss.state})')}", markup=True)
    for name, reason in scores.skipped.items():
        console.print(f"{name} was left out: {reason}")
    shortfalls = list(scores.shortfalls())
    for one in shortfalls:
        console.print(f"[red]✗[/red] {escape(one)}", markup=True)
    console.print(f"{scores.over_all} points were noticed, seed {scores.seed}; each of them is in {path}")
    return ExitCode.FAILED if shortfalls else ExitCode.MET
