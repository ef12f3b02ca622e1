"""Reading JSON answers field by field, so that a wrong one is told in a sentence and never as a KeyError."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from spec.target.exchange import Response, UnexpectedAnswer
from spec.target.values import Money


def read_object(response: Response, *statuses: int) -> Mapping[str, object]:
    """Read the JSON object of an answer with one of the given statuses."""
    expect_status(response, *statuses)
    return as_object(response.json(), "the body")


def expect_status(response: Response, *statuses: int) -> None:
    """Raise UnexpectedAnswer unless the status is one of those given."""
    if response.status not in statuses:
        wanted = " or ".join(map(str, statuses))
        raise UnexpectedAnswer(f"status {wanted}", f"{response.status}: {response.body[:200].decode(errors='replace')}")


def as_object(value: object, where: str) -> Mapping[str, object]:
    """Read the value as a JSON object."""
    if not isinstance(value, dict):
        raise UnexpectedAnswer(f"a JSON object as {where}", repr(value)[:80])
    return value


def as_list(value: object, where: str) -> list[object]:
    """Read the value as a JSON array."""
    if not isinstance(value, list):
        raise UnexpectedAnswer(f"a JSON array as {where}", repr(value)[:80])
    return value


def field(container: Mapping[str, object], name: str) -> object:
    """Read a member that has to be there."""
    if name not in container:
        raise UnexpectedAnswer(f"a member {name!r}", f"members {sorted(container)}")
    return container[name]


def text(container: Mapping[str, object], name: str) -> str:
    """Read a member that is text."""
    value = field(container, name)
    if not isinstance(value, str):
        raise UnexpectedAnswer(f"text as {name!r}", repr(value)[:80])
    return value


def integer(container: Mapping[str, object], name: str) -> int:
    """Read a member that is a whole number."""
    value = field(container, name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnexpectedAnswer(f"a whole number as {name!r}", repr(value)[:80])
    return value


def boolean(container: Mapping[str, object], name: str) -> bool:
    """Read a member that is true or false."""
    value = field(container, name)
    if not isinstance(value, bool):
        raise UnexpectedAnswer(f"true or false as {name!r}", repr(value)[:80])
    return value


def identifier(container: Mapping[str, object], name: str) -> str:
    """Read a member that identifies something: text or a whole number, always read as text."""
    value = field(container, name)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise UnexpectedAnswer(f"an id as {name!r}", repr(value)[:80])
    return str(value)


def optional_identifier(container: Mapping[str, object], name: str) -> str | None:
    """Read such a member, where null or nothing stands for none."""
    return None if container.get(name) is None else identifier(container, name)


def money(container: Mapping[str, object], name: str) -> Money:
    """Money as {"amount": "12.50", "currency": "EUR"}: text, never a JSON number, so that no float comes near it."""
    value = as_object(field(container, name), f"{name!r}")
    amount = text(value, "amount")
    try:
        return Money(Decimal(amount), text(value, "currency"))
    except InvalidOperation as error:
        raise UnexpectedAnswer(f"a decimal amount in {name!r}", repr(amount)) from error
