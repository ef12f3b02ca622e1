"""The linter of Prometheus metrics, by the rules of `promtool check metrics`.

Source of the rules: the package promlint of prometheus/client_golang, and the naming conventions of the Prometheus
documentation ("Metric and label naming"). The tests compare it with promtool itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from prometheus_client.metrics_core import Metric as MetricFamily
from prometheus_client.parser import text_string_to_metric_families

BASE_UNITS: Final = frozenset(
    {"amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres", "seconds", "volts"}
)
OTHER_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "minutes": "seconds", "hours": "seconds", "days": "seconds", "weeks": "seconds",
        "kelvins": "kelvin", "fahrenheit": "celsius", "rankine": "celsius",
        "inches": "meters", "yards": "meters", "miles": "meters",
        "bits": "bytes", "calories": "joules", "pounds": "grams", "ounces": "grams",
    }
)  # fmt: skip
"""Unit → the base unit that belongs in its place."""
PREFIXES: Final = (
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi", "giga", "gibi",
    "tera", "tebi", "peta", "pebi",
)  # fmt: skip
ABBREVIATIONS: Final = frozenset({"s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"})
_TYPE_NAMES: Final = frozenset({"counter", "gauge", "histogram", "summary"})
_CAMEL_CASE: Final = re.compile(r"[a-z][A-Z]")
_HELP: Final = re.compile(r"^# HELP (\S+)[ \t]*(.*)$", re.MULTILINE)
_TYPE: Final = re.compile(r"^# TYPE (\S+)[ \t]+(\S+)", re.MULTILINE)


def read_families(text: str) -> tuple[list[MetricFamily], str | None]:
    """Parse metrics. Returns the families, and the parser's objection where the text is not in the format."""
    try:
        return list(text_string_to_metric_families(text)), None
    except ValueError as error:
        return [], str(error) or type(error).__name__


def find_problems(text: str, families: Sequence[MetricFamily]) -> list[str]:
    """Return a sentence for each convention that a metric breaks."""
    helps = dict(_HELP.findall(text))
    kinds = dict(_TYPE.findall(text))
    # The parser takes the suffix of a counter away, once: the name is the one that the text declares.
    declared = {name.removesuffix("_total"): name for name, kind in kinds.items() if kind == "counter"}
    problems = []
    for family in families:
        name = declared.get(family.name, family.name) if family.type == "counter" else family.name
        labels = {label for sample in family.samples for label in sample.labels}
        found = [*_judge_help(helps.get(name, "")), *_judge_type(name, kinds.get(name, "untyped"), labels)]
        problems += [f"{name}: {problem}" for problem in (*found, *_judge_name(name, labels))]
    return problems


def _judge_help(help_text: str) -> Iterator[str]:
    if not help_text.strip():
        yield "no help text"


def _judge_type(name: str, kind: str, labels: Collection[str]) -> Iterator[str]:
    if kind == "untyped":
        return
    if kind == "counter" and not name.endswith("_total"):
        yield 'counter metrics should have "_total" suffix'
    if kind != "counter" and name.endswith("_total"):
        yield 'non-counter metrics should not have "_total" suffix'
    if kind != "histogram" and name.endswith("_bucket"):
        yield 'non-histogram metrics should not have "_bucket" suffix'
    if kind not in {"histogram", "summary"}:
        reserved = [suffix for suffix in ("_count", "_sum") if name.endswith(suffix)]
        yield from (f'non-histogram and non-summary metrics should not have "{suffix}" suffix' for suffix in reserved)
    if kind != "histogram" and "le" in labels:
        yield 'non-histogram metrics should not have "le" label'
    if kind != "summary" and "quantile" in labels:
        yield 'non-summary metrics should not have "quantile" label'


def _judge_name(name: str, labels: Collection[str]) -> Iterator[str]:
    if ":" in name:
        yield "metric names should not contain ':'"
    if _CAMEL_CASE.search(name) or any(map(_CAMEL_CASE.search, labels)):
        yield "names should be written in snake_case, not camelCase"
    # What a name begins with is its namespace and may be any word.
    later = name.lower().split("_")[1:]
    yield from (f'metric name should not include type "{part}"' for part in later if part in _TYPE_NAMES)
    yield from (
        f'metric names should not contain abbreviated units: "{part}"' for part in later if part in ABBREVIATIONS
    )
    # Of several units promtool judges one, and not the same each time: a name has to hold before any of them.
    for part in dict.fromkeys(name.split("_")):
        base = base_of(part)
        if base is not None and base != part:
            yield f'use base unit "{base}" instead of "{part}"'


def base_of(part: str) -> str | None:
    """Return the base unit of a part of a name; None where it is no unit."""
    for unit in (part, *(part.removeprefix(prefix) for prefix in PREFIXES if part.startswith(prefix))):
        if unit in BASE_UNITS:
            return unit
        if unit in OTHER_UNITS:
            return OTHER_UNITS[unit]
    return None
