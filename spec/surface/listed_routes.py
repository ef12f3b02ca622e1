"""The routes that a target's own command lists, a method and a path on each line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from spec.target.shop import Shop
from spec.target.windows import WindowUnusable

ROUTE_LINE: Final = re.compile(r"^([A-Z]+) (/\S*)$")


@dataclass(frozen=True, slots=True)
class ListedRoute:
    """A method and a path from the target's host on, with a {} for each parameter."""

    method: str
    path: str

    @property
    def is_fixed(self) -> bool:
        """Tell if the path has no parameter."""
        return "{" not in self.path


def list_routes(shop: Shop) -> tuple[ListedRoute, ...]:
    """Run the target's command `routes`; nothing where it offers none, or names none."""
    try:
        listed = shop.command("routes")
    except WindowUnusable:
        return ()
    lines = [ROUTE_LINE.match(line) for line in listed.output.splitlines()]
    return tuple(ListedRoute(line[1], line[2]) for line in lines if line)
