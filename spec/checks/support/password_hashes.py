"""Stored password hashes: which function made them, and whether its cost reaches OWASP's minimum.

Source of the minima: OWASP Password Storage Cheat Sheet (Argon2id, scrypt, bcrypt, PBKDF2). The forms read are the
modular crypt format and PHC strings, with the prefixes that Django, passlib and Werkzeug put in front of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Final

ARGON2ID_MINIMA: Final = ((47104, 1), (19456, 2), (12288, 3), (9216, 4), (7168, 5))
"""Memory in KiB and passes: at least one of the pairs has to be reached in both."""
SCRYPT_MINIMA: Final = ((2**17, 1), (2**16, 2), (2**15, 3), (2**14, 5), (2**13, 10))
"""N and p, with r of 8 at least."""
BCRYPT_MINIMUM: Final = 10
PBKDF2_MINIMA: Final[Mapping[str, int]] = MappingProxyType({"sha1": 1_300_000, "sha256": 600_000, "sha512": 210_000})
SCRYPT_BLOCK: Final = 8

_ARGON2: Final = re.compile(r"^(?:argon2)?\$?(argon2(?:id|i|d))\$v=\d+\$m=(\d+),t=(\d+),p=\d+\$")
_BCRYPT: Final = re.compile(r"^(?:bcrypt(?:_sha256)?\$)?\$?2[abxy]?\$(\d\d)\$")
_SCRYPT_PHC: Final = re.compile(r"^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$")
_SCRYPT_DJANGO: Final = re.compile(r"^scrypt\$(\d+)\$[^$]+\$(\d+)\$(\d+)\$")
_SCRYPT_WERKZEUG: Final = re.compile(r"^scrypt:(\d+):(\d+):(\d+)\$")
_PBKDF2: Final = re.compile(r"^\$?pbkdf2[_:-](sha1|sha256|sha512)(?:\$|:)(\d+)\$")
_PBKDF2_PHC: Final = re.compile(r"^\$pbkdf2-(sha1|sha256|sha512)\$i=(\d+)")


def describe_weakness(stored: str, passwords: Collection[str]) -> str | None:
    """Say in a few words why a stored form protects a password too little; None where it does not.

    `passwords` are those that the form must not hold. A form that is not known counts as weak: it shows no cost.
    """
    if any(password in stored for password in passwords):
        return "the password itself"
    for pattern, judge in _JUDGES.items():
        found = pattern.match(stored)
        if found:
            return judge(*found.groups())
    return f"a form that shows no cost, of {len(stored)} characters"


def _judge_argon2(variant: str, memory: str, passes: str) -> str | None:
    if variant == "argon2id" and any(int(memory) >= least and int(passes) >= times for least, times in ARGON2ID_MINIMA):
        return None
    return f"{variant} with {memory} KiB and {passes} passes, below OWASP's minimum of 19456 KiB and 2"


def _judge_bcrypt(cost: str) -> str | None:
    return None if int(cost) >= BCRYPT_MINIMUM else f"bcrypt with a cost of {int(cost)}, below {BCRYPT_MINIMUM}"


def _judge_scrypt(work: int, block: int, parallel: int) -> str | None:
    if block >= SCRYPT_BLOCK and any(work >= least and parallel >= times for least, times in SCRYPT_MINIMA):
        return None
    return f"scrypt with N = {work}, r = {block}, p = {parallel}, below OWASP's minimum of 131072, 8, 1"


def _judge_pbkdf2(digest: str, rounds: str) -> str | None:
    least = PBKDF2_MINIMA[digest]
    return None if int(rounds) >= least else f"PBKDF2 with {digest} and {rounds} rounds, below {least}"


_JUDGES: Final[Mapping[re.Pattern[str], Callable[..., str | None]]] = MappingProxyType(
    {
        _ARGON2: _judge_argon2,
        _BCRYPT: _judge_bcrypt,
        _SCRYPT_PHC: lambda log, block, parallel: _judge_scrypt(2 ** int(log), int(block), int(parallel)),
        _SCRYPT_DJANGO: lambda work, block, parallel: _judge_scrypt(int(work), int(block), int(parallel)),
        _SCRYPT_WERKZEUG: lambda work, block, parallel: _judge_scrypt(int(work), int(block), int(parallel)),
        _PBKDF2: _judge_pbkdf2,
        _PBKDF2_PHC: _judge_pbkdf2,
    }
)
