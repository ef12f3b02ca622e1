"""The reference of verbs: what an adapter can override, and the values that they return, written from the code."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from typing import Final, get_type_hints

from spec.target import values
from spec.target.values import Untold
from spec.target.verbs import VERBS, ShopVerbs

VALUES: Final = (
    values.Account,
    values.Tokens,
    values.Category,
    values.ProductPage,
    values.ListedProduct,
    values.Product,
    values.Variant,
    values.Money,
    values.Cart,
    values.CartLine,
    values.Order,
    values.Review,
    values.Readiness,
)
OTHERS: Final = ("openapi_documents", "nobody", "stranger", "settle")
"""Methods that an adapter may override too, and that are no verbs by themselves."""


def verb_tables() -> str:
    """Describe every verb with its signature and the requirement that promises it, and every value."""
    return "\n".join([*_verbs(), *_values()])


def _verbs() -> Iterator[str]:
    yield "| method | is | promised by |"
    yield "|---|---|---|"
    for name in (*VERBS, *OTHERS):
        if "." in name:
            continue
        method = getattr(ShopVerbs, name)
        meaning = (inspect.getdoc(method) or "").splitlines()[0]
        options = [option for option in VERBS if option.startswith(f"{name}.")]
        lacking = f" May lack {', '.join(f'`{option}`' for option in options)}." if options else ""
        promised = VERBS[name].flow if name in VERBS else "–"
        yield f"| `{name}{_signature(method)}` | {meaning}{lacking} | {promised} |"
    yield ""


def _signature(method: object) -> str:
    if not callable(method):
        raise TypeError(f"{method!r} is no method")
    signature = inspect.signature(method)
    parameters = [one for one in signature.parameters.values() if one.name != "self"]
    # A bar would end the cell of the table.
    return str(signature.replace(parameters=parameters)).replace("'", "").replace(" | ", " or ")


def _values() -> Iterator[str]:
    yield "| value (`spec.target.values`) | has |"
    yield "|---|---|"
    for value in VALUES:
        hints = get_type_hints(value)
        members = (
            f"`{field.name}: {_type(hints[field.name])}`{_default(field)}" for field in dataclasses.fields(value)
        )
        yield f"| `{value.__name__}` | {', '.join(members)} |"
    yield ""


def _type(hint: object) -> str:
    text = hint.__name__ if isinstance(hint, type) and not hasattr(hint, "__args__") else str(hint)
    for module in ("spec.target.values.", "decimal.", "typing."):
        text = text.replace(module, "")
    return text.replace(Untold.__name__, "UNTOLD").replace(" | ", " or ").replace("NoneType", "None")


def _default(field: dataclasses.Field[object]) -> str:
    return "" if field.default is dataclasses.MISSING else " (optional)"
