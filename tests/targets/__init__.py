"""Backends of other shapes, on which the harness has to give the right verdicts."""
