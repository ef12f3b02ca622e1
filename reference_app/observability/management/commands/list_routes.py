"""Print every operation that the shop serves, one a line, as `METHOD /path/{}`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.admindocs.views import simplify_regex
from django.core.management.base import BaseCommand
from django.urls import URLPattern, URLResolver, get_resolver

from reference_app.observability.request_names import PROBES

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
"""HEAD and OPTIONS describe an operation and are not operations of their own."""
PARAMETER = re.compile(r"<[^>]+>")


class Command(BaseCommand):
    """`python -m reference_app.manage list_routes`."""

    help = "Lists every operation that the shop serves, one a line: METHOD /path/{}, with {} for each parameter."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the list, sorted by path."""
        operations = {*unrouted(), *routed(get_resolver().url_patterns, "")}
        for path, method in sorted(operations):
            self.stdout.write(f"{method} {path}")


def unrouted() -> Iterator[tuple[str, str]]:
    """Yield what middleware answers before any route is looked for: the probes and the static files."""
    for path in PROBES:
        yield path, "GET"
    yield f"{settings.STATIC_URL}{{}}", "GET"


def routed(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, str]]:
    """Yield path and method of every operation below these patterns."""
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routed(entry.url_patterns, path)
        else:
            for method in allowed_methods(entry.callback):
                yield spell_path(path), method


def spell_path(pattern: str) -> str:
    """Write the pattern of a route as a path, with {} for each parameter."""
    return PARAMETER.sub("{}", simplify_regex(pattern))


def allowed_methods(view: Callable[..., Any]) -> frozenset[str]:
    """Find the methods that a view answers; one that restricts none answers all of them."""
    view_class = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if view_class is not None:
        return METHODS & {name.upper() for name in view_class.http_method_names if hasattr(view_class, name)}
    # require_http_methods keeps its list to itself, and may stand below other decorators.
    allowed, layer = METHODS, view
    while True:
        known = inspect.getclosurevars(layer).nonlocals if inspect.isfunction(layer) else {}
        allowed &= frozenset(known.get("request_method_list", METHODS))
        if not hasattr(layer, "__wrapped__"):
            return allowed
        layer = layer.__wrapped__
