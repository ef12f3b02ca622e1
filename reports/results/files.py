"""Reading and writing `results.json`: validated both ways, written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from reports.results.checksums import SUMS_NAME, format_sums
from reports.results.codec import decode, encode
from reports.results.coherence import find_contradictions
from reports.results.errors import ResultsError
from reports.results.model import Results

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = "1.1.0"
"""Version of the format that is written: minor, a field was added; major, the meaning of one has changed."""

SCHEMA_PATH = Path(__file__).parent.parent / "results.schema.json"


def encode_results(results: Results) -> bytes:
    """Return the bytes of `results.json`: the same results, the same bytes. Floats keep their full precision.

    Raises ResultsError where the results do not follow the schema or contradict themselves.
    """
    document = encode(results)
    _validate(document)
    _refuse_contradictions(results)
    return (json.dumps(document, indent=1, ensure_ascii=True, allow_nan=False) + "\n").encode()


def write_results(results: Results, path: Path) -> None:
    """Write `results` to `path` in one step, and SHA256SUMS of it and of its evidence files beside it.

    Raises ResultsError where the results are not valid, or name an evidence file that does not exist.
    """
    content = encode_results(results)
    files = [evidence.path for evidence in results.evidence if evidence.path is not None]
    missing = [file for file in files if not (path.parent / file).is_file()]
    if missing:
        raise ResultsError(f"The evidence file {missing[0]} does not exist in {path.parent}.")
    write_atomically(path, content)
    write_sums(path.parent, [path.name, *files])


def write_sums(run_folder: Path, relative_paths: list[str]) -> None:
    """Write SHA256SUMS for the given files of `run_folder`."""
    write_atomically(run_folder / SUMS_NAME, format_sums(run_folder, relative_paths).encode())


def read_results(path: Path) -> Results:
    """Read `results.json`. Raises ResultsError where it is missing, no JSON, against the schema or incoherent."""
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise ResultsError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ResultsError(f"{path} is not JSON: {error}.") from error
    _validate(document)
    results = decode(Results, document)
    _refuse_contradictions(results)
    return results


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a power cut, finds the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(cast("Mapping[str, object]", json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))))


def _validate(document: object) -> None:
    error = best_match(_validator().iter_errors(document))
    if error is not None:
        raise ResultsError(f"The results do not follow the schema at {error.json_path}: {error.message[:300]}.")


def _refuse_contradictions(results: Results) -> None:
    contradictions = find_contradictions(results)
    if contradictions:
        more = f" ({len(contradictions) - 1} more)" if len(contradictions) > 1 else ""
        raise ResultsError(f"The results contradict themselves: {contradictions[0]}{more}")
