"""Reading a fault's environment without running the fault."""

from __future__ import annotations

import ast
from contextlib import suppress

from spec.falsify.fault_files import FaultFile, FaultFileError


def read_settings(fault: FaultFile) -> dict[str, str]:
    """The literal `SETTINGS` of a fault's file: environment variables of its shop; nothing where it has none."""
    for node in ast.parse(fault.path.read_text(encoding="utf-8")).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == "SETTINGS" for target in targets):
            value: object = None
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                with suppress(ValueError):  # not a literal, which is said below
                    value = ast.literal_eval(node.value)
            if not isinstance(value, dict) or not all(isinstance(one, str) for one in (*value, *value.values())):
                raise FaultFileError(f"{fault.path.name}: SETTINGS has to be a literal of texts to texts")
            return value
    return {}
