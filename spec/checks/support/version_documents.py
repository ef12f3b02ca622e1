"""The OpenAPI documents of all versions as a target serves them, each with its exchange and its version."""

from __future__ import annotations

from dataclasses import dataclass

from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked
from spec.checks.support.document_validity import find_document_error
from spec.surface.known import Known
from spec.surface.openapi import Document
from spec.target.exchange import Exchange
from spec.target.shop import Shop


@dataclass(frozen=True, slots=True)
class ServedDocument:
    """A document, the exchange that brought it, the base path of its version, and if that version is deprecated."""

    exchange: Exchange
    document: Document
    version: str
    deprecated: bool

    @property
    def label(self) -> str:
        """Names it in reports."""
        return f"the document of {self.version or 'the interface'}"


@dataclass(frozen=True, slots=True)
class ServedDocuments:
    """All documents of a target, and what is known of it with them."""

    known: Known
    served: tuple[ServedDocument, ...]


def read_valid_documents(target: Shop) -> ServedDocuments:
    """Read the document of each version as `read_documents` does. Raises Blocked where one of them is not valid."""
    documents = read_documents(target)
    for one in documents.served:
        error = find_document_error(one.document.content)
        if error is not None:
            raise Blocked(f"blocked by DOC-001: {one.label} is not valid: {error}")
    return documents


def read_documents(target: Shop) -> ServedDocuments:
    """Read the document of each version. Raises UnexpectedAnswer, and NotOffered where the target has none."""
    read = [target.visitor().do(verb) for verb in target.verbs.openapi_documents()]
    documents = tuple(Document(one.value, target.endpoint.base_path) for one in read)
    known = Known(target.profile, target.verbs, target.endpoint.base_path, documents)
    served = []
    for reply, document in zip(read, documents, strict=True):
        version = known.version_of_document(document)
        served.append(ServedDocument(reply.exchange, document, version, version in known.deprecated))
    return ServedDocuments(known, tuple(served))


def require_versions(examine: Examination, known: Known) -> tuple[str, ...]:
    """Return the base paths of the versions. Raises Blocked where fewer than two are known."""
    reason = "fewer than two versions are known: the profile's served_versions names them, or their documents do"
    examine.require(len(known.versions) > 1, reason)
    return known.versions
