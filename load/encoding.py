"""Figures as JSON and back. JSON has no infinity: an infinite figure is written as the text "infinity"."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from load.load_figures import Figure, Judgement
from load.statistics import Decision, Interval, StallReport

INFINITY: Final = "infinity"


def encode_judgement(judgement: Judgement) -> dict[str, object]:
    """A judgement as plain data."""
    return {
        "figures": [_encode_figure(figure) for figure in judgement.figures],
        "stalls": {
            "count": judgement.stalls.count,
            "longest_seconds": judgement.stalls.longest,
            "longest_gap_seconds": judgement.stalls.longest_gap,
        },
        "block_seconds": judgement.block_seconds,
        "warnings": list(judgement.warnings),
    }


def decode_judgement(content: Mapping[str, Any]) -> Judgement:
    """The judgement in plain data of the form that `encode_judgement` gives (the schema of the manifest holds it)."""
    stalls = content["stalls"]
    return Judgement(
        figures=tuple(map(_decode_figure, content["figures"])),
        stalls=StallReport(stalls["count"], stalls["longest_seconds"], stalls["longest_gap_seconds"]),
        block_seconds=content["block_seconds"],
        warnings=tuple(content["warnings"]),
    )


def _encode_figure(figure: Figure) -> dict[str, object]:
    interval = figure.interval
    return {
        "statistic": figure.statistic,
        "operation": figure.operation,
        "operator": figure.operator,
        "limit": figure.limit,
        "unit": figure.unit,
        "value": _encode_number(figure.value),
        "interval": None if interval is None else [_encode_number(interval.low), _encode_number(interval.high)],
        "n": figure.n,
        "events": figure.events,
        "method": figure.method,
        "decision": figure.decision.value,
        "reason": figure.reason,
    }


def _decode_figure(content: Mapping[str, Any]) -> Figure:
    interval = content["interval"]
    return Figure(
        **{
            **content,
            "value": None if content["value"] is None else _decode_number(content["value"]),
            "interval": None if interval is None else Interval(*map(_decode_number, interval)),
            "decision": Decision(content["decision"]),
        }
    )


def _encode_number(value: float | None) -> float | str | None:
    return INFINITY if value == math.inf else value


def _decode_number(value: float | str) -> float:
    return math.inf if value == INFINITY else float(value)
