"""The plan of a load: what is sent where, how long, and what it is judged by.

A plan is a JSON object; `LoadPlan` lists its members with meaning and unit, and `docs/schemas/load-plan.schema.json` is
made from it. It is read strictly: an unknown or missing member, or a host that may not be loaded, is an error of one
sentence.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from reports.strict_model import InvalidContent, StrictModel, validate
from spec.target.profile.adapter_table import AccountsTable, AdapterTable, FromVariable, StatusTable
from spec.target.source_addresses import is_loopback

JourneyName = Literal["browse", "search", "sign_in", "order"]
JOURNEYS: Final[tuple[JourneyName, ...]] = get_args(JourneyName)
SIGNED_IN: Final[frozenset[JourneyName]] = frozenset({"sign_in", "order"})
"""The journeys that take an account."""

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]

_LABEL: Final = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST_NAME: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*", re.IGNORECASE)
_SOURCE_PREFIX: Final = re.compile(r"127\.(25[0-5]|2[0-4]\d|1?\d?\d)")


def host_of(base_url: str) -> str:
    """Return the host of a URL, without the brackets of an IPv6 address."""
    return urlsplit(base_url).hostname or ""


def may_be_loaded(base_url: str, hosts: Iterable[str]) -> bool:
    """Tell whether load may go to a URL: to this machine, or to a host that is named exactly."""
    return is_loopback(base_url) or _canonical(host_of(base_url)) in map(_canonical, hosts)


def _canonical(host: str) -> str:
    """Write a name in small letters, an address in its shortest form."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host.casefold()


def _base_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"has to be a URL such as https://127.0.0.1:8443, it is {url!r}") from error
    more = parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not host or more:
        raise ValueError(f"has to be of the form https://127.0.0.1:8443 or https://127.0.0.1:8443/shop, it is {url!r}")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{'' if port is None else f':{port}'}{parts.path.rstrip('/')}"


