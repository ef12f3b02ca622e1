"""One load of this process: the plan's adapter, its certificate, and the engine that runs it."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from gevent.ssl import SSLError

from load.engine import Engine
from load.load_plan import Plan
from load.manifest import Ended
from load.strict import InputError
from spec.target.adapters import AdapterError, load_adapter


def run_plan(plan: Plan, folder: Path) -> Ended:
    """Run the plan and say in one sentence how it ended. Raises InputError for what the plan names wrongly."""
    try:
        engine = Engine(plan, load_adapter(plan.adapter_module, plan.adapter_paths), folder)
    except AdapterError as error:
        raise InputError(str(error)) from error
    except (SSLError, OSError) as error:
        raise InputError(f"The certificate {plan.ca_certificate} cannot be used: {error.strerror or error}.") from error
    # What was imported lives as long as the process: the collector need not walk through it while requests wait.
    gc.freeze()
    ended, sentence = engine.run()
    sys.stderr.write(f"[load] {ended.value}: {sentence}\n")
    return ended
