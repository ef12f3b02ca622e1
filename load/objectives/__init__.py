"""The objectives: checks on what a load has measured, run with all others by `python -m spec run`."""
