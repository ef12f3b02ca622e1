"""Standard output as the control protocol uses it: one JSON object a line, each complete when it appears."""

import json
import sys
from collections.abc import Mapping

from reference_app.supervisor.failures import EndRequested


def send(message: Mapping[str, object]) -> None:
    """Write one message; raises ``EndRequested`` when nobody can read it any more."""
    try:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise EndRequested from error
