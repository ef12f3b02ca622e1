"""Facts about a target against which its answers are held: documents, policies, the meaning of its statuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from spec.surface.openapi import Document
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Request, Response
from spec.target.profile.profile_model import Profile
from spec.target.shop import Shop
from spec.target.verbs import ShopVerbs


@dataclass
class Known:
    """Facts about a target: read once, before its answers are judged.

    `documents` are the OpenAPI documents of the versions that it serves, the current one first; there may be none.
    `secrets` returns the passwords and tokens that the run has used or been given so far.
    """

    profile: Profile
    verbs: ShopVerbs
    base_path: str = ""
    documents: Sequence[Document] = ()
    secrets: Callable[[], frozenset[str]] = frozenset
    _resources: dict[str, str] = field(default_factory=dict)
    _asked: dict[str, set[str]] = field(default_factory=dict)

    @property
    def policies(self) -> Mapping[str, Any]:
        """The policies that the profile declares."""
        return self.profile.policies

    def settle(self, response: Response) -> AnswerKind:
        """Name the kind of a response."""
        return self.verbs.settle(response)

    def path_of(self, request: Request) -> str:
        """Return the path of a request from the target's host on, without its query."""
        path = request.path.partition("?")[0]
        return path if request.from_origin else self.base_path + path

    def note_verb(self, request: Request) -> None:
        """Remember by which resource a verb asks, so that requests of no verb are recognized."""
        if request.operation and not request.provokes:
            self._asked.setdefault(request.operation, set()).add(self.resource_of(self.path_of(request)))

    def asks_by(self, operation: str, path: str) -> bool:
        """Tell if a verb was seen in this run to ask by the resource of a path."""
        return self.resource_of(path) in self._asked.get(operation, ())

    def exposes(self, path: str) -> bool:
        """Tell if the profile's `intended_exposure` covers a path: a `{}` in it stands for any name."""
        patterns = self.profile.policy_texts("intended_exposure")
        return any(fnmatchcase(path, pattern.replace("{}", "*")) for pattern in patterns)

    @cached_property
    def versions(self) -> tuple[str, ...]:
        """The base paths of the versions, from the target's host on, the current one first.

        They are those that the profile declares; without a declaration, those of the documents.
        """
        declared = self.profile.policy_texts("served_versions")
        if declared:
            return tuple(self.base_path + one.rstrip("/") for one in declared)
        return tuple(dict.fromkeys(one.base for one in self.documents))

    @cached_property
    def deprecated(self) -> frozenset[str]:
        """The versions that are deprecated: by the profile, or because their documents say so of every operation."""
        declared = {self.base_path + one.rstrip("/") for one in self.profile.policy_texts("deprecated_versions")}
        told = {self.version_of_document(one) for one in self.documents if one.is_deprecated}
        return frozenset((declared | told) & set(self.versions))

    def version_of(self, path: str) -> str:
        """Return the version below whose base a path lies: the one with the longest base, empty where there is none."""
        return max((one for one in self.versions if _lies_below(path, one)), key=len, default="")

    def version_of_document(self, document: Document) -> str:
        """Return the version that a document describes: by its server, or by its paths where the server has none."""
        paths = (document.base, *(one.path for one in document.operations))
        return next((version for path in paths if (version := self.version_of(path))), document.base)

    def document_of(self, path: str) -> Document | None:
        """Return the document of the version that a path belongs to; else the one with the longest base above it."""
        version = self.version_of(path)
        described = [one for one in self.documents if version and self.version_of_document(one) == version]
        holds = described or [one for one in self.documents if _lies_below(path, one.base)]
        return max(holds, key=lambda one: len(one.base), default=None)

    def in_version(self, request: Request, version: str) -> Request:
        """Return the request as another version takes it: below the base of that version, if it is below any."""
        path, mark, query = request.path.partition("?")
        path = path if request.from_origin else self.base_path + path
        own = self.version_of(path)
        return replace(request, path=f"{version}{path[len(own) :]}{mark}{query}", from_origin=True)

    def resource_of(self, path: str) -> str:
        """Return the documented template that a path fits, with the fewest parameters; else the path as it is."""
        return self._template_of(path) or path

    def is_documented(self, path: str) -> bool:
        """Tell if a path fits a template of one of the documents."""
        return bool(self._template_of(path))

    def _template_of(self, path: str) -> str:
        if path not in self._resources:
            operations = [one for document in self.documents for one in document.operations]
            fitting = [one for one in operations if one.matches(one.method, path)]
            best = min(fitting, key=lambda one: len(one.parameter_names), default=None)
            self._resources[path] = best.path if best else ""
        return self._resources[path]


def _lies_below(path: str, base: str) -> bool:
    return path == base or path.startswith(f"{base}/")


def learn_target(shop: Shop) -> Known:
    """Read what a running target says of itself. A document that cannot be read is left out: DOC-001 tells of it."""
    documents = []
    if shop.verbs.offers("openapi_document"):
        for verb in shop.verbs.openapi_documents():
            read = shop.visitor().look(verb)
            if read.answered and read.worked:
                documents.append(Document(read.value, shop.endpoint.base_path))
    return Known(shop.profile, shop.verbs, shop.endpoint.base_path, tuple(documents), lambda: shop.recorder.secrets)
