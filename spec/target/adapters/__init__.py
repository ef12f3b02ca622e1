"""The spelling of the verbs for one backend. One with another flow brings a module with a class `Verbs` of its own."""

from __future__ import annotations

import importlib
import inspect
import traceback
from collections.abc import Callable
from pathlib import Path

from reports.strict_model import suggest
from spec.target.adapter_context import AdapterContext
from spec.target.steps import AdapterFault
from spec.target.verbs import VERBS, ShopVerbs

VerbsFactory = Callable[[AdapterContext], ShopVerbs]


class AdapterError(Exception):
    """The adapter named in a profile cannot be used; the message says why and what would be right."""


class AdapterBroke(Exception):
    """The adapter raised an error of its own in what every check needs; the message is one sentence."""


def load_adapter(module: str, context: AdapterContext) -> ShopVerbs:
    """Load an adapter module and make its verbs. Raises AdapterError with one sentence for all that is wrong in it."""
    try:
        imported = importlib.import_module(module)
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name is not None and module.startswith(error.name)
        cure = "; name one on PYTHONPATH" if missing else _place(error)
        raise AdapterError(f"adapter module {module!r} cannot be imported ({error}){cure}") from error
    except Exception as error:
        raise AdapterError(
            f"adapter module {module!r} cannot be imported ({type(error).__name__}: {error}){_place(error)}"
        ) from error
    factory = getattr(imported, "Verbs", None)
    if not (isinstance(factory, type) and issubclass(factory, ShopVerbs)):
        raise AdapterError(f"adapter module {module!r} has no class 'Verbs' derived from spec.target.verbs.ShopVerbs")
    if inspect.isabstract(factory):
        missing_methods = ", ".join(sorted(factory.__abstractmethods__))
        raise AdapterError(f"class 'Verbs' of adapter module {module!r} has to define {missing_methods}")
    try:
        verbs = factory(context)
    except (KeyError, ValueError) as error:
        # An adapter says so when the profile's tables do not fit it.
        raise AdapterError(f"adapter {module!r}: {error.args[0] if error.args else error}") from error
    except Exception as error:
        raise AdapterError(
            f"adapter {module!r} cannot be made ({type(error).__name__}: {error}){_place(error)}"
        ) from error
    for name in sorted(verbs.lacks - VERBS.keys()):
        raise AdapterError(f"adapter {module!r} lacks {name!r}, which is no verb; {suggest(name, VERBS)}")
    return verbs


def is_foreign(kind: type) -> bool:
    """Tell if a class comes with a profile. A mistake in what this specification brings itself is its own."""
    return not kind.__module__.startswith("spec.") and kind.__module__ not in {"abc", "builtins"}


def find_adapter_fault(error: BaseException, verbs: type[ShopVerbs]) -> str | None:
    """Tell in one sentence where an adapter raised, with file, line and verb; None for what was raised elsewhere."""
    if isinstance(error, AdapterFault):
        return str(error) if is_foreign(verbs) else None
    files = {inspect.getsourcefile(one) for one in verbs.__mro__ if is_foreign(one)}
    found = [
        (frame.f_code, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename in files
    ]
    if not found:
        return None
    # Steps are functions inside the method that is the verb, so its name stands in theirs.
    names = [name for code, _ in found for name in code.co_qualname.split(".")]
    verb = next((f"verb {name!r}, " for name in names if name in VERBS), "")
    last, line = found[-1]
    return f"the adapter raised {type(error).__name__}: {error} ({verb}{Path(last.co_filename).name}, line {line})"


def _place(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return ""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "importlib" not in frame.filename]
    return f" at {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if len(frames) > 1 else ""
