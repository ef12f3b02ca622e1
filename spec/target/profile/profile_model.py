"""A target's profile: its address or its start, its adapter, and what it claims, allows, shows and promises."""

from __future__ import annotations

import difflib
import ipaddress
import re
import ssl
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PrivateAttr, WithJsonSchema, create_model, model_validator

from reports.strict_model import StrictModel
from spec.catalogue import Need
from spec.target.control.powers import ProcessesTable, ServicesTable
from spec.target.profile.adapter_table import AccountsTable, AdapterTable, StatusTable
from spec.target.profile.grants import AUTOMATIC, Grant, GrantState
from spec.target.windows.option_types import Command, FilePath, FilledText, PositiveNumber, options_in_profile
from spec.target.windows.registry import REGISTRY

CHAPTERS_ALL: Final = "all"
SCHEMA_VERSION: Final = 2
BY_NEED: Final = {window.need: window for window in REGISTRY if window.absent is not None}
"""The windows that open from this machine alone, by their capabilities."""
CAPABILITIES: Final = (*map(str, Need), *(f"{AUTOMATIC}{need}" for need in BY_NEED))
_HOST_NAME: Final = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")


class Effect(StrEnum):
    """One thing that a check does to a target. A profile allows a set of them."""

    READS = "reads"
    WRITES = "writes"
    SIGNS_IN = "signs in"
    LOADS = "loads"
    BREAKS = "breaks"


class ProfileError(Exception):
    """The profile cannot be used. The message names the file, the key and what would be right."""


