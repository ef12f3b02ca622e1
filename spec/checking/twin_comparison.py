"""Tell how a bad answer differs from the good one that is nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from spec.checking.rules import Answer


def _field(name: str) -> Callable[[Answer], str]:
    def value(answer: Answer) -> str:
        return ", ".join(value for key, value in answer.request.headers if key.lower() == name.lower())

    return value


def _query(answer: Answer) -> str:
    return "&".join(sorted({name for name, _ in answer.request.query}))


FACETS: Final[Mapping[str, Callable[[Answer], str]]] = {
    "operation": lambda answer: answer.resource,
    "version": lambda answer: answer.version,
    "method": lambda answer: answer.request.method,
    "identity": lambda answer: answer.identity,
    "status": lambda answer: str(answer.status),
    "media type": lambda answer: answer.media_type,
    "query": _query,
    "services down": lambda answer: ", ".join(sorted(answer.circumstances.troubled)),
    **{f"the header {name}": _field(name) for name in ("Host", "Origin", "Accept", "Content-Type", "If-None-Match")},
}
"""The features by which answers are told apart, the most telling first."""


def facets_of(answer: Answer) -> dict[str, str]:
    """Return the value of each facet."""
    return {name: value(answer) for name, value in FACETS.items()}


def describe_difference(bad: Answer, good: Iterable[Mapping[str, str]]) -> str:
    """Say how a bad answer differs from the nearest good one, by the fewest facets; empty where there is none."""
    own = facets_of(bad)
    differences = [{name for name, value in own.items() if twin[name] != value} for twin in good]
    if not differences:
        return ""
    nearest = min(differences, key=len)
    if not nearest:
        return "the same request was also answered well"
    words = [f"{name} {own[name] or 'none'}" for name in FACETS if name in nearest]
    return f"it differs from the nearest good answer in: {', '.join(words)}"
