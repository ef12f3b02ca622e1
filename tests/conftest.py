"""Configuration of the project's own tests."""

from __future__ import annotations

collect_ignore = ["bench"]  # measures for minutes: `nox -s bench`