def _host(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError as error:
        if _HOST_NAME.fullmatch(host):
            return host.casefold()
        shown = f"has to be a host name or an IP address, without scheme and port, it is {host!r}"
        raise ValueError(shown) from error


def _rising(looks: tuple[float, ...]) -> tuple[float, ...]:
    if any(later <= earlier for earlier, later in pairwise(looks)):
        raise ValueError(f"has to rise from one look to the next, it is {list(looks)}")
    return looks


def _source_prefix(prefix: str) -> str:
    if not _SOURCE_PREFIX.fullmatch(prefix):
        raise ValueError(f'has to be a prefix such as "127.77", it is {prefix!r}')
    return prefix


class Limits(StrictModel):
    """Limits that the figures are compared with at each look. The rates are shares of 1."""

    p95_milliseconds: Positive
    """The 95th percentile of latency has to lie below it, overall and for each operation."""
    error_rate: Annotated[float, Field(gt=0, le=1)]
    """The share of requests that fail has to lie below it."""
    cache_hit_rate: Annotated[float, Field(ge=0, le=1)]
    """The share of cacheable reads that hit has to lie above it."""


class JourneyMix(StrictModel):
    """Weights of the journeys; their sum is above 0."""

    browse: NotNegative = 0.0
    """Look at a product list, the categories and a product."""
    search: NotNegative = 0.0
    """Search for a word."""
    sign_in: NotNegative = 0.0
    """Sign in and look into the cart."""
    order: NotNegative = 0.0
    """Sign in, fill the cart and place an order."""

    @model_validator(mode="after")
    def _weigh_something(self) -> Self:
        if not self.weights:
            raise ValueError(f"has to give a weight above 0 to at least one of {', '.join(JOURNEYS)}")
        return self

    @property
    def weights(self) -> Mapping[JourneyName, float]:
        """The journeys that occur, with their weights."""
        weights: dict[JourneyName, float] = {journey: getattr(self, journey) for journey in JOURNEYS}
        return MappingProxyType({journey: weight for journey, weight in weights.items() if weight})


class LoadPlan(StrictModel):
    """One load on one target."""

    base_url: Annotated[str, AfterValidator(_base_url)]
    """Scheme, host, port, and the path that all paths begin with. The host is a loopback address, localhost, or one of
    `hosts`."""
    hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    """Other hosts that their owner allows to be loaded: host names or IP addresses, matched exactly."""
    ca_certificate: Annotated[str, Field(min_length=1)] | None
    """Path of the certificate that a TLS target's own is verified against; null for the machine's trust store."""
    adapter: AdapterTable
    """The module that speaks to the target, as in a profile; the value of each header is named by its variable."""
    statuses: tuple[StatusTable, ...] = ()
    """Answers whose status means something else here, as in a profile."""
    accounts: AccountsTable = AccountsTable()
    """Accounts that are there already, as in a profile; with customers among them none are registered."""
    arrivals_per_second: Positive
    """Shoppers (journeys) that begin in a second on average; the arrivals are Poisson and wait for nothing."""
    warm_up_seconds: NotNegative
    """Seconds of the same load before the measuring begins; requests due in them are recorded, not judged."""
    looks: Annotated[tuple[Positive, ...], Field(min_length=1), AfterValidator(_rising)]
    """Measuring seconds after which the run may stop, rising. The last is the longest that it measures."""
    alpha: Annotated[float, Field(gt=0, le=0.5)]
    """Probability of a wrong decision for one figure, spent over the looks in equal parts (Bonferroni)."""
    mix: JourneyMix
    think_seconds: NotNegative = 1.0
    """Mean pause of a shopper between an answer and the next step; drawn between half and one and a half of it."""
    seed: Annotated[int, Field(ge=0)]
    """Decides arrivals, journeys, pauses and choices: the same seed, the same schedule."""
    customers: Annotated[int, Field(ge=0)]
    """Accounts that are registered beforehand, for the journeys that sign in; more where the load needs more."""
    source_addresses: Annotated[str, AfterValidator(_source_prefix)] | None
    """First two numbers (127.x) of the loopback addresses of which each shopper draws a fresh one; null binds none."""
    limits: Limits
    timeout_seconds: Positive
    """A request without a complete answer after so long has failed."""
    drain_seconds: NotNegative
    """Wait for answers so long after the end of the schedule; requests without one by then have failed."""
    max_lag_milliseconds: Positive
    """The generator's own lateness (99th percentile) above which the run says nothing about the target."""
    mark_examined: bool = False
    """Mark each shopper's request as one under examination, for an intermediary of the harness."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        host = host_of(self.base_url)
        if not may_be_loaded(self.base_url, self.hosts):
            raise ValueError(
                f"base_url leads to {host}, which is neither this machine nor named in hosts; "
                f'where its owner allows the load, write "hosts": ["{host}"]'
            )
        literal = [name for name, value in self.adapter.headers.items() if not isinstance(value, FromVariable)]
        if literal:
            raise ValueError(
                f"[adapter.headers] {literal[0]} has to name the environment variable that holds its value, as "
                '{"variable": "NAME"}: a plan is written down'
            )
        if not (self.customers or self.accounts.customers) and SIGNED_IN & set(self.mix.weights):
            raise ValueError("customers has to be above 0 for a mix in which customers sign in")
        if self.source_addresses is not None and (":" in host or not is_loopback(self.base_url)):
            raise ValueError(
                f"source_addresses are IPv4 addresses of this machine, from which {host} cannot be reached; give null"
            )
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of the plan in canonical JSON."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    @property
    def alpha_of_a_look(self) -> float:
        """The part of alpha that each look may spend."""
        return self.alpha / len(self.looks)

    def as_json(self) -> dict[str, object]:
        """Return the plan as it stands in a file."""
        return self.model_dump(mode="json")


def read_plan(path: Path) -> LoadPlan:
    """Read the plan in a file. Raises InvalidContent with one sentence when it cannot be used."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidContent(f"{path}: the plan cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise InvalidContent(f"{path}: the plan is no JSON ({error})") from error
    return validate(LoadPlan, content, str(path))
