"""Run one load in this process, with the plan's adapter, accounts and certificate."""

from __future__ import annotations

import gc
import os
import sys
from itertools import starmap
from pathlib import Path

from gevent.ssl import SSLError

from load.engine import Engine
from load.load_plan import LoadPlan
from load.manifest import LoadEnd
from reports.strict_model import InvalidContent
from spec.target.adapters import AdapterError, load_adapter
from spec.target.profile.adapter_table import VariableMissing, fill_in, read_customers
from spec.target.windows.staff_window import Credentials


def run_plan(plan: LoadPlan, folder: Path) -> LoadEnd:
    """Run the plan and write one sentence about its end. Raises InvalidContent for what the plan names wrongly."""
    try:
        choices = fill_in(plan.adapter, plan.statuses, os.environ)
        brought = tuple(starmap(Credentials, read_customers(plan.accounts, os.environ)))
        verbs = load_adapter(choices.module, choices.at(plan.base_url))
        engine = Engine(plan, verbs, folder, headers=choices.headers, secrets=choices.secrets, brought=brought)
    except (AdapterError, VariableMissing) as error:
        raise InvalidContent(str(error)) from error
    except (SSLError, OSError) as error:
        raise InvalidContent(
            f"The certificate {plan.ca_certificate} cannot be used: {error.strerror or error}."
        ) from error
    # What was imported lives as long as the process: the collector need not walk through it while requests wait.
    gc.freeze()
    ended, sentence = engine.run()
    sys.stderr.write(f"[load] {ended.value}: {sentence}\n")
    return ended
