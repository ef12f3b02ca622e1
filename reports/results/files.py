"""Reading and writing `results.json`: validated both ways, written whole or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic.json_schema import GenerateJsonSchema

from reports.results.checksums import write_sums
from reports.results.coherence import find_contradictions
from reports.results.evidence import find_altered_evidence
from reports.results.results_model import Results, ResultsError
from reports.results.whole_files import write_atomically
from reports.strict_model import InvalidContent, validate_json

if TYPE_CHECKING:
    from pathlib import Path

RESULTS_NAME = "results.json"


def encode_results(results: Results) -> bytes:
    """Return the bytes of `results.json`: the same results, the same bytes. Floats keep their full precision.

    Raises ResultsError where the results do not fit the model or contradict themselves: a copy is not validated when
    it is made, so it is here, by reading what would be written.
    """
    document = results.model_dump(mode="json", warnings=False)
    content = (json.dumps(document, indent=1, ensure_ascii=True) + "\n").encode()
    _decode(content, RESULTS_NAME)
    return content


def write_results(results: Results, path: Path) -> None:
    """Write `results` to `path` in one step, and SHA256SUMS of it and of its evidence files beside it.

    Raises ResultsError where the results are not valid, or where an evidence file is not what they say of it.
    """
    content = encode_results(results)
    altered = find_altered_evidence(path.parent, results.evidence)
    if altered:
        raise ResultsError(f"{path}: {altered[0]}")
    write_atomically(path, content)
    write_sums(path.parent, [path.name, *(item.path for item in results.evidence if item.path is not None)])


def read_results(path: Path) -> Results:
    """Read `results.json`. Raises ResultsError where it is missing, no JSON, against the model or incoherent."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ResultsError(f"{path}: it cannot be read ({error.strerror})") from error
    return _decode(content, str(path))


def _decode(content: bytes, file: str) -> Results:
    try:
        results = validate_json(Results, content, file)
    except InvalidContent as error:
        raise ResultsError(str(error)) from error
    contradictions = find_contradictions(results)
    if contradictions:
        more = f" ({len(contradictions) - 1} more)" if len(contradictions) > 1 else ""
        raise ResultsError(f"{file}: the results contradict themselves: {contradictions[0]}{more}")
    return results


class _PlainSchema(GenerateJsonSchema):
    """Requires every field, because every one is written, and leaves out titles that repeat the names of fields."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def field_is_required(self, field: object, total: bool) -> bool:
        return True


def render_schema() -> str:
    """Return the JSON Schema of `results.json` as this version writes it."""
    schema = Results.model_json_schema(mode="serialization", schema_generator=_PlainSchema)
    document = {"$schema": GenerateJsonSchema.schema_dialect, **schema}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
