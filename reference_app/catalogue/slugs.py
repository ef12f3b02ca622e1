"""Readable names for addresses."""

from __future__ import annotations

import secrets

from django.utils.text import slugify

LENGTH = 100


def make_slug(name: str) -> str:
    """The words of `name` in ASCII and a random ending, so that equal names get different slugs without asking."""
    words = slugify(name)[:LENGTH].strip("-")
    ending = secrets.token_hex(5)
    return f"{words}-{ending}" if words else ending
