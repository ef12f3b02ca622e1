"""The operations that a target serves: as its documents list them and, where there is none, as its verbs ask them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from spec.surface.known import Known
from spec.surface.openapi import Document, DocumentedOperation
from spec.target.exchange import Request, UnexpectedAnswer

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods by which nothing is changed (RFC 9110 §9.2.1)."""


@dataclass(frozen=True, slots=True)
class SurfaceOperation:
    """A method of a resource. `resource` is the template of its path from the target's host on."""

    method: str
    resource: str
    version: str = ""
    """The base path of its version; empty outside of all of them."""
    documented: DocumentedOperation | None = None
    document: Document | None = None

    @property
    def label(self) -> str:
        """Its name in reports, and what it is known by."""
        return f"{self.method} {self.resource}"

    @property
    def relative(self) -> str:
        """Its name without its version: the same operation of two versions has one."""
        return f"{self.method} {self.resource.removeprefix(self.version)}"

    @property
    def is_safe(self) -> bool:
        """Tell if asking it changes nothing (RFC 9110 §9.2.1)."""
        return self.method in SAFE_METHODS

    @property
    def parameters(self) -> Sequence[Mapping[str, Any]]:
        """The parameters that its document gives it, path parameters included."""
        if self.documented is None:
            return ()
        given = (*self.documented.shared_parameters, *self.documented.content.get("parameters", ()))
        return [self._resolved(one) for one in given]

    @property
    def query_parameters(self) -> dict[str, Mapping[str, Any]]:
        """The documented parameters of its query, by name, each with its schema."""
        found = {str(one.get("name")): one for one in self.parameters if one.get("in") == "query"}
        return {name: self._resolved(one.get("schema", {})) for name, one in found.items()}

    @property
    def required_fields(self) -> frozenset[str]:
        """The fields that its document requires in its body."""
        if self.document is None or self.documented is None:
            return frozenset()
        try:
            schema = self.document.body_schema(self.documented) or {}
        except UnexpectedAnswer:
            return frozenset()
        return frozenset(map(str, schema.get("required", ())))

    def _resolved(self, schema: Any) -> Mapping[str, Any]:
        return self.document.resolve_or_empty(schema) if self.document else {}

    def documents_status(self, status: int) -> bool:
        """Tell if its document knows a status; one without a document knows all."""
        if self.documented is None:
            return True
        known = {str(one).upper() for one in self.documented.content.get("responses", {})}
        return bool(known & {str(status), f"{status // 100}XX", "DEFAULT"})


def documented_operations(known: Known) -> list[SurfaceOperation]:
    """List the operations of every version's document, the current version first."""
    return [
        SurfaceOperation(one.method, one.path, known.version_of_document(document), one, document)
        for document in known.documents
        for one in document.operations
    ]


def operation_of(known: Known, request: Request, ids: Sequence[str] = ()) -> SurfaceOperation:
    """Return the operation that a verb's own request asks: the documented one, else one made of the request.

    `ids` are those values of the request that name things: where they stand in the path there is a parameter.
    """
    path = known.path_of(request)
    version, document = known.version_of(path), known.document_of(path)
    documented = document.find(request) if document else None
    if documented is not None:
        return SurfaceOperation(documented.method, documented.path, version, documented, document)
    template = "/".join("{}" if unquote(part) in ids else part for part in path.split("/"))
    return SurfaceOperation(request.method, template, version or known.base_path)
