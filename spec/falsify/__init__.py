"""Shops that are wrong on purpose, servers that are none, and the books of what was seen of them."""


class FalsifyError(Exception):
    """Something that falsify reads is not as it has to be; the message is one sentence that names the file."""
