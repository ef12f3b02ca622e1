"""Reading a profile: everything in it is checked before anything is sent.

An unknown key is an error, not a typo that switches a check off.
"""

from __future__ import annotations

import shlex
import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from spec.catalogue import Catalogue, Need, PolicyKind
from spec.target.control.services import Service
from spec.target.profile.profile_model import (
    CHAPTERS_ALL,
    AddressPlan,
    Effect,
    Profile,
    ProfileError,
    StartPlan,
    WindowPlan,
)
from spec.target.profile.profile_table import ProfileTable
from spec.target.windows.log_window import LogFields

SCHEMA_VERSION: Final = 1
CAPABILITIES: Final = tuple(map(str, Need))
_SERVICES_NEEDED: Final = ("stop database", "start database", "stop cache", "start cache")
"""What a check that breaks a dependency breaks: to stop one and find that the other cannot be stopped helps nobody."""
_GRANTED_BY: Final = {"admin": "staff_email", "db": "database_url", "cache": "cache_url", "logs": "log_file"}


def read_profile(path: Path, catalogue: Catalogue) -> Profile:
    """The profile in a file, in the terms of the catalogue: its chapters, needs, policies and settings.

    Raises ProfileError with one sentence.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"{path}: the profile cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: the profile is no valid TOML ({error})") from error
    top = ProfileTable(path, "", content)
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
        _refuse_empty_claims(path, claims.choices("capabilities", CAPABILITIES), content)
    return Profile(
        name=top.required_text("name"),
        path=path,
        address=_address(top.table("address")) if "address" in content else None,
        start=_start(top.table("start"), catalogue) if "start" in content else None,
        capabilities=claims.choices("capabilities", CAPABILITIES),
        chapters=claims.choices("chapters", (*(chapter.id for chapter in catalogue.chapters), CHAPTERS_ALL)),
        effects=frozenset(map(Effect, effects.choices("allowed", tuple(Effect)))),
        policies=_policies(top.table("policies"), catalogue),
        adapter_module=adapter.text("module") or "spec.target.adapters.rest",
        adapter_paths=adapter.table("paths").mapping(),
        windows=_windows(top.table("windows")),
        log_fields=_log_fields(top.table("log_fields")),
        commands=_commands(top.table("commands")),
        timeout_seconds=top.number("timeout_seconds", 10.0),
    )


def _address(table: ProfileTable) -> AddressPlan:
    table.allow("base_url", "ca_certificate")
    base_url = table.required_text("base_url").rstrip("/")
    if not _is_base_url(base_url):
        wanted = "an http or https URL with a host, without user, query and fragment"
        raise table.fail("base_url", wanted, secret="@" in base_url)
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


def _refuse_empty_claims(path: Path, claimed: frozenset[str], content: Mapping[str, object]) -> None:
    """A target that runs already grants what its profile says how to reach, and nothing by itself."""
    windows = content.get("windows")
    for capability, key in _GRANTED_BY.items():
        if capability in claimed and not (isinstance(windows, dict) and key in windows):
            raise ProfileError(
                f"{path}: [claims] capabilities names {capability!r}, so [windows] {key} has to be given"
            )
    commands = content.get("commands")
    for name in _SERVICES_NEEDED:
        if "services" in claimed and not (isinstance(commands, dict) and name in commands):
            raise ProfileError(
                f"{path}: [claims] capabilities names 'services', so [commands] {name!r} has to be given"
            )
    if "start" in claimed:
        raise ProfileError(f"{path}: [claims] capabilities: only a profile with [start] can name 'start'")


def _log_fields(table: ProfileTable) -> dict[str, str]:
    table.allow(*(field.name for field in fields(LogFields)))
    return table.mapping()


def _start(table: ProfileTable, catalogue: Catalogue) -> StartPlan:
    table.allow("command", "ready_within_seconds", "settings", "roomy")
    command = table.texts("command")
    if not command:
        raise table.fail("command", "a command and its arguments")
    return StartPlan(
        command=command,
        ready_within_seconds=table.number("ready_within_seconds", 120.0),
        settings=table.table("settings").mapping(known=catalogue.settings),
        roomy=table.table("roomy").mapping(may_be_empty=True),
    )


def _policies(table: ProfileTable, catalogue: Catalogue) -> dict[str, object]:
    table.allow(*catalogue.policies)
    declared = dict(table.content)
    for name, value in declared.items():
        policy = catalogue.policies[name]
        if not policy.allows(value):
            raise table.fail(name, policy.right)
        if policy.kind is PolicyKind.FILE:
            file = table.file(name)
            if file is None or not file.is_file():
                raise table.fail(name, f"{policy.right} that is there")
            declared[name] = str(file)
    return declared


def _commands(table: ProfileTable) -> dict[str, str]:
    commands = table.mapping(known=[f"{verb} {service}" for service in Service for verb in ("stop", "start")])
    for name in commands:
        verb, service = name.split()
        if (other := f"{'start' if verb == 'stop' else 'stop'} {service}") not in commands:
            raise ProfileError(f"{table.path}: [commands] has {name!r} and no {other!r}; the two belong together")
        _words(table, name)
    return commands


def _words(table: ProfileTable, name: str) -> None:
    try:
        words = shlex.split(table.content[name])
    except ValueError as error:
        raise table.fail(name, f"a command that a shell could split into words ({error})") from error
    if not words:
        raise table.fail(name, "a command and its arguments")


def _windows(table: ProfileTable) -> WindowPlan:
    table.allow("staff_email", "staff_password_variable", "database_url", "database_log", "cache_url", "log_file")
    if ("staff_email" in table.content) != ("staff_password_variable" in table.content):
        raise ProfileError(f"{table.path}: [windows] staff_email and staff_password_variable belong together")
    database, cache = table.text("database_url"), table.text("cache_url")
    if database is not None and not database.startswith(("postgresql://", "postgres://")):
        raise table.fail("database_url", "a postgresql:// URL", secret=True)
    if cache is not None and not cache.startswith(("redis://", "rediss://", "unix://")):
        raise table.fail("cache_url", "a redis://, rediss:// or unix:// URL", secret=True)
    return WindowPlan(
        staff_email=table.text("staff_email"),
        staff_password_variable=table.text("staff_password_variable"),
        database_url=database,
        database_log=table.file("database_log"),
        cache_url=cache,
        log_file=table.file("log_file"),
    )
