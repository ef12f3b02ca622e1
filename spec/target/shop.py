"""The running target as checks see it: visitors, staff, goods to sell, and the windows that it grants."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from spec.target.client import Client, Endpoint
from spec.target.control.services import Control
from spec.target.profile.profile_model import Profile
from spec.target.recording import Recorder
from spec.target.source_addresses import SourceAddresses, is_loopback
from spec.target.values import Category, Product
from spec.target.verbs import ShopVerbs
from spec.target.visitor import Visitor
from spec.target.windows import WindowUnusable
from spec.target.windows.cache_window import CacheWindow
from spec.target.windows.database_window import DatabaseWindow
from spec.target.windows.log_window import LogWindow

STAFF_TOKEN_SECONDS: Final = 300
"""After so many seconds staff sign in again: well inside any sensible access lifetime."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs in."""

    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Windows:
    """What the target lets us look into; None where it does not."""

    database: DatabaseWindow | None = None
    cache: CacheWindow | None = None
    logs: LogWindow | None = None


@dataclass(frozen=True, slots=True)
class Grants:
    """What came with the target besides its address."""

    staff: Credentials | None = None
    windows: Windows = field(default_factory=Windows)
    control: Control | None = None
    identity: dict[str, str] = field(default_factory=dict)


class Shop:
    """One running target. Thread-safe; close it when the run is over."""

    def __init__(
        self,
        profile: Profile,
        endpoint: Endpoint,
        verbs: ShopVerbs,
        grants: Grants,
        *,
        addresses: SourceAddresses,
        recorder: Recorder,
        name_prefix: str = "",
    ) -> None:
        self.profile = profile
        self.endpoint = endpoint
        self.verbs = verbs
        self.windows = grants.windows
        self._control = grants.control
        self.identity = grants.identity
        self.recorder = recorder
        self._staff_credentials = grants.staff
        self._addresses = addresses if is_loopback(endpoint.base_url) else None
        self._prefix = name_prefix or secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._clients = ExitStack()
        self._staff: tuple[Visitor, float] | None = None
        self._category: Category | None = None
        self._lock = threading.RLock()
        if grants.staff:
            recorder.add_secret(grants.staff.password)

    @property
    def ca_certificate(self) -> Path | None:
        """The authority that signed the target's certificate."""
        return self.endpoint.ca_certificate

    def visitor(self) -> Visitor:
        """A stranger with an address and connections of their own."""
        address = self._addresses.take() if self._addresses else None
        client = Client(self.endpoint, self.recorder, address)
        with self._lock:
            self._clients.enter_context(client)
        return Visitor(client)

    @property
    def tells_clients_apart(self) -> bool:
        """Whether each visitor comes from an address of its own; else all of them share one anonymous budget."""
        return self._addresses is not None

    @property
    def grants_staff(self) -> bool:
        """Whether there is a staff account to sign in with."""
        return self._staff_credentials is not None

    @property
    def database(self) -> DatabaseWindow:
        """The window on the database. Raises WindowUnusable where the target has announced none."""
        if self.windows.database is None:
            raise WindowUnusable("the target grants db, but has named no database_url")
        return self.windows.database

    @property
    def event_log(self) -> LogWindow:
        """The window on the application's log. Raises WindowUnusable where the target has announced none."""
        if self.windows.logs is None:
            raise WindowUnusable("the target grants logs, but has named no log of its application")
        return self.windows.logs

    @property
    def control(self) -> Control:
        """Power over the target's services. Raises WindowUnusable where there is none."""
        if self._control is None:
            raise WindowUnusable("the target grants services, but nothing says how they are stopped and started")
        return self._control

    def new_credentials(self) -> Credentials:
        """An e-mail address that nobody has used and a password that is neither short nor common."""
        credentials = Credentials(f"{self.unique_name('customer')}@shopper.example", f"Pw-{secrets.token_urlsafe(12)}")
        self.recorder.add_secret(credentials.password)
        return credentials

    def customer(self) -> Visitor:
        """A customer who has just registered and signed in, from an address of their own."""
        visitor, credentials = self.visitor(), self.new_credentials()
        account = visitor.must(self.verbs.register(credentials.email, credentials.password))
        tokens = visitor.must(self.verbs.sign_in(credentials.email, credentials.password))
        signed = Visitor(visitor.client, account=account).with_tokens(tokens)
        signed.email, signed.password = credentials.email, credentials.password
        return signed

    @property
    def staff(self) -> Visitor:
        """A signed-in member of staff. Raises WindowUnusable where the target has announced no such account."""
        if self._staff_credentials is None:
            raise WindowUnusable("the target grants admin, but has named no staff account")
        with self._lock:
            now = time.monotonic()
            if self._staff is None or now - self._staff[1] > STAFF_TOKEN_SECONDS:
                visitor = self.visitor()
                given = self._staff_credentials
                tokens = visitor.must(self.verbs.sign_in(given.email, given.password))
                self._staff = (visitor.with_tokens(tokens), now)
            return self._staff[0]

    def unique_name(self, kind: str) -> str:
        """A name that this run has not used before."""
        return f"{kind}-{self._prefix}-{next(self._numbers)}"

    def new_product(self, *, stock: int, price: Decimal = Decimal("12.50"), name: str | None = None) -> Product:
        """A product that staff have just offered, for this check alone."""
        with self._lock:
            if self._category is None:
                self._category = self.staff.must(self.verbs.create_category(name=self.unique_name("category")))
            category = self._category
        named = name or self.unique_name("product")
        return self.staff.must(self.verbs.create_product(name=named, price=price, stock=stock, category_id=category.id))

    def close(self) -> None:
        """Close all connections."""
        self._clients.close()
        if self.windows.database is not None:
            self.windows.database.close()
