"""Windows on a target beyond plain HTTP: one file each, listed in registry.py."""


class WindowUnusable(Exception):
    """A window or a power was granted but cannot be used; the message says why."""
