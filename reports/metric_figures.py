"""Figures as people read them, never rounded across their limit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from reports.results import Metric

_DIGITS = 4
_CHOSEN = 15  # every decimal figure that a person writes survives, and the noise of scaling it does not
_EXACT = 17  # significant digits that tell any two floats apart


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit that figures are shown in, and what they are multiplied with for it."""

    factor: float
    unit: str

    def show(self, value: float, *apart_from: float) -> str:
        """Return the figure with its unit, rounded to four digits unless it then looks like one of `apart_from`."""
        return self._with_unit(self.show_bare(value, *apart_from))

    def show_bare(self, value: float, *apart_from: float) -> str:
        """Return the same without the unit. A share that is not 0 or 100 % never looks like it."""
        bounds = (0.0, 100.0) if self.unit == "%" else ()
        return format_number(value * self.factor, *(other * self.factor for other in apart_from), *bounds)

    def show_exactly(self, value: float) -> str:
        """Return a figure that someone chose, such as a limit, without rounding it: 99.995 % is not 100 %."""
        return self._with_unit(format_number(value * self.factor, digits=_CHOSEN))

    def _with_unit(self, number: str) -> str:
        return f"{number}\u00a0{self.unit}" if self.unit else number


def scale_of(unit: str, limit: float) -> Scale:
    """Return how figures of a unit are shown: ratios as percent, seconds as milliseconds where the limit is small."""
    if unit == "ratio":
        return Scale(100, "%")
    if unit == "s" and abs(limit) < 1:
        return Scale(1000, "ms")
    return Scale(1, "" if unit == "1" else unit)


def format_number(value: float, *apart_from: float, digits: int = _DIGITS) -> str:
    """Return a number without exponent, rounded to `digits` unless it then looks like one of `apart_from`.

    A 95th percentile of 200.0004 ms breaks a limit of 200 ms, and has to look as if it did.
    """
    if math.isinf(value):
        return "∞" if value > 0 else "\N{MINUS SIGN}∞"
    for tried in range(digits, _EXACT + 1):
        text = _round(value + 0.0, tried)  # plus zero: there is no minus zero for a reader
        if all(value == other or text != _round(other, tried) for other in apart_from):
            break
    return _group(text)


def _round(value: float, digits: int) -> str:
    if math.isinf(value):
        return "∞"
    whole_digits = len(str(abs(int(value))))
    text = f"{Decimal(f'{value:.{max(digits, whole_digits)}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _group(text: str) -> str:
    sign = "\N{MINUS SIGN}" if text.startswith("-") else ""
    whole, point, fraction = text.removeprefix("-").partition(".")
    grouped = f"{int(whole):,}".replace(",", "\N{NARROW NO-BREAK SPACE}") if len(whole) > 4 else whole
    return f"{sign}{grouped}{point}{fraction}"


def deciding_bound(metric: Metric) -> float | None:
    """Return the end of the interval that decides; the value where there is no interval, None without either."""
    if metric.interval is None:
        return metric.value
    low, high = metric.interval
    if metric.limit_operator == "=":
        return max(low, high, key=lambda end: abs(end - metric.limit))
    return high if metric.limit_operator in {"<", "<="} else low


def margin_of(metric: Metric) -> float | None:
    """Return the distance from the deciding bound to the limit: positive where met, negative where not, else None."""
    bound = deciding_bound(metric)
    if bound is None or (math.isinf(bound) and math.isinf(metric.limit)):
        return None
    if metric.limit_operator == "=":
        return 0.0 - abs(metric.limit - bound)
    return metric.limit - bound if metric.limit_operator in {"<", "<="} else bound - metric.limit


@dataclass(frozen=True, slots=True)
class Figures:
    """A metric in words: limit, value, interval and margin with their unit; a dash where there is nothing to show."""

    limit: str
    value: str
    interval: str
    margin: str


def show_metric(metric: Metric) -> Figures:
    """Return the figures of a metric as text."""
    scale = scale_of(metric.unit, metric.limit)
    sign = {"<=": "≤", ">=": "≥"}.get(metric.limit_operator, metric.limit_operator)
    limit = f"{sign}\u00a0{scale.show_exactly(metric.limit)}"
    value = "—" if metric.value is None else scale.show(metric.value, metric.limit)
    interval = "—"
    if metric.interval is not None:
        low, high = (scale.show_bare(end, metric.limit) for end in metric.interval)
        interval = f"{low} to {high}\u00a0{scale.unit}".rstrip()
    margin = margin_of(metric)
    return Figures(limit, value, interval, "—" if margin is None else _show_margin(margin, metric.limit, scale))


def _show_margin(margin: float, limit: float, scale: Scale) -> str:
    text = f"{'+' if margin > 0 else ''}{format_number(margin * scale.factor)}"
    if scale.unit == "%":
        return f"{text}\u00a0points"
    shown = f"{text}\u00a0{scale.unit}".rstrip()
    if not margin or not limit or not math.isfinite(limit) or not math.isfinite(margin):
        return shown
    return f"{shown} ({abs(margin / limit) * 100:.0f}\u00a0%)"


def format_seconds(seconds: float) -> str:
    """Return a duration: "42 ms", "3.1 s", "5 min 12 s", "2 h 3 min"."""
    if seconds < 1:
        return f"{seconds * 1000:.0f}\u00a0ms"
    if seconds < 60:
        return f"{seconds:.1f}\u00a0s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}\u00a0min\u00a0{rest}\u00a0s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}\u00a0h\u00a0{minutes}\u00a0min"


def format_bytes(count: int) -> str:
    """Return a size in binary units: "512 B", "1.5 KiB", "7.8 GiB"."""
    size, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{size:.0f}\u00a0{unit}" if unit == "B" or size >= 100 else f"{size:.1f}\u00a0{unit}"


def format_time(instant: datetime) -> str:
    """Return a time in UTC to the second: "2026-11-23 21:30:00 UTC"."""
    return f"{instant:%Y-%m-%d %H:%M:%S}\u00a0UTC"
