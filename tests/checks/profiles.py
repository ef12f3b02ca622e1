"""Targets of which a check looks at the declared policies only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from spec.target.profile.profile_model import Profile


def declaring(policies: Mapping[str, object]) -> Profile:
    """A target that declares these policies, and claims and grants nothing."""
    return Profile(
        name="shop",
        path=Path("shop.toml"),
        address=None,
        start=None,
        capabilities=frozenset(),
        chapters=frozenset(),
        effects=frozenset(),
        policies=policies,
    )
