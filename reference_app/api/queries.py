"""Query parameters, as strictly as bodies: a parameter that is unknown or given twice is refused, not ignored.

Declare them as a `Query` with the fields of this module, name it in `@operation(query=…)` and read `self.query()`.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from reference_app.api.failures import list_errors
from reference_app.api.fields import Choice, Flag, Reference, Text, Whole
from reference_app.api.problems import BrokenRequest, FieldError

MAX_DIGITS = 19


class QueryWhole(Whole):
    """A whole number in ASCII digits: no sign but minus, no leading zero, no spaces."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number that the digits spell."""
        if not re.fullmatch(r"0|-?[1-9][0-9]*", str(data)) or len(str(data)) > MAX_DIGITS:
            self.fail("type")
        return int(data)


class QueryReference(QueryWhole, Reference):
    """The id of another thing."""

    def __init__(self, **options: Any) -> None:
        Reference.__init__(self, **options)


class QueryFlag(Flag):
    """The words true and false."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the truth value that the word names."""
        if data not in {"true", "false"}:
            self.fail("type")
        return bool(data == "true")


class QueryText(Text):
    """Any text within its bounds."""


class QueryChoice(Choice):
    """One of a closed list of words."""


class Query(serializers.Serializer[Any]):
    """Base of the declared parameters of one operation."""


def read_query(declared: type[Query] | None, parameters: QueryDict) -> dict[str, Any]:
    """Return the validated parameters; those that are absent and have no default are missing from the result.

    Raises BrokenRequest with pointers such as "?page_size".
    """
    query = declared(data=parameters.dict()) if declared else None
    known = set(query.fields) if query else set()
    errors = []
    for name, values in parameters.lists():
        if name not in known:
            errors.append(FieldError(f"?{name[:100]}", "unknown_parameter", "There is no such parameter."))
        elif len(values) > 1:
            errors.append(FieldError(f"?{name}", "duplicated_parameter", "This parameter is given more than once."))
    if query and not query.is_valid():
        named = {error.pointer for error in errors}
        details = serializers.ValidationError(query.errors).get_full_details()
        for error in list_errors(details):
            pointer = "?" + error.pointer.removeprefix("/")
            if pointer not in named:
                errors.append(FieldError(pointer, error.code, error.detail))
    if errors:
        raise BrokenRequest(errors=errors)
    return dict(query.validated_data) if query else {}
