"""Lists of wrong fields: reading that of an answer, and deriving from the document which fields are certainly wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from jsonpointer import escape
from jsonschema import Draft4Validator, Draft202012Validator, SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from spec.checking.rules import Answer
from spec.checks.support.asked_requests import is_plain, sent_field, sent_media_type
from spec.surface.openapi import JSON, Document, DocumentedOperation
from spec.target.exchange import Exchange, Response, UnexpectedAnswer

DEEPEST: Final = 10
LONGEST_NUMBER: Final = 15
OWN_REASONS: Final = frozenset({"anyOf", "oneOf", "allOf", "not", "if", "dependentSchemas", "unevaluatedProperties"})
"""Keywords that say of a whole that something in it is wrong, and not which member."""


def _pass_all(*_: object) -> Iterator[ValidationError]:
    yield from ()


# A pattern is written by the target, and may take this side longer than a run; a format binds nobody.
_SKIPPED: Final[Mapping[str, Any]] = {"pattern": _pass_all, "patternProperties": _pass_all, "format": _pass_all}


def _unless_nullable(keyword: str) -> Any:
    """Make a keyword of OpenAPI 3.0: its `nullable` allows null beside what the others say."""
    usual = Draft4Validator.VALIDATORS[keyword]

    def validate(validator: Any, value: Any, instance: object, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
        if instance is not None or not schema.get("nullable"):
            yield from usual(validator, value, instance, schema) or ()

    return validate


_NULLABLE: Final = {keyword: _unless_nullable(keyword) for keyword in ("type", "enum")}
_READERS: Final = {"3.0": extend(Draft4Validator, {**_SKIPPED, **_NULLABLE})}  # type: ignore[no-untyped-call]
_READER: Final = extend(Draft202012Validator, _SKIPPED)  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One entry of an answer's list, as it stands there: each part may be missing or no text."""

    content: object

    def part(self, name: str) -> str | None:
        """Return a part that is text; None where it is none."""
        value = self.content.get(name) if isinstance(self.content, dict) else None
        return value if isinstance(value, str) else None

    @property
    def pointer(self) -> str | None:
        """Its pointer, whether written as such or as a fragment (RFC 6901 §6)."""
        pointer = self.part("pointer")
        return None if pointer is None else pointer.removeprefix("#")

    @property
    def place(self) -> str:
        """Name the field: by its pointer, or as "?parameter" of the query or "Header:" beside the body.

        RFC 9457 lets an entry have such members of its own. Empty for the whole body, and where nothing is named.
        """
        parameter, header = self.part("parameter"), self.part("header")
        beside = f"?{parameter}" if parameter else f"{header}:" if header else ""
        return beside if self.pointer is None else self.pointer

    @property
    def reason(self) -> tuple[str | None, str]:
        """Its code and detail, without the name of the field."""
        name = self.place.rpartition("/")[2]
        detail = self.part("detail") or ""
        return self.part("code"), detail.replace(name, "") if name else detail

    @property
    def is_of_body(self) -> bool:
        """Tell if it speaks of the body, or names nothing."""
        return not self.place.startswith("?") and not (self.pointer is None and self.part("header"))


def listed_errors(response: Response) -> list[FieldError] | None:
    """Return the wrong fields that an answer lists; None where it has no list of them."""
    try:
        body = response.json()
    except UnexpectedAnswer:
        return None
    errors = body.get("errors") if isinstance(body, dict) else None
    # Of anything but a list there is one entry, which is none.
    return [FieldError(one) for one in (errors if isinstance(errors, list) else [errors])] if errors else None


def sent_value(answer: Answer) -> object:
    """Return the JSON that a request sent. Raises ValueError where a strict reader may find fault with it."""
    sent = answer.exchange.request.encoded_body()
    read = json.loads(
        sent, object_pairs_hook=_unique, parse_int=_short, parse_float=_short, parse_constant=_refuse_constant
    )
    json.dumps(read, ensure_ascii=False).encode()
    if _depth(read) > DEEPEST:
        raise ValueError("deep")
    return read


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("the same name twice")
    return dict(pairs)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _short(digits: str) -> float:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a long number")
    return float(digits) if set(digits) & set(".eE") else int(digits)


def _depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


class WrongFields:
    """Derives wrong fields from the documents of a target, each schema read once."""

    def __init__(self) -> None:
        self._readers: WeakKeyDictionary[Document, dict[str, Any]] = WeakKeyDictionary()
        self._last: tuple[Exchange, list[str]] | None = None

    def of(self, answer: Answer) -> list[str]:
        """List JSON pointers of the fields of a request that the document forbids; none where that is not certain.

        It is certain of a plain request whose body any reader can read, on a documented operation.
        """
        # Several rules ask about the same answer, one after the other.
        last = self._last
        if last is None or last[0] is not answer.exchange:
            self._last = last = (answer.exchange, self._derive(answer))
        return last[1]

    def _derive(self, answer: Answer) -> list[str]:
        document, operation = answer.document, answer.operation
        if document is None or operation is None or not is_plain(answer) or sent_media_type(answer) != JSON:
            return []
        if _minds_headers(answer, document, operation):
            return []
        try:
            body = sent_value(answer)
        except (ValueError, RecursionError):
            return []
        reader = self._reader(document, operation)
        if reader is None or not isinstance(body, dict):
            return []
        try:
            found = [pointer for error in reader.iter_errors(body) for pointer in _pointers_of(error)]
        except Unresolvable:
            return []
        unknown_are_refused = answer.known.policies.get("unknown_fields") == "refused"
        return sorted({pointer for pointer, unknown in found if pointer and (unknown_are_refused or not unknown)})

    def _reader(self, document: Document, operation: DocumentedOperation) -> Any:
        readers = self._readers.setdefault(document, {})
        if operation.label not in readers:
            readers[operation.label] = _make_reader(document, operation)
        return readers[operation.label]


def _make_reader(document: Document, operation: DocumentedOperation) -> Any:
    try:
        schema = document.body_schema(operation)
    except UnexpectedAnswer:
        # A reference that leads nowhere promises nothing: DOC-001 tells of it.
        return None
    if schema is None:
        return None
    validator = _READERS.get(str(document.content.get("openapi", ""))[:3], _READER)
    whole = {**schema, "components": document.content.get("components", {})}
    try:
        validator.check_schema(whole)
    except SchemaError:
        return None
    # An empty registry: a reference that leaves the document is followed by nothing.
    return validator(whole, registry=Registry())


def _minds_headers(answer: Answer, document: Document, operation: DocumentedOperation) -> bool:
    """Tell if a header may be what a request is refused for: one that the operation reads and was sent, or asks for."""
    stated = (*operation.shared_parameters, *operation.content.get("parameters", ()))
    named = [document.resolve_or_empty(one) for one in stated]
    fields = [one for one in named if one.get("in") == "header"]
    return any(one.get("required") or sent_field(answer, str(one.get("name"))) for one in fields)


def _pointers_of(error: ValidationError) -> Iterator[tuple[str, bool]]:
    """Yield the fields that a schema's error is about, each with a mark where the schema merely does not know it."""
    place = "".join(f"/{escape(str(one))}" for one in error.absolute_path)
    if error.validator == "required":
        named = error.validator_value if isinstance(error.validator_value, list) else []
        missing = [one for one in named if isinstance(error.instance, dict) and one not in error.instance]
        yield from ((f"{place}/{escape(str(one))}", False) for one in missing)
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        instance = error.instance if isinstance(error.instance, dict) else {}
        yield from ((f"{place}/{escape(one)}", True) for one in instance if one not in known)
    elif error.validator not in OWN_REASONS:
        yield place, False
