"""The catalogue of requirements: the things that a production-ready shop backend must do, as data.

`load_catalogue()` reads and validates `spec/catalogue/requirements`; `python -m spec catalogue` lists it.
"""

from spec.catalogue.catalogue_reading import REQUIREMENTS_FOLDER, CatalogueError, load_catalogue
from spec.catalogue.entries import Catalogue, Chapter, MetricLimit, Requirement
from spec.catalogue.policies import Policy, PolicyKind
from spec.catalogue.vocabulary import NO_CHECK_YET, Impact, Level, Need, References, Span

__all__ = [
    "NO_CHECK_YET",
    "REQUIREMENTS_FOLDER",
    "Catalogue",
    "CatalogueError",
    "Chapter",
    "Impact",
    "Level",
    "MetricLimit",
    "Need",
    "Policy",
    "PolicyKind",
    "References",
    "Requirement",
    "Span",
    "load_catalogue",
]
