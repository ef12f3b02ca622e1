"""Targets of which a check looks at the declared policies only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from spec.target.profile.profile_model import Profile


def declaring(policies: Mapping[str, object], *, timeout_seconds: float = 10.0, effects: Sequence[str] = ()) -> Profile:
    """Describe a target that declares these policies and allows these effects, and claims and grants nothing."""
    content = {
        "schema_version": 2,
        "name": "shop",
        "address": {"base_url": "http://127.0.0.1:1"},
        "policies": policies,
        "timeout_seconds": timeout_seconds,
        "effects": {"allowed": list(effects)},
    }
    return Profile.model_validate_json(json.dumps(content))
