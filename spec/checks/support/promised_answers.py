"""The answers that an OpenAPI document promises, and how one that came differs from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jsonpointer import escape

from spec.checking.outcomes import Outcome
from spec.checks.support.response_schemas import CompiledSchema, ResponseSchemas, SchemaUnusable
from spec.surface.openapi import Document, DocumentedOperation
from spec.target.exchange import Response, UnexpectedAnswer

SHOWN_DIFFERENCES: Final = 3
_FLAGS: Final[Mapping[str, bool]] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which an answer is not what the document promises."""

    outcome: Outcome
    expected: str
    observed: str


@dataclass(frozen=True)
class PromisedAnswers:
    """Holds answers against one document. Each schema is compiled when it is first needed."""

    document: Document
    _schemas: ResponseSchemas = field(init=False)
    _compiled: dict[tuple[str, ...], CompiledSchema] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_schemas", ResponseSchemas(self.document))

    def find_differences(
        self, operation: DocumentedOperation, response: Response, *, to_head: bool = False
    ) -> Iterator[Difference]:
        """Yield how an answer differs; `to_head` where HEAD was asked, which is answered as GET is, without a body."""
        try:
            found = self._find_promise(operation, response.status)
            if found is None:
                known = ", ".join(sorted(map(str, _mapping(operation.content.get("responses")))))
                expected = f"a status that the document has for {operation.label}: {known}"
                yield Difference(Outcome.NOT_DOCUMENTED, expected, str(response.status))
                return
            key, promise = found
            place = (operation.label, key)
            yield from self._compare_headers(place, promise, response)
            yield from self._compare_body(place, promise, response, to_head=to_head)
        except (SchemaUnusable, UnexpectedAnswer) as error:
            # The document is the target's own: what cannot be read in it promises nothing that could be kept.
            expected = f"a response of {operation.label} that can be read in the document"
            yield Difference(Outcome.DOCUMENT_INVALID, expected, str(error)[:200])

    def _find_promise(self, operation: DocumentedOperation, status: int) -> tuple[str, Mapping[str, Any]] | None:
        """Find what is said of a status: of itself, else of its class, else of all that nothing is said of."""
        responses = {str(key).upper(): value for key, value in _mapping(operation.content.get("responses")).items()}
        for key in (str(status), f"{status // 100}XX", "DEFAULT"):
            if key in responses:
                return key, self.document.resolve(_mapping(responses[key]))
        return None

    def _compare_headers(
        self, place: tuple[str, str], promise: Mapping[str, Any], response: Response
    ) -> Iterator[Difference]:
        for name, declared in _mapping(promise.get("headers")).items():
            if name.lower() == "content-type":
                continue  # OpenAPI: ignored here, since the media types say it
            header = self.document.resolve(_mapping(declared))
            values = response.headers.get_all(name)
            if not values and header.get("required"):
                label, status = place
                yield Difference(Outcome.HEADER_MISSING, f"{name}, as documented for {status} of {label}", f"no {name}")
            if not values or "schema" not in header:
                continue
            schema = self.document.resolve(_mapping(header["schema"]))
            # A field that came twice is one value (RFC 9110 §5.3), except for cookies.
            joined = values if name.lower() == "set-cookie" else (", ".join(values),)
            for value in joined:
                errors = self._find_errors((*place, "header", name), header["schema"], _read_header(value, schema))
                for error in errors[:1]:
                    yield Difference(Outcome.HEADER_WRONG, f"{name} by its documented schema", f"{value[:80]}: {error}")

    def _compare_body(
        self, place: tuple[str, str], promise: Mapping[str, Any], response: Response, *, to_head: bool
    ) -> Iterator[Difference]:
        label, status = place
        content, kind = _mapping(promise.get("content")), _media_type(response)
        bodiless = to_head or not response.may_have_content
        if bodiless and response.body:
            why = "an answer to HEAD" if to_head else f"an answer {response.status}"
            yield Difference(Outcome.WRONG_CONTENT, f"no body in {why}", f"{len(response.body)} octets")
        if not response.may_have_content or (to_head and not kind):
            return
        if not content:
            if response.body:
                seen = f"{kind or 'no media type'}, {len(response.body)} octets"
                yield Difference(Outcome.NOT_DOCUMENTED, f"no body, as documented for {status} of {label}", seen)
            return
        media = _find_media(content, kind)
        if media is None:
            expected = f"a media type that the document has for {status} of {label}: {', '.join(sorted(content))}"
            yield Difference(Outcome.NOT_DOCUMENTED, expected, kind or "no media type")
            return
        if bodiless or not is_json(kind) or "schema" not in _mapping(content[media]):
            return
        try:
            body = response.json(real=float)
        except UnexpectedAnswer as error:
            yield Difference(Outcome.WRONG_CONTENT, error.expected, error.observed)
            return
        errors = self._find_errors((*place, "content", media), content[media]["schema"], body)
        if errors:
            expected = f"a body by the schema that the document has for {status} of {label}"
            yield Difference(Outcome.WRONG_CONTENT, expected, "; ".join(errors))

    def _find_errors(self, place: tuple[str, ...], schema: Any, value: object) -> list[str]:
        """Say in what a value breaks a schema, in at most three sentences."""
        if place not in self._compiled:
            self._compiled[place] = self._schemas.compile(schema)
        compiled = self._compiled[place]
        try:
            found = _first_errors(compiled, value)
        except UnicodeEncodeError:
            # Half a surrogate is no text that the validator can take; schemas speak of characters, which it stands for.
            found = _first_errors(compiled, _mend_surrogates(value))
        return [": ".join(filter(None, (_pointer(one.instance_path), one.message)))[:200] for one in found]


def is_json(media_type: str) -> bool:
    """Tell if a media type is JSON or is written in it (RFC 6839 §3.1)."""
    return media_type == "application/json" or media_type.endswith("+json")


def _media_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def _find_media(content: Mapping[str, Any], kind: str) -> str | None:
    """Find the documented media type or range that an answer's is of, the most exact first."""
    known = {name.partition(";")[0].strip().lower(): name for name in content}
    ranges = (kind, f"{kind.partition('/')[0]}/*", "*/*") if kind else ()
    return next((known[one] for one in ranges if one in known), None)


def _read_header(value: str, schema: Any) -> object:
    """Read a header's value as its schema has it (style "simple"); one that cannot be read so stays text."""
    wanted = schema.get("type", "string") if isinstance(schema, dict) else "string"
    types = set(wanted) if isinstance(wanted, list) else {wanted}
    if "array" in types:
        return [part.strip() for part in value.split(",")] if value else []
    if "boolean" in types and value in _FLAGS:
        return _FLAGS[value]
    readers = [*([int] if types & {"integer", "number"} else []), *([float] if "number" in types else [])]
    for read in readers:
        try:
            return read(value)
        except ValueError:
            continue
    return value


def _first_errors(compiled: CompiledSchema, value: object) -> list[Any]:
    return [error for error, _ in zip(compiled.iter_errors(value), range(SHOWN_DIFFERENCES), strict=False)]


def _mend_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mend_surrogates(one) for one in value]
    if isinstance(value, dict):
        return {_mend_surrogates(name): _mend_surrogates(one) for name, one in value.items()}
    return value


def _pointer(path: list[str | int]) -> str:
    return "".join(f"/{escape(str(one))}" for one in path)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
