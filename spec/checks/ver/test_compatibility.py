"""VER-003: what was built against the deprecated version as it was recorded, works with it today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Blocked, Outcome
from spec.checks.support.document_compatibility import find_incompatibilities
from spec.checks.support.version_documents import read_valid_documents
from spec.surface.openapi import Document
from spec.target.exchange import UnexpectedAnswer
from spec.target.shop import Shop

SHOWN: Final = 12


@verifies("VER-003")
def test_the_deprecated_version_is_compatible_with_its_recorded_schema(target: Shop, examine: Examination) -> None:
    """The document that the deprecated version serves is held against the one that the profile records.

    Nothing that a client of the recorded document may send is refused now: no operation, parameter or media type is
    gone, no input is new and required, none is narrower. Nothing that it may receive has changed: no success, media
    type, header or member is gone, no value is of another type or beyond what was recorded. All breaches are listed.
    """
    recorded = _read_snapshot(target)
    operations = recorded.operations
    examine.require(bool(operations), "the recorded schema of the deprecated version names no operation")
    served = [one for one in read_valid_documents(target).served if one.deprecated]
    examine.require(bool(served), "VER-005: no deprecated version serves its document")
    held = next((one for one in served if one.document.base == recorded.base), served[0])
    breaches = list(find_incompatibilities(recorded, held.document))
    examine.that(
        not breaches,
        Outcome.INCOMPATIBLE,
        f"all {len(operations)} operations of the recorded schema as they were",
        saw=held.exchange,
        observed=f"{len(breaches)} breaches: {'; '.join(breaches[:SHOWN])}",
    )
    examine.progress(len(operations), len(operations))
    examine.cover("VER-003 · recorded operations", len(operations), len(operations))


def _read_snapshot(target: Shop) -> Document:
    """Read the recorded schema. Raises Blocked where there is none or it holds none."""
    file = target.profile.policies.get("deprecated_schema")
    if file is None:
        raise Blocked("the profile declares no deprecated_schema, so there is nothing to be compatible with")
    try:
        content = json.loads(Path(str(file)).read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise Blocked(f"{file}: the profile's deprecated_schema has to hold a JSON object")
        return Document(content, target.endpoint.base_path)
    except (OSError, ValueError, UnexpectedAnswer) as error:
        raise Blocked(f"{file}: the profile's deprecated_schema cannot be read as OpenAPI in JSON ({error})") from error
