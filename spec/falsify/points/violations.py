"""Violations: a name, and a function from an exchange to the wrong response. Composable with any point.

A function returns None where it has nothing to change: a header that is not there, a body that is no JSON. A kind
that a requirement forbids on some answers only says on which, by facts that stand on the wire (`where`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, TypeAlias

from spec.falsify.points.value_classes import read_json
from spec.falsify.points.wire_facts import AREA, IDENTITY, METHOD, OPERATION, ROUTE, STATUS, UNKNOWN, VERSION, Facts
from spec.target.exchange import Exchange, Headers, Request, Response


@dataclass(frozen=True, slots=True)
class Scene:
    """An exchange as it happened, and what stands on the wire of it."""

    exchange: Exchange
    response: Response
    facts: Facts

    @property
    def request(self) -> Request:
        """The request."""
        return self.exchange.request

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.response.status

    def is_in(self, dimension: str, *values: str) -> bool:
        """Tell if it has one of these values in a dimension."""
        return not self.facts[dimension].isdisjoint(values)

    def sent(self, name: str) -> str | None:
        """Return the value of a header that was sent."""
        return next((value for key, value in self.request.headers if key.lower() == name.lower()), None)


Change: TypeAlias = Callable[[Scene], Response | None]
Where: TypeAlias = Callable[[Scene], bool]


def anywhere(scene: Scene) -> bool:
    """Speak of every answer."""
    del scene
    return True


@dataclass(frozen=True, slots=True)
class ViolationKind:
    """A kind of violation. It has to be one by the requirement's own words on each answer of which `where` speaks."""

    name: str
    change: Change
    where: Where = anywhere

    def apply(self, scene: Scene) -> Response | None:
        """Return the wrong response; None where it does not speak of the answer, or would not change it."""
        changed = self.change(scene) if self.where(scene) else None
        return changed if changed is not None and changed != scene.response else None

    def only(self, where: Where) -> ViolationKind:
        """Return the same kind, of fewer answers."""
        earlier = self.where
        return replace(self, where=lambda scene: earlier(scene) and where(scene))


def only(where: Where, *violations: ViolationKind) -> tuple[ViolationKind, ...]:
    """Narrow several kinds to the same answers."""
    return tuple(one.only(where) for one in violations)


def is_api(scene: Scene) -> bool:
    """Speak of answers below the base of the API and of what is nowhere: not of pages, probes, metrics and files."""
    return scene.is_in(AREA, "api", "elsewhere")


def is_versioned(scene: Scene) -> bool:
    """Speak of answers of a version that the shop serves."""
    return scene.is_in(VERSION, "v1", "v2")


def is_documented(scene: Scene) -> bool:
    """Speak of operations that a version's document describes, HEAD as GET.

    The document itself is none of them, nor is a method that the resource lacks, or that a server answers by itself.
    """
    if not is_versioned(scene) or scene.is_in(ROUTE, "/openapi.json", UNKNOWN):
        return False
    return bool(scene.facts[OPERATION]) or (
        scene.is_in(METHOD, "HEAD") and scene.status != HTTPStatus.METHOD_NOT_ALLOWED
    )


def is_error(scene: Scene) -> bool:
    """Speak of refusals of the API."""
    return scene.status >= 400 and is_api(scene)


def is_page(scene: Scene) -> bool:
    """Speak of pages for people."""
    return media_type_of(scene.response) == "text/html"


def is_data(scene: Scene) -> bool:
    """Speak of answers that are no pages, in the API."""
    return not is_page(scene) and is_api(scene)


def answered(*statuses: int) -> Where:
    """Speak of answers with one of these statuses."""
    wanted = [str(one) for one in statuses]
    return lambda scene: scene.is_in(STATUS, *wanted)


def asked_as(*identities: str) -> Where:
    """Speak of requests of one of these identities."""
    return lambda scene: scene.is_in(IDENTITY, *identities)


def all_of(*conditions: Where) -> Where:
    """Speak of what each of these speaks of."""
    return lambda scene: all(one(scene) for one in conditions)


