"""`python -m spec run`: examines a target, writes results and report, prints the verdict, exits with it."""

from __future__ import annotations

import sys

from spec.commandline import main

if __name__ == "__main__":
    sys.exit(main())
