"""Changes of the OpenAPI document that a version serves: of the document as a whole, and of one of its operations.

A change of one operation is a kind for each method, and for some of the operations with that method: "of GET 3" is the
third to which the change can be made, from the first on again where there are fewer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from spec.falsify.points.value_classes import read_json
from spec.falsify.points.violations import Scene, ViolationKind, is_versioned, rewritten
from spec.falsify.points.wire_facts import METHOD, ROUTE

_METHODS: Final = ("get", "post", "patch", "delete")
_NUMBERS: Final = (1, 3, 6)


@dataclass(frozen=True, slots=True)
class OperationPart:
    """One operation of a document that is being changed, with what holds it."""

    path: str
    item: dict[str, Any]
    operation: dict[str, Any]

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Its own parameters that are written where they are used."""
        return [one for one in self.operation.get("parameters", []) if "$ref" not in one]

    @property
    def body(self) -> dict[str, Any]:
        """The JSON media type of its body; empty where it takes none, or one that is referred to."""
        media: dict[str, dict[str, Any]] = self.operation.get("requestBody", {}).get("content", {})
        return media.get("application/json", {})

    @property
    def success(self) -> dict[str, Any]:
        """Its first answer that is no error and is written where it stands."""
        told = self.operation["responses"].items()
        return next((said for status, said in told if status.startswith("2") and "$ref" not in said), {})


OperationChange = Callable[[OperationPart], object]
"""Changes an operation in place and returns what is true; what is false where there is nothing to change."""
DocumentChange = Callable[[dict[str, Any]], object]


def is_served_document(scene: Scene) -> bool:
    """Speak of the document of a version, as it is read."""
    return (
        is_versioned(scene) and scene.is_in(ROUTE, "/openapi.json") and scene.is_in(METHOD, "GET") and _is_read(scene)
    )


def _is_read(scene: Scene) -> bool:
    return scene.status == 200 and isinstance(read_json(scene.response.body), dict)


def in_document(name: str, change: DocumentChange) -> ViolationKind:
    """Change the document as a whole, in place."""

    def changed(content: dict[str, Any]) -> None:
        change(content)

    return rewritten(name, changed, is_served_document)


def in_operations(name: str, change: OperationChange) -> Iterator[ViolationKind]:
    """Yield the kinds that make a change in one operation of a method."""
    for method in _METHODS:
        for number in _NUMBERS:
            yield in_document(f"{name} of {method.upper()} {number}", _one_changed(method, number, change))


def _one_changed(method: str, number: int, change: OperationChange) -> DocumentChange:
    def changed(content: dict[str, Any]) -> None:
        # The change is tried on copies first: where fewer operations allow it, the number begins with the first again.
        able = [one for one in _parts(json.loads(json.dumps(content)), method) if change(one)]
        if able:
            path = able[(number - 1) % len(able)].path
            change(next(one for one in _parts(content, method) if one.path == path))

    return changed


def _parts(content: dict[str, Any], method: str) -> Iterator[OperationPart]:
    for path, item in sorted(content["paths"].items()):
        if method in item:
            yield OperationPart(path, item, item[method])


def gone(member: str) -> OperationChange:
    """Remove a member."""
    return lambda part: part.operation.pop(member, None) is not None


def becomes(member: str, value: object) -> OperationChange:
    """Give a member another value."""

    def change(part: OperationPart) -> bool:
        part.operation[member] = value
        return True

    return change


def body_schema(schema: object) -> OperationChange:
    """Give its JSON body another schema."""

    def change(part: OperationPart) -> bool:
        if "schema" not in part.body:
            return False
        part.body["schema"] = schema
        return True

    return change


def answer_schema(schema: object) -> OperationChange:
    """Give its first success another schema."""

    def change(part: OperationPart) -> bool:
        content = part.success.get("content", {})
        for media in content.values():
            media["schema"] = schema
        return bool(content)

    return change


def answered_with(status: str, said: object) -> OperationChange:
    """State an answer under a status."""

    def change(part: OperationPart) -> bool:
        part.operation["responses"][status] = said
        return True

    return change


def answer_without_description(part: OperationPart) -> object:
    """Remove the description of its first success, which an answer has to have."""
    return part.success.pop("description", None)


def one_more_parameter(value: object) -> OperationChange:
    """Add a parameter."""

    def change(part: OperationPart) -> bool:
        part.operation.setdefault("parameters", []).append(value)
        return True

    return change


def first_parameter(member: str, value: object = None) -> OperationChange:
    """Change a member of the first parameter, or remove it."""

    def change(part: OperationPart) -> bool:
        for one in part.parameters[:1]:
            one.pop(member, None)
            if value is not None:
                one[member] = value
        return bool(part.parameters)

    return change


def path_item(value: str) -> OperationChange:
    """Let its path refer to this place."""

    def change(part: OperationPart) -> bool:
        part.item["$ref"] = value
        return True

    return change


def named_as_its_neighbour(part: OperationPart) -> bool:
    """Give it the operationId of another operation of its path."""
    other = next((part.item[name] for name in _METHODS if part.item.get(name) not in (None, part.operation)), None)
    if other is None or "operationId" not in other:
        return False
    part.operation["operationId"] = other["operationId"]
    return True


def no_path_parameter(part: OperationPart) -> bool:
    """Leave out the parameters of the path, which a valid document declares."""
    kept = [one for one in part.operation.get("parameters", []) if one.get("in") != "path"]
    lost = len(kept) < len(part.operation.get("parameters", []))
    part.operation["parameters"] = kept
    return lost


def no_query(part: OperationPart) -> bool:
    """Leave out the parameters of the query: without those of the path a document is not valid at all."""
    kept = [one for one in part.operation.get("parameters", []) if one.get("in") != "query"]
    lost = len(kept) < len(part.operation.get("parameters", []))
    part.operation["parameters"] = kept
    return lost


def lost_answer(status: str) -> OperationChange:
    """Leave out an error that the operation can give by what it takes: what refuses a body is no error of a read."""

    def change(part: OperationPart) -> bool:
        takes_query = any(one.get("in") == "query" for one in part.parameters)
        able = {
            "400": "requestBody" in part.operation,
            "404": "{" in part.path,
            "415": "requestBody" in part.operation,
            "422": "requestBody" in part.operation or takes_query,
        }
        return able.get(status, True) and part.operation["responses"].pop(status, None) is not None

    return change


def no_errors(part: OperationPart) -> bool:
    """Leave out every error answer."""
    told = part.operation["responses"]
    part.operation["responses"] = {status: said for status, said in told.items() if status[0] not in "45"}
    return len(part.operation["responses"]) < len(told)
