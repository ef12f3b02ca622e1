"""How passwords are stored."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OwaspArgon2Hasher(Argon2PasswordHasher):
    """argon2id with 19 MiB, two passes and one lane: OWASP's minimum, and about a quarter of Django's default cost.

    Sign-in has a latency limit too, and four lanes of 100 MiB for each attempt would make it a way to exhaust memory.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