def nearest(word: str, known: tuple[str, ...]) -> str:
    """Name the known word that a misspelt one comes closest to, or all of them."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"


def _is_capability(word: str) -> str:
    if word not in CAPABILITIES:
        raise ValueError(f"is {word!r}, which is unknown; {nearest(word, CAPABILITIES)}")
    return word


def _is_base_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    else:
        known = known and not (parts.username or parts.password or parts.query or parts.fragment)
    if not known:
        # What stands before an @ may be a password.
        shown = "" if "@" in text else f", it is {text!r}"
        raise ValueError(f"has to be an http or https URL with a host, without user, query and fragment{shown}")
    return text.rstrip("/")


def _is_authority(file: Path) -> Path:
    try:
        ssl.create_default_context(cafile=file)
    except OSError as error:  # SSLError is one
        raise ValueError(f"has to be a PEM file with the certificate of an authority, it is {str(file)!r}") from error
    return file


def _is_host(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        if not _HOST_NAME.fullmatch(text):
            raise ValueError(f"has to be an exact host name or an IP address, it is {text!r}") from None
    return text


def _is_command_line(words: tuple[str, ...]) -> tuple[str, ...]:
    if not words or not words[0].strip():
        raise ValueError("has to be a command and its arguments")
    return words


class AddressTable(StrictModel):
    """A target that runs already. Either this table or [start] has to be there."""

    base_url: Annotated[str, AfterValidator(_is_base_url)]
    """The address that it listens at: an http or https URL, with the path that all its paths begin with."""
    ca_certificate: Annotated[FilePath, AfterValidator(_is_authority)] | None = None
    """The authority that signed its certificate, as a PEM file; only where the system does not trust it."""
    clients_apart: bool = True
    """`false` where a proxy or a published container port gives all clients of this machine one address."""


class StartTable(StrictModel):
    """A target that each run starts by itself, with a command that speaks docs/control-protocol.md."""

    command: Annotated[tuple[str, ...], AfterValidator(_is_command_line)]
    """The command and its arguments; `{python}` is the interpreter of the run."""
    ready_within_seconds: PositiveNumber = 120.0
    """The longest time that a start may take."""
    settings: dict[str, FilledText] = {}
    """The environment variable of each setting that checks change (names: docs/requirements.md)."""
    roomy: dict[str, str] = {}
    """Environment variables of the start whose limits are out of the way."""


class ClaimsTable(StrictModel):
    """The chapters that the target wants to be judged by, and the capabilities that it grants."""

    chapters: frozenset[str] = frozenset()
    """Chapters of the requirements, or `["all"]`."""
    capabilities: frozenset[
        Annotated[str, AfterValidator(_is_capability), WithJsonSchema({"type": "string", "enum": list(CAPABILITIES)})]
    ] = frozenset()
    """The capabilities beyond plain HTTP that it grants; `auto:docker` and `auto:browser` where there is one."""


class EffectsTable(StrictModel):
    """The things that checks may do to the target."""

    allowed: frozenset[Effect] = frozenset()
    """The effects that are welcome."""


class LoadPermission(StrictModel):
    """Hosts that load may go to, beside the loopback addresses of this machine."""

    hosts: tuple[Annotated[str, AfterValidator(_is_host)], ...] = ()
    """Exact host names or IP addresses whose owner welcomes load. Takes the effect `loads`."""


if TYPE_CHECKING:
    # A type checker knows no model that is made of a list.
    WindowsTable = StrictModel
else:
    WindowsTable = create_model(
        "WindowsTable",
        __base__=StrictModel,
        __doc__="Windows on a target that runs already, each a table of its own. A started target announces them.",
        **{window.name: (options_in_profile(window.options) | None, None) for window in REGISTRY},
    )


class Profile(StrictModel):
    """A target as its owner describes it."""

    schema_version: Literal[2]
    """Version of this format."""
    name: FilledText
    """Name of the target, for people."""
    timeout_seconds: PositiveNumber = 10.0
    """The longest time that a single answer may take."""
    address: AddressTable | None = None
    start: StartTable | None = None
    adapter: AdapterTable = AdapterTable()
    statuses: tuple[StatusTable, ...] = ()
    """Answers whose status means something else here than RFC 9110 has it; the first that fits counts."""
    accounts: AccountsTable = AccountsTable()
    claimed: ClaimsTable = Field(default=ClaimsTable(), alias="claims")
    allowed: EffectsTable = Field(default=EffectsTable(), alias="effects")
    windows: WindowsTable = WindowsTable()
    services: ServicesTable = ServicesTable()
    processes: ProcessesTable = ProcessesTable()
    commands: dict[FilledText, Command] = {}
    """Commands of a target that runs already, under the names that checks call them by (`routes`, `check`, …)."""
    policies: dict[str, Any] = {}
    """The choices that the specification leaves to the target (docs/requirements.md). The report prints them."""
    load: LoadPermission = LoadPermission()
    _path: Path = PrivateAttr(default=Path("profile.toml"))

    @model_validator(mode="after")
    def _is_either_reached_or_started(self) -> Self:
        if (self.address is None) == (self.start is None):
            raise ValueError("exactly one of [address] and [start] has to be there")
        if self.load.hosts and Effect.LOADS not in self.effects:
            raise ValueError("[load] hosts takes the effect 'loads', and [effects] allowed does not name it")
        return self

    def from_file(self, path: Path) -> Self:
        """Remember the file that the profile was read from."""
        self._path = path
        return self

    @property
    def path(self) -> Path:
        """The file that the profile was read from."""
        return self._path

    @property
    def capabilities(self) -> frozenset[str]:
        """The claimed capabilities, as they stand in the file."""
        return self.claimed.capabilities

    @property
    def chapters(self) -> frozenset[str]:
        """The claimed chapters, as they stand in the file."""
        return self.claimed.chapters

    @property
    def effects(self) -> frozenset[Effect]:
        """The effects that checks may have."""
        return self.allowed.allowed

    def claims(self, chapter: str) -> bool:
        """Tell if the target wants to be judged by this chapter."""
        return CHAPTERS_ALL in self.chapters or chapter in self.chapters

    def grants(self, need: Need) -> Grant:
        """Tell if the target grants a need: yes, no, or only on a machine that has more than this one."""
        if need in self.capabilities:
            return Grant(GrantState.GRANTED, f"the target grants {need}")
        window = BY_NEED.get(need)
        if window is None or window.absent is None or f"{AUTOMATIC}{need}" not in self.capabilities:
            return Grant(GrantState.SHUT, f"the target does not grant {need}")
        reason = window.absent(getattr(self.windows, window.name) or window.options())
        return Grant(GrantState.ABSENT, reason) if reason else Grant(GrantState.GRANTED, f"this machine has {need}")

    def policy_texts(self, name: str) -> tuple[str, ...]:
        """Return a policy that is a list of texts (the reader has seen to that); none where it is not declared."""
        declared = self.policies.get(name, ())
        return tuple(map(str, declared)) if isinstance(declared, list | tuple) else ()

    def policy_number(self, name: str, default: float) -> float:
        """Return a policy that is a number (the reader has seen to that), or the default where it is not declared."""
        return float(str(self.policies.get(name, default)))
