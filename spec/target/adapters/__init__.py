"""The spelling of the verbs for one backend. One with another flow brings a module with a class `Verbs` of its own."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from spec.target.verbs import ShopVerbs

DEFAULT_ADAPTER = "spec.target.adapters.rest"


class AdapterError(Exception):
    """The adapter named in a profile cannot be used; the message says why and what would be right."""


def load_adapter(module: str = DEFAULT_ADAPTER, paths: Mapping[str, str] | None = None) -> ShopVerbs:
    """Load the verbs of an adapter module, with the paths that the profile spells differently."""
    try:
        imported = importlib.import_module(module)
    except (ImportError, SyntaxError, TypeError, ValueError) as error:
        raise AdapterError(f"adapter module {module!r} cannot be imported ({error}); name one on the path") from error
    factory = getattr(imported, "Verbs", None)
    if not (isinstance(factory, type) and issubclass(factory, ShopVerbs)):
        raise AdapterError(f"adapter module {module!r} has no class 'Verbs' derived from spec.target.verbs.ShopVerbs")
    try:
        return factory(**({"paths": paths} if paths else {}))
    except KeyError as error:
        raise AdapterError(f"adapter {module!r} knows no path named {error.args[0]!r}") from error
    except (TypeError, ValueError) as error:
        raise AdapterError(f"adapter {module!r} cannot be made: {error}") from error
