"""Files that are made from the catalogue and its models: the pages to read, and the JSON Schemas for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reports.results import write_atomically
from spec.catalogue.catalogue_files import ChapterFile, IndexFile
from spec.catalogue.requirement_pages import requirement_pages

if TYPE_CHECKING:
    from reports.strict_model import StrictModel
    from spec.catalogue.entries import Catalogue

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MODELS: Final[dict[str, type[StrictModel]]] = {"requirements": ChapterFile, "catalogue": IndexFile}


def write_generated_files(catalogue: Catalogue) -> None:
    """Write each generated file, in place of the one that is there."""
    for path, text in generated_files(catalogue).items():
        write_atomically(DOCS / path, text.encode())


def generated_files(catalogue: Catalogue) -> dict[str, str]:
    """Return the text of each generated file by its path below docs/."""
    schemas = {f"schemas/{name}.schema.json": _schema_of(model) for name, model in _MODELS.items()}
    return {**requirement_pages(catalogue), **schemas}


def _schema_of(model: type[StrictModel]) -> str:
    schema = {"$schema": _DIALECT, **model.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
