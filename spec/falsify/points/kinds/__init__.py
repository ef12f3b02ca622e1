"""Kinds of violation, a module for each group of chapters, and the table that joins them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from spec.falsify.points.kinds import (
    conformance_kinds,
    document_kinds,
    error_kinds,
    header_kinds,
    storing_kinds,
    version_kinds,
)
from spec.falsify.points.violations import ViolationKind

VIOLATIONS: Final[Mapping[str, Sequence[ViolationKind]]] = {
    **header_kinds.VIOLATIONS,
    **error_kinds.VIOLATIONS,
    **conformance_kinds.VIOLATIONS,
    **version_kinds.VIOLATIONS,
    **storing_kinds.VIOLATIONS,
    **document_kinds.VIOLATIONS,
}
"""Requirement → its kinds of violation."""
