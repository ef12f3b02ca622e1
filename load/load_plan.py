"""The plan of a load: what is sent where, how long, and what it is judged by.

A plan is a JSON object; `Plan` lists its members with meaning and unit. It is read strictly: an unknown or missing
member, or a host that is not this machine, is an error of one sentence.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

from load.strict import InputError, Members

JourneyName = Literal["browse", "search", "sign_in", "order"]
JOURNEYS: Final[tuple[JourneyName, ...]] = get_args(JourneyName)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the figures are compared with at each look. The rates are shares of 1."""

    p95_milliseconds: float
    error_rate: float
    cache_hit_rate: float


@dataclass(frozen=True, slots=True)
class Plan:
    """One load on one target."""

    base_url: str
    """Scheme, host and port; the host is a loopback address or localhost, and nothing else is accepted."""
    ca_certificate: str | None
    """Path of the certificate that a TLS target's own is verified against; null for the machine's trust store."""
    adapter_module: str
    """Module that spells the shop's verbs, as in a target's profile."""
    adapter_paths: Mapping[str, str]
    arrivals_per_second: float
    """Shoppers (journeys) that begin in a second on average; the arrivals are Poisson and wait for nothing."""
    warm_up_seconds: float
    """Seconds of the same load before the measuring begins; what was meant to start in them is recorded, not judged."""
    looks: tuple[float, ...]
    """Measuring seconds after which the run may stop, rising. The last is the longest that it measures."""
    alpha: float
    """Probability of a wrong decision for one figure, spent over the looks in equal parts (Bonferroni)."""
    mix: Mapping[JourneyName, float]
    """Weights of the journeys."""
    think_seconds: float
    """Mean pause of a shopper between an answer and the next step; drawn between half and one and a half of it."""
    seed: int
    """Decides arrivals, journeys, pauses and choices: the same seed, the same schedule."""
    customers: int
    """Accounts that are registered beforehand, for the journeys that sign in."""
    source_addresses: str | None
    """First two numbers (127.x) of the addresses of which each shopper draws a fresh one; null binds none."""
    limits: Limits
    timeout_seconds: float
    """After so long without a complete answer a request has failed."""
    drain_seconds: float
    """After the end of the schedule answers are waited for so long; what is missing then has failed."""
    max_lag_milliseconds: float
    """The generator's own lateness (99th percentile) above which the run says nothing about the target."""
    mark_examined: bool = False
    """Whether each shopper's request is marked as one under examination, for an intermediary of our own."""

    @property
    def digest(self) -> str:
        """SHA-256 of the plan in canonical JSON."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    @property
    def alpha_of_a_look(self) -> float:
        """The part of alpha that each look may spend."""
        return self.alpha / len(self.looks)

    def as_json(self) -> dict[str, object]:
        """The plan as it stands in a file."""
        content: dict[str, object] = {
            name: getattr(self, name) for name in self.__slots__ if not name.startswith("adapter_")
        }
        content["adapter"] = {"module": self.adapter_module, "paths": dict(self.adapter_paths)}
        content |= {"mix": dict(self.mix), "looks": list(self.looks), "limits": asdict(self.limits)}
        return content


def read_plan(path: Path) -> Plan:
    """The plan in a file. Raises InputError with one sentence when it cannot be used."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"The plan {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise InputError(f"The plan {path} is no JSON: {error}.") from error
    return parse_plan(content, f"plan {path.name}")


def parse_plan(content: object, place: str = "plan") -> Plan:
    """The plan in parsed JSON. Raises InputError with one sentence when it cannot be used."""
    given = Members(content, place)
    adapter = given.members("adapter")
    limits = given.members("limits")
    plan = Plan(
        base_url=_base_url(given),
        ca_certificate=given.optional_text("ca_certificate"),
        adapter_module=adapter.text("module"),
        adapter_paths=_paths(adapter),
        arrivals_per_second=given.number("arrivals_per_second", above=0),
        warm_up_seconds=given.number("warm_up_seconds", least=0),
        looks=_looks(given),
        alpha=given.number("alpha", above=0, most=0.5),
        mix=_mix(given),
        think_seconds=given.number("think_seconds", least=0) if given.has("think_seconds") else 1.0,
        seed=given.whole("seed", least=0),
        customers=given.whole("customers", least=0),
        source_addresses=_source_addresses(given),
        limits=Limits(
            p95_milliseconds=limits.number("p95_milliseconds", above=0),
            error_rate=limits.number("error_rate", above=0, most=1),
            cache_hit_rate=limits.number("cache_hit_rate", least=0, most=1),
        ),
        timeout_seconds=given.number("timeout_seconds", above=0),
        drain_seconds=given.number("drain_seconds", least=0),
        max_lag_milliseconds=given.number("max_lag_milliseconds", above=0),
        mark_examined=given.truth("mark_examined") if given.has("mark_examined") else False,
    )
    for members in (given, adapter, limits):
        members.finish()
    if not plan.customers and any(plan.mix.get(journey, 0) for journey in ("sign_in", "order")):
        given.refuse("customers", "0 are too few for a mix in which customers sign in")
    if plan.source_addresses is not None and "[" in plan.base_url:
        given.refuse("source_addresses", "they are IPv4, and the target's address is IPv6; give null")
    return plan


def _base_url(given: Members) -> str:
    url = given.text("base_url")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        given.refuse("base_url", f"{url!r} is no URL")
    more = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not host or more:
        given.refuse("base_url", f"{url!r} is not of the form https://127.0.0.1:8443")
    if not _is_loopback(host):
        given.refuse("base_url", f"{host} is not this machine, and load is sent to loopback addresses only")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" if port is None else f"{parts.scheme}://{shown}:{port}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _paths(adapter: Members) -> Mapping[str, str]:
    paths: dict[str, str] = {}
    for name, path in adapter.members("paths").entries().items():
        if not isinstance(path, str):
            adapter.refuse("paths", f"{name!r} must be a text, not {path!r}")
        paths[name] = path
    return MappingProxyType(paths)


def _looks(given: Members) -> tuple[float, ...]:
    value = given.take("looks")
    numbers = value if isinstance(value, list) else []
    if not numbers or any(isinstance(look, bool) or not isinstance(look, int | float) or look <= 0 for look in numbers):
        given.refuse("looks", f"{value!r} is no list of seconds, such as [60, 90, 120]")
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        given.refuse("looks", f"{value!r} must rise from one look to the next")
    return tuple(float(look) for look in numbers)


def _mix(given: Members) -> Mapping[JourneyName, float]:
    weights = given.members("mix")
    mix = {journey: weights.number(journey, least=0) for journey in JOURNEYS if weights.has(journey)}
    weights.finish()
    if not sum(mix.values()):
        given.refuse("mix", f"at least one of {', '.join(JOURNEYS)} must have a weight above 0")
    return MappingProxyType(mix)


def _source_addresses(given: Members) -> str | None:
    prefix = given.optional_text("source_addresses")
    if prefix is not None and not re.fullmatch(r"127\.(25[0-5]|2[0-4]\d|1?\d?\d)", prefix):
        given.refuse("source_addresses", f'{prefix!r} is no prefix such as "127.77"')
    return prefix
