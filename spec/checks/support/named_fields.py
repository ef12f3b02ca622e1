"""The field that a refusal names: in a problem document by its pointers, in any other body by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jsonpointer import JsonPointer

from spec.checks.support.problem_documents import names_field, read_problem
from spec.target.exchange import Response, UnexpectedAnswer


def names_one_of(response: Response, pointers: Iterable[str]) -> bool:
    """Tell if an answer names one of these fields of the request.

    ERR-001 asks for problem documents. A body that is none names a field where the last name in its pointer that is no
    place in a list stands there as a word of its own.
    """
    try:
        problem = read_problem(response)
    except UnexpectedAnswer:
        return any(_stands_in(response.body.decode(errors="replace"), pointer) for pointer in pointers)
    return any(names_field(problem, pointer) for pointer in pointers)


def describe_naming(response: Response) -> str:
    """Say in a few words what an answer names."""
    try:
        problem = read_problem(response)
    except UnexpectedAnswer:
        return f"{response.status}: {response.body[:120].decode(errors='replace')!r}"
    return f"{response.status} {problem.code} naming {', '.join(problem.pointers) or 'nothing'}"


def _stands_in(text: str, pointer: str) -> bool:
    names = [name for name in JsonPointer(pointer).parts if not name.isdecimal()]
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None for name in names[-1:])
