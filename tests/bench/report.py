"""The tables of a run: the same text on the terminal and in bench.md, and all of it as data in bench.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from unicodedata import east_asian_width

from tests.bench.figures import Figure, IndexWorth, Record, Spread
from tests.bench.plan import Plan

SCHEMA_VERSION = 1


def write_report(record: Record, plan: Plan, run_id: str, folder: Path) -> None:
    """Write bench.json and bench.md."""
    (folder / "bench.md").write_text(f"# Benches {run_id}\n\n{render(record, plan)}", encoding="utf-8")
    document = {
        "schema_version": SCHEMA_VERSION,
        "run": run_id,
        "plan": {**asdict(plan), "judges": plan.judges},
        "facts": record.facts,
        "goals": [{**asdict(goal), "met": goal.met, "verdict": goal.verdict} for goal in record.goals],
        "figures": [asdict(figure) for figure in record.figures],
        "indexes": [{**asdict(worth), "factor": worth.factor, "pays": worth.pays} for worth in record.worths()],
    }
    (folder / "bench.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def render(record: Record, plan: Plan) -> str:
    """Return all tables as aligned Markdown."""
    small, large = (count(size) for size in plan.growth)
    size = f"{count(plan.products)} products, growth from {small} to {large}"
    load = f"{plan.rounds} rounds of {plan.seconds:g} s, {plan.connections} connections, {plan.workers} workers"
    parts = [f"{size}; {load}.", *(f"{name}: {value}." for name, value in record.facts.items())]
    if record.goals:
        parts += ["## Goals", render_goals(record)]
    for group in dict.fromkeys(figure.group for figure in record.figures):
        parts += [f"## {group}", render_group([figure for figure in record.figures if figure.group == group])]
    worths = record.worths()
    if worths:
        parts += ["## Indexes of roadmap 2.1", render_worths(worths), render_useless(worths)]
    return "\n\n".join(parts) + "\n"


def render_goals(record: Record) -> str:
    """Return each goal with what was measured."""
    return table(
        ("goal", "limit", "median of the rounds (IQR)", "min–max", "rounds", "verdict"),
        [
            (
                goal.name,
                f"{goal.operator} {goal.limit:g}",
                spell(goal.ratio),
                f"{digits(goal.ratio.least)}–{digits(goal.ratio.most)}",
                str(goal.ratio.count),
                goal.verdict,
            )
            for goal in record.goals
        ],
    )


def render_group(figures: Sequence[Figure]) -> str:
    """Return the arms of one comparison; the first is what the others are compared with."""
    base = figures[0].spread.median
    rows = [
        (
            figure.name,
            f"{spell(figure.spread)} {figure.unit}",
            f"×{figure.spread.median / base:.3g}" if figure.unit == figures[0].unit and base else "",
            "" if figure.statements is None else str(figure.statements),
            f"{figure.spread.count}",
            figure.note,
        )
        for figure in figures
    ]
    return table(("arm", "median (IQR)", "against the first", "statements", "n", "note"), rows)


def render_worths(worths: Sequence[IndexWorth]) -> str:
    """Return time and plan of each query, with and without its index."""
    rows = []
    for worth in worths:
        for arm in filter(None, (worth.without, worth.roadmap, worth.shop)):
            first = arm is worth.without
            rows.append(
                (
                    worth.index if first else "",
                    worth.query if first else "",
                    f"{arm.arm}: {arm.definition}",
                    f"{spell(arm.milliseconds)} ms",
                    "" if arm.bytes is None else f"{arm.bytes / 2**20:.2f} MiB",
                    arm.plan,
                )
            )
    return table(("roadmap", "query", "index", "median (IQR)", "size", "plan"), rows)


def render_useless(worths: Sequence[IndexWorth]) -> str:
    """Return which indexes pay and by how much; those that do not stand last."""
    rows = [
        (worth.index, worth.query, f"×{worth.factor:.3g}", "pays" if worth.pays else "does NOT pay")
        for worth in sorted(worths, key=lambda worth: -worth.factor)
    ]
    return table(("roadmap", "query", "faster with it", "verdict"), rows)


def spell(spread: Spread) -> str:
    """Return median and spread to three digits."""
    return f"{digits(spread.median)} ({digits(spread.low)}–{digits(spread.high)})"


def count(number: int) -> str:
    """Return a number with its thousands apart."""
    return f"{number:,}".replace(",", " ")


def digits(value: float) -> str:
    """Return three significant digits, and no exponent."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if value >= 0.001 else f"{value:.4f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return an aligned Markdown table without the columns that are empty in every row."""
    columns = [[head, *(row[at] for row in rows)] for at, head in enumerate(heads) if any(row[at] for row in rows)]
    widths = [max(map(wide, column)) for column in columns]
    lines = [[column[at] for column in columns] for at in range(len(rows) + 1)]
    text = [
        "| " + " | ".join(cell + " " * (width - wide(cell)) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    return "\n".join([text[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *text[1:]])


def wide(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
