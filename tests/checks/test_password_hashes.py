"""Stored password hashes are judged by the function and the cost that they show."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type
from hypothesis import given
from hypothesis import strategies as st

from spec.checks.support.password_hashes import ARGON2ID_MINIMA, describe_weakness

PASSWORD = "Pw-right-horse"


def argon2(memory: int, passes: int, kind: Type = Type.ID) -> str:
    """Hash with these costs."""
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1, type=kind).hash(PASSWORD)


@pytest.mark.parametrize("pair", ARGON2ID_MINIMA)
def test_each_of_owasps_pairs_for_argon2id_is_enough_and_a_little_less_is_not(pair: tuple[int, int]) -> None:
    memory, passes = pair
    assert describe_weakness(argon2(memory, passes), {PASSWORD}) is None
    weaker = argon2(memory - 8, passes)
    assert describe_weakness(weaker, {PASSWORD}) == (
        f"argon2id with {memory - 8} KiB and {passes} passes, below OWASP's minimum of 19456 KiB and 2"
    )


def test_another_variant_of_argon2_is_too_weak_at_any_cost() -> None:
    weakness = describe_weakness(argon2(19456, 3, Type.I), {PASSWORD})
    assert weakness == "argon2i with 19456 KiB and 3 passes, below OWASP's minimum of 19456 KiB and 2"


@pytest.mark.parametrize(
    ("stored", "weakness"),
    [
        ("argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA", None),
        ("pbkdf2_sha256$1000000$salt$hash", None),
        ("pbkdf2_sha256$1000$salt$hash", "PBKDF2 with sha256 and 1000 rounds, below 600000"),
        ("pbkdf2_sha1$600000$salt$hash", "PBKDF2 with sha1 and 600000 rounds, below 1300000"),
        ("scrypt$16384$salt$8$5$hash", None),
        ("bcrypt_sha256$$2b$12$abcdefghijklmnopqrstuv", None),
        ("$2b$12$abcdefghijklmnopqrstuv", None),
        ("$2y$09$abcdefghijklmnopqrstuv", "bcrypt with a cost of 9, below 10"),
        ("$scrypt$ln=17,r=8,p=1$c2FsdA$aGFzaA", None),
        ("scrypt:32768:8:1$salt$hash", "scrypt with N = 32768, r = 8, p = 1, below OWASP's minimum of 131072, 8, 1"),
        ("pbkdf2:sha256:1000000$salt$hash", None),
        ("$pbkdf2-sha512$210000$salt$hash", None),
        ("5f4dcc3b5aa765d61d8327deb882cf99", "a form that shows no cost, of 32 characters"),
        (f"plain:{PASSWORD}", "the password itself"),
    ],
)
def test_a_form_is_judged_by_what_it_shows(stored: str, weakness: str | None) -> None:
    assert describe_weakness(stored, {PASSWORD}) == weakness


@given(st.text(max_size=60))
def test_an_unknown_form_never_counts_as_strong(stored: str) -> None:
    weakness = describe_weakness(stored, {PASSWORD})
    assert weakness is not None
