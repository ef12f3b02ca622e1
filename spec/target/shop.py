"""The running target as checks see it: visitors, staff, goods to sell, the windows and powers that it grants."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from spec.target.adapter_context import NotOffered
from spec.target.circumstances import SHIPPED, Circumstances, Identity
from spec.target.client import Client, Endpoint
from spec.target.control.commands import Commands
from spec.target.control.processes import Processes
from spec.target.control.services import Services
from spec.target.exchange import Request
from spec.target.observations import CommandOutput, StartAttempt
from spec.target.profile.profile_model import Profile
from spec.target.recording import Recorder
from spec.target.source_addresses import SharedAddress, SourceAddresses
from spec.target.values import Account, Category, Product
from spec.target.verbs import ShopVerbs
from spec.target.visitor import Visitor
from spec.target.windows import WindowUnusable
from spec.target.windows.registry import Windows
from spec.target.windows.staff_window import Credentials
from spec.target.windows.window import WindowContext

STAFF_TOKEN_SECONDS: Final = 300
"""After so many seconds staff sign in again: well inside any sensible access lifetime."""


class Starter(Protocol):
    """Starts the same target with other settings, named as the profile's [start.settings] names them."""

    def started(self, *, roomy: bool = False, **settings: str) -> AbstractContextManager[Shop]:
        """Start one for the length of a block."""

    def failing(self, *, roomy: bool = False, **settings: str) -> AbstractContextManager[tuple[Shop, Request]]:
        """Start one for the length of a block, and break it so that a request fails."""

    def refuses_to_start(self, **settings: str | None) -> StartAttempt:
        """Try to start one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """Everything that came with the target besides its address; None where it did not."""

    windows: Windows | None = None
    services: Services | None = None
    processes: Processes | None = None
    commands: Commands | None = None
    starter: Starter | None = None
    customers: tuple[Credentials, ...] = ()
    identity: Mapping[str, str] = field(default_factory=dict)
    circumstances: Circumstances = SHIPPED


class Shop:
    """One running target. Thread-safe; close it when the run is over."""

    def __init__(
        self,
        profile: Profile,
        endpoint: Endpoint,
        verbs: ShopVerbs,
        grants: Grants,
        *,
        addresses: SourceAddresses | SharedAddress,
        recorder: Recorder,
        name_prefix: str = "",
    ) -> None:
        self.profile = profile
        self.endpoint = endpoint
        self.verbs = verbs
        self.windows = grants.windows or Windows(WindowContext(recorder, endpoint), {})
        self.identity = grants.identity
        self.recorder = recorder
        self._grants = grants
        self._start = replace(grants.circumstances, scheme=urlsplit(endpoint.base_url).scheme)
        self._addresses = addresses
        self._prefix = name_prefix or secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._clients = ExitStack()
        self._staff: tuple[Visitor, float] | None = None
        self._category: Category | None = None
        self._lent = 0
        self._next_brought = 0
        self._lock = threading.RLock()

    @property
    def ca_certificate(self) -> Path | None:
        """The authority that signed the target's certificate."""
        return self.endpoint.ca_certificate

    def visitor(self) -> Visitor:
        """Return a stranger with connections and, where that can be had, an address of their own."""
        client = self.client(self._addresses.take())
        with self._lock:
            self._clients.enter_context(client)
        return Visitor(client, self.verbs)

    def circumstances(self) -> Circumstances:
        """The state of the target at this moment, as far as this side has brought it about."""
        services = self._grants.services
        if services is None or not (services.troubled or services.recovering):
            return self._start
        return replace(self._start, troubled=services.troubled, recovering=services.recovering)

    def client(self, source_address: str | None, *, timeout_seconds: float | None = None) -> Client:
        """Return a client whose exchanges are recorded with the state of this target; the caller closes it."""
        endpoint = self.endpoint if timeout_seconds is None else replace(self.endpoint, timeout_seconds=timeout_seconds)
        return Client(endpoint, self.recorder, source_address, circumstances=self.circumstances)

    @property
    def tells_clients_apart(self) -> bool:
        """Tell if each visitor comes from an address of its own; else all of them share one anonymous budget."""
        return isinstance(self._addresses, SourceAddresses)

    def require_clients_apart(self) -> None:
        """Raise WindowUnusable where visitors share an address: no budget of one client can be counted."""
        if isinstance(self._addresses, SharedAddress):
            raise WindowUnusable(f"clients cannot be told apart: {self._addresses.reason}")

    @property
    def grants_staff(self) -> bool:
        """Tell if there is a staff account to sign in with."""
        return "staff" in self.windows

    @property
    def services(self) -> Services:
        """Power over the target's services. Raises WindowUnusable where there is none."""
        if self._grants.services is None:
            raise WindowUnusable("the target grants services, but its profile's [services] gives no commands")
        return self._grants.services

    @property
    def processes(self) -> Processes:
        """Power over the target's processes. Raises WindowUnusable where there is none."""
        if self._grants.processes is None:
            raise WindowUnusable("the target grants process, but its profile's [processes] gives no commands")
        return self._grants.processes

    def command(self, name: str, *arguments: str) -> CommandOutput:
        """Run a command that the target offers, to its end. Raises WindowUnusable where it is not offered."""
        if self._grants.commands is None:
            raise WindowUnusable("the target grants commands, but has named none")
        return self._grants.commands.output(name, *arguments)

    def setting_variable(self, setting: str) -> str:
        """Return the target's environment variable of a setting. Raises WindowUnusable where the profile names none."""
        known = self.profile.start.settings if self.profile.start else {}
        if setting not in known:
            raise WindowUnusable(f"the profile's [start.settings] names no variable for {setting!r}")
        return known[setting]

    def started(self, *, roomy: bool = False, **settings: str) -> AbstractContextManager[Shop]:
        """Start the same code with other settings for the length of a block: `shop.started(burst_limit="9/minute")`.

        `roomy` takes its limits out of the way first. Raises WindowUnusable where the run cannot start the target.
        """
        return self._starter.started(roomy=roomy, **settings)

    def refuses_to_start(self, **settings: str | None) -> StartAttempt:
        """Try to start the same code with settings that it should refuse; None stands for one that is missing.

        A target that comes up is ended at once.
        """
        return self._starter.refuses_to_start(**settings)

    def failing(self, *, roomy: bool = False, **settings: str) -> AbstractContextManager[tuple[Shop, Request]]:
        """Start one of its own in which something is broken: a block with that shop and a request that fails unhandled.

        The target's command `provoke` breaks it from outside. Raises WindowUnusable where there is none.
        """
        return self._starter.failing(roomy=roomy, **settings)

    @property
    def _starter(self) -> Starter:
        if self._grants.starter is None:
            raise WindowUnusable("only a target that the run starts by itself can be started with other settings")
        return self._grants.starter

    def new_credentials(self) -> Credentials:
        """Make up an e-mail address that is not taken and a password that is neither short nor common."""
        credentials = Credentials(f"{self.unique_name('customer')}@shopper.example", f"Pw-{secrets.token_urlsafe(12)}")
        self.recorder.add_secret(credentials.password)
        return credentials

    def customer(self) -> Visitor:
        """Return a customer who has just registered and signed in, from an address of their own.

        Where the target opens no accounts it is the next of those that the profile brings.
        """
        visitor = self.visitor()
        if not self.verbs.offers("register"):
            return self._brought_customer(visitor)
        credentials = self.new_credentials()
        account = visitor.must(self.verbs.register(credentials.email, credentials.password))
        return self._signed_in(visitor, credentials, account)

    def _brought_customer(self, visitor: Visitor) -> Visitor:
        """Sign in as the next of the customers that the profile brings, and empty what was left in the cart."""
        credentials = self._lend()
        self.recorder.add_secret(credentials.password)
        signed = self._signed_in(visitor, credentials, None)
        signed.account = signed.must(self.verbs.whoami()) if self.verbs.offers("whoami") else None
        if self.verbs.offers("empty_cart"):
            signed.must(self.verbs.empty_cart())
        elif self.verbs.offers("view_cart") and self.verbs.offers("remove_line"):
            for line in signed.must(self.verbs.view_cart()).lines:
                signed.must(self.verbs.remove_line(line.id))
        return signed

    def _lend(self) -> Credentials:
        """Lend an account of the profile's to the present check, none of them twice. Raises WindowUnusable."""
        brought = self._grants.customers
        if not brought:
            raise NotOffered("register")
        with self._lock:
            if self._lent == len(brought):
                raise WindowUnusable(f"the check needs more customers than the {len(brought)} that [accounts] brings")
            self._lent += 1
            self._next_brought += 1
            return brought[(self._next_brought - 1) % len(brought)]

    @property
    def customers_left(self) -> int | None:
        """The number of customers that the present check can still have; None where there is no end to them."""
        return None if self.verbs.offers("register") else len(self._grants.customers) - self._lent

    def begin_check(self) -> None:
        """Take back the accounts that were lent to the last check."""
        with self._lock:
            self._lent = 0

    def again(self, customer: Visitor) -> Visitor:
        """Return the same customer with a session and an address of their own: as from another device."""
        return self._signed_in(self.visitor(), Credentials(customer.email, customer.password), customer.account)

    def staff_again(self) -> Visitor:
        """Return staff with a session and an address of their own. Raises WindowUnusable as `staff`."""
        given, visitor = self.windows.staff, self.visitor()
        session = visitor.must(self.verbs.sign_in_staff(given.email, given.password))
        signed = visitor.with_session(session.known_as(Identity.STAFF))
        signed.email, signed.password = given.email, given.password
        return signed

    def _signed_in(self, visitor: Visitor, credentials: Credentials, account: Account | None) -> Visitor:
        session = visitor.must(self.verbs.sign_in(credentials.email, credentials.password))
        signed = visitor.with_session(session.known_as(Identity.CUSTOMER))
        signed.account, signed.email, signed.password = account, credentials.email, credentials.password
        return signed

    @property
    def staff(self) -> Visitor:
        """A signed-in member of staff. Raises WindowUnusable where the target has named no such account."""
        with self._lock:
            now = time.monotonic()
            if self._staff is None or now - self._staff[1] > STAFF_TOKEN_SECONDS:
                self._staff = (self.staff_again(), now)
            return self._staff[0]

    def unique_name(self, kind: str) -> str:
        """Make up a name that this run has not used before."""
        return f"{kind}-{self._prefix}-{next(self._numbers)}"

    def category(self) -> Category:
        """Return a category for goods: one that staff made for this run, or the first where staff make none."""
        with self._lock:
            if self._category is None and self.verbs.offers("create_category"):
                self._category = self.staff.must(self.verbs.create_category(name=self.unique_name("category")))
            elif self._category is None:
                listed = self.staff.must(self.verbs.list_categories())
                if not listed:
                    raise NotOffered("create_category")
                self._category = listed[0]
            return self._category

    def new_product(self, *, stock: int, price: Decimal = Decimal("12.50"), name: str | None = None) -> Product:
        """Return a product that staff have just offered, for this check alone."""
        category = self.category()
        named = name or self.unique_name("product")
        return self.staff.must(self.verbs.create_product(name=named, price=price, stock=stock, category_id=category.id))

    def close(self) -> None:
        """Close all connections and windows."""
        self._clients.close()
        self.windows.close()
