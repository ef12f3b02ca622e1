"""The tables of a profile that say how to speak to its target: adapter, meanings of statuses, brought accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

from reports.strict_model import StrictModel
from spec.target.adapter_context import AdapterContext
from spec.target.answer_kinds import AnswerKind
from spec.target.session import SHORTEST_SECRET
from spec.target.windows.option_types import FilledText

DEFAULT_ADAPTER: Final = "spec.target.adapters.rest"
_VARIABLE: Final = "variable"


class FromVariable(StrictModel):
    """A secret that the environment holds, so that no file has to."""

    variable: FilledText
    """The name of the environment variable."""


class AdapterTable(StrictModel):
    """The module that speaks to the target, and what it has to know of it."""

    module: FilledText = DEFAULT_ADAPTER
    """Module with a class `Verbs`, found on `PYTHONPATH` (docs/porting.md)."""
    paths: dict[str, str] = {}
    """Paths that differ from the adapter's own, by its names for them; an empty one is not offered."""
    fields: dict[str, Any] = {}
    """The places of the adapter's fields in the target's bodies."""
    settings: dict[str, Any] = {}
    """Anything else that the adapter asks for; `{ variable = "NAME" }` is read from the environment, and is secret."""
    headers: dict[FilledText, FilledText | FromVariable] = {}
    """Header fields that go with every request, such as a tenant's key. They are never written down."""


def _is_pointer(text: str) -> str:
    if text and not text.startswith("/"):
        raise ValueError(f"has to be a JSON pointer such as /error/code, it is {text!r}")
    return text


class StatusTable(StrictModel):
    """A meaning of some answers that differs from what their status says."""

    status: Annotated[int, Field(ge=100, le=499)]
    """The status of the answers; a failure of the server (5xx) is one."""
    at: Annotated[str, AfterValidator(_is_pointer)] | None = None
    """A JSON pointer into the body, where the status alone does not decide."""
    value: Any = None
    """The value that has to stand there."""
    kind: AnswerKind
    """The meaning of such answers."""


class BroughtCustomer(StrictModel):
    """A customer's account that is there already."""

    email: FilledText
    """The e-mail address that it signs in with."""
    password: FromVariable
    """The environment variable that holds its password."""


class AccountsTable(StrictModel):
    """Accounts that the owner brings, for a target that opens none by itself."""

    customers: tuple[BroughtCustomer, ...] = ()
    """Customers. The cart of each is emptied before a check uses it. Some checks need eight at once."""


class VariableMissing(Exception):
    """A variable that the profile names is not in the environment."""

    def __init__(self, key: str, variable: str) -> None:
        super().__init__(f"{key} names the environment variable {variable!r}, which is not set")


@dataclass(frozen=True, slots=True)
class AdapterChoices:
    """The tables with their secrets filled in."""

    module: str
    context: AdapterContext
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    secrets: frozenset[str] = field(repr=False)

    def at(self, base_url: str) -> AdapterContext:
        """Return the adapter's context for a target that listens there."""
        mine = self.context
        return AdapterContext(base_url, mine.paths, mine.settings, mine.fields, mine.statuses)


def fill_in(table: AdapterTable, statuses: tuple[StatusTable, ...], environ: Mapping[str, str]) -> AdapterChoices:
    """Read the secrets that a profile's adapter table names. Raises VariableMissing."""
    found: set[str] = set()

    def filled(key: str, value: object) -> object:
        variable = _named_variable(value)
        if variable is None and isinstance(value, dict):
            return {name: filled(f"{key}.{name}", member) for name, member in value.items()}
        if variable is None and isinstance(value, list | tuple):
            return [filled(key, member) for member in value]
        if variable is None:
            return value
        if not environ.get(variable):
            raise VariableMissing(key, variable)
        found.add(environ[variable])
        return environ[variable]

    settings = {name: filled(f"[adapter.settings] {name}", value) for name, value in table.settings.items()}
    headers = [(name, str(filled(f"[adapter.headers] {name}", value))) for name, value in table.headers.items()]
    found |= {value for _, value in headers if len(value) >= SHORTEST_SECRET}
    context = AdapterContext("", table.paths, settings, table.fields, statuses)
    return AdapterChoices(table.module, context, tuple(headers), frozenset(found))


def read_customers(table: AccountsTable, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Read the e-mail address and password of each brought customer. Raises VariableMissing."""
    for number, customer in enumerate(table.customers, start=1):
        variable = customer.password.variable
        if not environ.get(variable):
            raise VariableMissing(f"[accounts] customers {number} password", variable)
        yield customer.email, environ[variable]


def _named_variable(value: object) -> str | None:
    if isinstance(value, FromVariable):
        return value.variable
    if isinstance(value, dict) and set(value) == {_VARIABLE} and isinstance(value[_VARIABLE], str):
        return value[_VARIABLE]
    return None
