"""`python -m spec.faults`: shows that each check can fail, and keeps what it saw in spec/faults/kills.json."""

from __future__ import annotations

import sys

from spec.faults.commandline import main

if __name__ == "__main__":
    sys.exit(main())