def media_type_of(response: Response) -> str:
    """Return the media type of a response in small letters, without parameters."""
    return (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def with_headers(response: Response, fields: Iterable[tuple[str, str]]) -> Response:
    """Return the same response with these headers instead of its own."""
    return replace(response, headers=Headers(fields))


def without(response: Response, name: str) -> list[tuple[str, str]]:
    """List the headers of a response but one."""
    return [(key, value) for key, value in response.headers if key.lower() != name.lower()]


def dropped(name: str) -> ViolationKind:
    """Drop a header."""
    return ViolationKind(f"{name} dropped", lambda scene: with_headers(scene.response, without(scene.response, name)))


def emptied(name: str) -> ViolationKind:
    """Send a header without a value."""
    return replaced(name, "", f"{name} emptied")


def misspelt(name: str) -> ViolationKind:
    """Send a header under a name that is nearly its own."""
    wrong = name.replace("-", "_", 1) if "-" in name else f"{name}s"

    def change(scene: Scene) -> Response:
        fields = [(wrong if key.lower() == name.lower() else key, value) for key, value in scene.response.headers]
        return with_headers(scene.response, fields)

    return ViolationKind(f"{name} misspelt as {wrong}", change)


def replaced(name: str, value: str, label: str = "") -> ViolationKind:
    """Send another value of a header that is sent."""

    def change(scene: Scene) -> Response | None:
        return put(scene.response, name, value) if name in scene.response.headers else None

    return ViolationKind(label or f"{name}: {value}", change)


def sent(name: str, value: str | Callable[[Scene], str | None], label: str = "") -> ViolationKind:
    """Send a header with a value, in the place of one that is sent and also where none is."""

    def change(scene: Scene) -> Response | None:
        told = value(scene) if callable(value) else value
        return None if told is None else put(scene.response, name, told)

    return ViolationKind(label or f"{name}: {value}", change)


def contradicted(name: str, value: str) -> ViolationKind:
    """Send a second header of the name before the first, with another value."""

    def change(scene: Scene) -> Response | None:
        if name not in scene.response.headers:
            return None
        return with_headers(scene.response, [(name, value), *scene.response.headers])

    return ViolationKind(f"{name}: {value} before the right one", change)


def put(response: Response, name: str, value: str) -> Response:
    """Return the same response with one value of a header."""
    return with_headers(response, [*without(response, name), (name, value)])


def every_way(name: str, *wrong: str) -> tuple[ViolationKind, ...]:
    """List the ways to be wrong of a header that has to stand on an answer: gone, empty, misspelt, wrong values."""
    return (dropped(name), emptied(name), misspelt(name), *(replaced(name, value) for value in wrong))


def with_body(response: Response, body: bytes) -> Response:
    """Return the same response with another body, and its length."""
    return put(replace(response, body=body), "Content-Length", str(len(body)))


def rewritten(name: str, change: Callable[[dict[str, Any]], Any], where: Where = anywhere) -> ViolationKind:
    """Change the JSON object of the body. The function changes a copy of it, or returns what stands for it."""

    def changed(scene: Scene) -> Response | None:
        content = read_json(scene.response.body)
        if not isinstance(content, dict):
            return None
        told = change(content)
        return with_body(scene.response, json.dumps(content if told is None else told).encode())

    return ViolationKind(name, _unless_same(changed), where)


def _unless_same(change: Change) -> Change:
    """Leave alone what would only be spelt otherwise."""

    def changed(scene: Scene) -> Response | None:
        wrong = change(scene)
        same = wrong is not None and read_json(wrong.body) == read_json(scene.response.body)
        return None if same else wrong

    return changed


def body_is(name: str, body: bytes, media_type: str, where: Where = anywhere) -> ViolationKind:
    """Answer with another body of another type, where there is a body."""

    def change(scene: Scene) -> Response | None:
        if not scene.response.body:
            return None
        return put(with_body(scene.response, body), "Content-Type", media_type)

    return ViolationKind(name, change, where)


def status_is(status: int, *instead_of: int, where: Where = anywhere) -> ViolationKind:
    """Answer with another status instead of one of these, all else as it was."""
    name = f"{status} instead of {' or '.join(map(str, instead_of))}"
    spoken = all_of(answered(*instead_of), where)
    return ViolationKind(name, lambda scene: replace(scene.response, status=status), spoken)


def status_is_told(status: int, *instead_of: int, where: Where = anywhere) -> ViolationKind:
    """Answer with another status instead of one of these, and tell it in the document as well."""
    kind = status_is(status, *instead_of, where=where)

    def change(scene: Scene) -> Response | None:
        content = read_json(scene.response.body)
        response = replace(scene.response, status=status)
        told = isinstance(content, dict)
        return with_body(response, json.dumps({**content, "status": status}).encode()) if told else response

    return replace(kind, change=change)
