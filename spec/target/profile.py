"""A target's profile: one TOML file that says where a backend is, how it is spoken to, what it claims and grants.

Everything in it is checked before anything is sent: an unknown key is an error, not a typo that switches a check off.
"""

from __future__ import annotations

import math
import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from spec.target.windows.logs import LogFields

SCHEMA_VERSION: Final = 1
CAPABILITIES: Final = (
    "admin", "https", "start", "services", "process", "seed", "db", "cache", "logs", "errors", "commands", "docker",
)  # fmt: skip
"""What a target can grant; the needs of the catalogue's requirements."""
CHAPTERS_ALL: Final = "all"
_GRANTED_BY: Final = {"admin": "staff_email", "db": "database_url", "cache": "cache_url", "logs": "log_file"}


class Effect(StrEnum):
    """What a check does to a target. A profile allows a set of them."""

    READS = "reads"
    WRITES = "writes"
    SIGNS_IN = "signs in"
    LOADS = "loads"
    BREAKS = "breaks"


class ProfileError(Exception):
    """The profile cannot be used. The message names the file, the key and what would be right."""


@dataclass(frozen=True, slots=True)
class StartPlan:
    """How a run starts the target by itself: a command that speaks the control protocol.

    `settings` maps the names that checks use ("burst limit") to the target's environment variables; `roomy` holds the
    environment of the second start, whose limits are out of the way.
    """

    command: tuple[str, ...]
    ready_within_seconds: float = 120.0
    settings: Mapping[str, str] = field(default_factory=dict)
    roomy: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """Where a target that runs already listens."""

    base_url: str
    ca_certificate: Path | None = None


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """What a target that runs already lets us look into. A started target announces the same by itself."""

    staff_email: str | None = None
    staff_password_variable: str | None = None
    database_url: str | None = None
    database_log: Path | None = None
    cache_url: str | None = None
    log_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A target as its owner describes it."""

    name: str
    path: Path
    address: AddressPlan | None
    start: StartPlan | None
    capabilities: frozenset[str]
    chapters: frozenset[str]
    effects: frozenset[Effect]
    policies: Mapping[str, object] = field(default_factory=dict)
    adapter_module: str = "spec.target.adapters.rest"
    adapter_paths: Mapping[str, str] = field(default_factory=dict)
    windows: WindowPlan = field(default_factory=WindowPlan)
    log_fields: Mapping[str, str] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: float = 10.0

    def claims(self, chapter: str) -> bool:
        """Whether the target wants to be judged by this chapter."""
        return CHAPTERS_ALL in self.chapters or chapter in self.chapters

    def policy_number(self, name: str) -> float:
        """A declared policy that is a number. Raises ProfileError when it is missing or none."""
        value = self.policies.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ProfileError(f"{self.path}: [policies] {name} has to be a number, it is {value!r}")
        return float(value)

    def policy_text(self, name: str) -> str:
        """A declared policy that is text. Raises ProfileError when it is missing or none."""
        value = self.policies.get(name)
        if not isinstance(value, str):
            raise ProfileError(f"{self.path}: [policies] {name} has to be text, it is {value!r}")
        return value


class _Table:
    """A table of the file that knows its name, so that each error can say where it is."""

    def __init__(self, path: Path, name: str, content: object) -> None:
        if not isinstance(content, dict):
            raise ProfileError(f"{path}: [{name}] has to be a table")
        self.path, self.name, self.content = path, name, content

    def fail(self, key: str, wanted: str) -> ProfileError:
        place = f"[{self.name}] {key}" if self.name else key
        return ProfileError(f"{self.path}: {place} has to be {wanted}, it is {self.content.get(key)!r}")

    def allow(self, *keys: str) -> None:
        for key in self.content:
            if key not in keys:
                place = f"[{self.name}] " if self.name else ""
                raise ProfileError(f"{self.path}: unknown key {place}{key!r}; known are {', '.join(sorted(keys))}")

    def table(self, key: str) -> _Table:
        return _Table(self.path, f"{self.name}.{key}" if self.name else key, self.content.get(key, {}))

    def text(self, key: str) -> str | None:
        value = self.content.get(key)
        if value is not None and (not isinstance(value, str) or not value):
            raise self.fail(key, "text")
        return value

    def required_text(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            raise self.fail(key, "given as text")
        return value

    def number(self, key: str, default: float) -> float:
        value = self.content.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            raise self.fail(key, "a number above zero")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.fail(key, "a list of texts")
        return tuple(value)

    def choices(self, key: str, known: tuple[str, ...]) -> frozenset[str]:
        chosen = self.texts(key)
        for one in chosen:
            if one not in known:
                raise ProfileError(f"{self.path}: [{self.name}] {key}: unknown {one!r}; known are {', '.join(known)}")
        return frozenset(chosen)

    def mapping(self) -> dict[str, str]:
        for key, value in self.content.items():
            if not isinstance(value, str):
                raise self.fail(key, "text")
        return dict(self.content)

    def file(self, key: str) -> Path | None:
        value = self.text(key)
        return None if value is None else (self.path.parent / value).resolve()


def read_profile(path: Path, known_chapters: tuple[str, ...]) -> Profile:
    """The profile in a file. Raises ProfileError with one sentence."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"{path}: the profile cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: the profile is no valid TOML ({error})") from error
    top = _Table(path, "", content)
    top.allow(
        "schema_version", "name", "address", "start", "adapter", "claims", "effects", "windows", "log_fields",
        "commands", "policies", "timeout_seconds",
    )  # fmt: skip
    if content.get("schema_version") != SCHEMA_VERSION:
        raise top.fail("schema_version", str(SCHEMA_VERSION))
    if ("address" in content) == ("start" in content):
        raise ProfileError(f"{path}: exactly one of [address] and [start] has to be there")
    claims, effects, adapter = top.table("claims"), top.table("effects"), top.table("adapter")
    claims.allow("chapters", "capabilities")
    effects.allow("allowed")
    adapter.allow("module", "paths")
    if "address" in content:
        _refuse_empty_claims(path, claims.choices("capabilities", CAPABILITIES), top.table("windows").content)
    return Profile(
        name=top.required_text("name"),
        path=path,
        address=_address(top.table("address")) if "address" in content else None,
        start=_start(top.table("start")) if "start" in content else None,
        capabilities=claims.choices("capabilities", CAPABILITIES),
        chapters=claims.choices("chapters", (*known_chapters, CHAPTERS_ALL)),
        effects=frozenset(map(Effect, effects.choices("allowed", tuple(Effect)))),
        policies=dict(top.table("policies").content),
        adapter_module=adapter.text("module") or "spec.target.adapters.rest",
        adapter_paths=adapter.table("paths").mapping(),
        windows=_windows(top.table("windows")),
        log_fields=_log_fields(top.table("log_fields")),
        commands=top.table("commands").mapping(),
        timeout_seconds=top.number("timeout_seconds", 10.0),
    )


