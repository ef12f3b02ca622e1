"""Password hashing with argon2id, a bounded number at a time."""

from __future__ import annotations

import os
import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

from reference_app.settings.environment import read

# argon2 runs without the interpreter's lock, so a burst of sign-ins would take every core from all other requests, and
# end later itself for sharing them. A worker computes as many at once as it has cores of its own; the others wait.
TURNS = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) // max(1, read("WEB_WORKERS"))))


class OwaspArgon2Hasher(Argon2PasswordHasher):
    """argon2id with 19 MiB, two passes and one lane: OWASP's minimum, and about a quarter of Django's default cost.

    Sign-in has a latency limit too, and four lanes of 100 MiB for each attempt would make it a way to exhaust memory.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the encoded hash, computed in turn."""
        with TURNS:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the password is right, computed in turn."""
        with TURNS:
            return super().verify(password, encoded)
