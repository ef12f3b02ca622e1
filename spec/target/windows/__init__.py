"""Windows on what happens inside a target: database, cache, logs."""


class WindowUnusable(Exception):  # noqa: N818 - the name says it
    """A window or a power was granted but cannot be used; the message says why."""