def _address(table: _Table) -> AddressPlan:
    table.allow("base_url", "ca_certificate")
    base_url = table.required_text("base_url").rstrip("/")
    if not _is_base_url(base_url):
        raise table.fail("base_url", "an http or https URL with a host, without user, query and fragment")
    authority = table.file("ca_certificate")
    if authority is not None:
        try:
            ssl.create_default_context(cafile=authority)
        except OSError as error:  # SSLError is one
            raise table.fail("ca_certificate", "a PEM file with the certificate of an authority") from error
    return AddressPlan(base_url, authority)


def _is_base_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return known and not (parts.username or parts.password or parts.query or parts.fragment)


def _refuse_empty_claims(path: Path, claimed: frozenset[str], windows: Mapping[str, object]) -> None:
    """A target that runs already grants what its profile says how to reach, and nothing by itself."""
    for capability, key in _GRANTED_BY.items():
        if capability in claimed and key not in windows:
            raise ProfileError(
                f"{path}: [claims] capabilities names {capability!r}, so [windows] {key} has to be given"
            )
    if "start" in claimed:
        raise ProfileError(f"{path}: [claims] capabilities: only a profile with [start] can name 'start'")


def _log_fields(table: _Table) -> dict[str, str]:
    table.allow(*(field.name for field in fields(LogFields)))
    return table.mapping()


def _start(table: _Table) -> StartPlan:
    table.allow("command", "ready_within_seconds", "settings", "roomy")
    command = table.texts("command")
    if not command:
        raise table.fail("command", "a command and its arguments")
    return StartPlan(
        command=command,
        ready_within_seconds=table.number("ready_within_seconds", 120.0),
        settings=table.table("settings").mapping(),
        roomy=table.table("roomy").mapping(),
    )


def _windows(table: _Table) -> WindowPlan:
    table.allow("staff_email", "staff_password_variable", "database_url", "database_log", "cache_url", "log_file")
    if ("staff_email" in table.content) != ("staff_password_variable" in table.content):
        raise ProfileError(f"{table.path}: [windows] staff_email and staff_password_variable belong together")
    return WindowPlan(
        staff_email=table.text("staff_email"),
        staff_password_variable=table.text("staff_password_variable"),
        database_url=table.text("database_url"),
        database_log=table.file("database_log"),
        cache_url=table.text("cache_url"),
        log_file=table.file("log_file"),
    )
