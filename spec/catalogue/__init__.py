"""The catalogue of requirements: what a production-ready shop backend must do, as data.

``load_catalogue()`` reads and validates ``spec/requirements``; ``python -m spec catalogue`` lists it.
"""

from spec.catalogue.catalogue_reading import REQUIREMENTS_FOLDER, load_catalogue
from spec.catalogue.entries import (
    NO_CHECK_YET,
    SCHEMES,
    Catalogue,
    Chapter,
    Impact,
    Level,
    MetricLimit,
    Need,
    Requirement,
)
from spec.catalogue.fields import CatalogueError
from spec.catalogue.policies import Policy, PolicyKind

__all__ = [
    "NO_CHECK_YET",
    "REQUIREMENTS_FOLDER",
    "SCHEMES",
    "Catalogue",
    "CatalogueError",
    "Chapter",
    "Impact",
    "Level",
    "MetricLimit",
    "Need",
    "Policy",
    "PolicyKind",
    "Requirement",
    "load_catalogue",
]
