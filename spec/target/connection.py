"""From a profile to a running shop: start it where the profile says so, open what it grants, reach it once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import starmap

from spec.target.adapters import AdapterError, load_adapter
from spec.target.circumstances import Circumstances
from spec.target.client import Client, Endpoint
from spec.target.control.commands import Commands, profile_runner
from spec.target.control.processes import Processes, ProfileProcessControl
from spec.target.control.services import RECOVERY_SECONDS, ProfileServiceControl, Services
from spec.target.control.starts import StartedTarget, Starts
from spec.target.control.supervised import StartFailed
from spec.target.exchange import MARK_VARIABLE, Request
from spec.target.observations import StartAttempt
from spec.target.profile.adapter_table import VariableMissing, fill_in, read_customers
from spec.target.profile.profile_model import AddressTable, Profile, ProfileError
from spec.target.recording import Recorder
from spec.target.shop import Grants, Shop
from spec.target.source_addresses import SharedAddress, SourceAddresses, find_addresses
from spec.target.steps import walk
from spec.target.verbs import ShopVerbs
from spec.target.window_opening import Sinks, profile_options, sinks_of_start, windows_of_address, windows_of_start
from spec.target.windows import WindowUnusable
from spec.target.windows.staff_window import Credentials
from spec.target.windows.window import WindowContext


class TargetUnreachable(Exception):
    """Nothing answers where the profile says that the target is."""


class VariantNotStarted(WindowUnusable):
    """A start with other settings did not come up; the shop itself may be whole, so one check alone is blocked."""

    def __init__(self, environment: Mapping[str, str], cause: Exception) -> None:
        settings = " ".join(f"{name}={value}" for name, value in environment.items())
        super().__init__(f"the target did not start {f'with {settings}' if settings else 'once more'}: {cause}")


class Connection:
    """Opens shops of one profile, and closes all that it opened."""

    def __init__(
        self, profile: Profile, *, addresses: SourceAddresses, recorder: Recorder, progress: Callable[[str], None]
    ) -> None:
        self._profile = profile
        self._addresses = addresses
        self._found: SourceAddresses | SharedAddress | None = None
        self._recorder = recorder
        self._shops: list[Shop] = []
        self._starts = Starts(profile.start, progress) if profile.start else None
        try:
            self._adapter = fill_in(profile.adapter, profile.statuses, os.environ)
            self._customers = tuple(starmap(Credentials, read_customers(profile.accounts, os.environ)))
            self.adapter = type(load_adapter(self._adapter.module, self._adapter.context))
        except (AdapterError, VariableMissing) as error:
            raise ProfileError(f"{profile.path}: {error}") from error
        recorder.add_secret(*self._adapter.secrets)
        self._options = profile_options(profile, os.environ)

    def open(self, *, roomy: bool = False) -> Shop:
        """Return a shop that answers, until the connection closes: freshly started, or the one that runs.

        Raises TargetUnreachable.
        """
        if self._profile.address is not None:
            shop = self._attach(self._profile.address)
        else:
            starts = self._startable()
            with sinks_of_start(self._profile, self._blind) as sinks:
                try:
                    start = starts.launch({**starts.environment(roomy, {}), **sinks.settings})
                except StartFailed as error:
                    raise TargetUnreachable(str(error)) from error
                shop = self._shop_of_start(start, sinks, Circumstances(roomy=roomy))
        self._shops.append(shop)
        return shop

    @contextmanager
    def started(self, *, roomy: bool = False, **settings: str) -> Iterator[Shop]:
        """Start the target for the length of a block, or reconfigure an idle start where one is left.

        Raises WindowUnusable for a setting that the profile does not map, VariantNotStarted for one that the target
        does not come up with.
        """
        circumstances = Circumstances(roomy=roomy, settings=frozenset(settings))
        with self._lease(roomy, settings, circumstances) as (_, shop):
            yield shop

    @contextmanager
    def failing(self, *, roomy: bool = False, **settings: str) -> Iterator[tuple[Shop, Request]]:
        """Start the target for the length of a block, and have its command `provoke` break it for good.

        Raises WindowUnusable where there is no such command, or where it names no request, and VariantNotStarted where
        the target does not come up.
        """
        circumstances = Circumstances(roomy=roomy, settings=frozenset(settings), failing=True)
        with self._lease(roomy, settings, circumstances) as (start, shop):
            start.break_for_good()
            yield shop, start.provoke()

    @contextmanager
    def _lease(
        self, roomy: bool, settings: Mapping[str, str], circumstances: Circumstances
    ) -> Iterator[tuple[StartedTarget, Shop]]:
        starts = self._startable()
        environment = starts.environment(roomy, settings)
        with sinks_of_start(self._profile, self._blind) as sinks:
            try:
                start = starts.borrow({**environment, **sinks.settings})
            except StartFailed as error:
                raise VariantNotStarted(environment, error) from error
            try:
                shop = self._shop_of_start(start, sinks, circumstances)
            except TargetUnreachable as error:
                starts.end(start)
                raise VariantNotStarted(environment, error) from error
        try:
            yield start, shop
        finally:
            shop.close()
            starts.give_back(start)

    def refuses_to_start(self, **settings: str | None) -> StartAttempt:
        """Try to start the target; one that comes up is ended at once. Raises WindowUnusable as `started` does."""
        starts = self._startable()
        return self._recorder.observe(starts.attempt(starts.variables(settings)))

    @property
    def _blind(self) -> WindowContext:
        """The context of a window that opens before there is a target."""
        return WindowContext(self._recorder)

    @property
    def _recovery_seconds(self) -> float:
        return self._profile.policy_number("recovery_time", RECOVERY_SECONDS)

    def _startable(self) -> Starts:
        if self._starts is None:
            raise WindowUnusable("only a target that the run starts by itself can be started with other settings")
        return self._starts

    def _shop_of_start(self, start: StartedTarget, sinks: Sinks, circumstances: Circumstances) -> Shop:
        endpoint = Endpoint(
            base_url=start.ready.base_url.rstrip("/"),
            ca_certificate=start.ready.ca_certificate,
            timeout_seconds=self._profile.timeout_seconds,
            mark_examined=os.environ.get(MARK_VARIABLE) == "1",
            headers=self._adapter.headers,
        )
        announced, control, lost = start.ready.windows, start.control, start.break_for_good
        context = WindowContext(self._recorder, endpoint)
        grants = Grants(
            windows=windows_of_start(self._profile, start.ready.options, self._options, context, sinks),
            services=Services(control, lost, recovery_seconds=self._recovery_seconds),
            processes=Processes(control, pids=start.pids, on_loss=lost) if announced.processes else None,
            commands=Commands(announced.commands.names, control.run, self._recorder) if announced.commands else None,
            starter=self,
            customers=self._customers,
            identity=start.identity,
            circumstances=circumstances,
        )
        return self._shop(endpoint, grants)

    def _attach(self, plan: AddressTable) -> Shop:
        profile = self._profile
        endpoint = Endpoint(plan.base_url, plan.ca_certificate, profile.timeout_seconds, headers=self._adapter.headers)
        services, processes = profile.services.commands, profile.processes.commands
        grants = Grants(
            windows=windows_of_address(profile, self._options, WindowContext(self._recorder, endpoint)),
            services=Services(ProfileServiceControl(services), recovery_seconds=self._recovery_seconds)
            if services
            else None,
            processes=Processes(ProfileProcessControl(processes)) if processes else None,
            commands=Commands(list(profile.commands), profile_runner(profile.commands), self._recorder)
            if profile.commands
            else None,
            starter=self,
            customers=self._customers,
        )
        return self._shop(endpoint, grants, apart=plan.clients_apart)

    def _shop(self, endpoint: Endpoint, grants: Grants, *, apart: bool = True) -> Shop:
        verbs = load_adapter(self._adapter.module, self._adapter.at(endpoint.base_url))
        addresses = self._reach(endpoint, verbs, apart=apart)
        return Shop(self._profile, endpoint, verbs, grants, addresses=addresses, recorder=self._recorder)

    def _reach(self, endpoint: Endpoint, verbs: ShopVerbs, *, apart: bool) -> SourceAddresses | SharedAddress:
        """Reach the target once. The first time finds out how clients are told apart, for the whole run."""
        look = verbs.liveness() if verbs.offers("liveness") else verbs.list_products()

        def answers(address: str | None) -> str:
            with Client(endpoint, Recorder(), address) as client:
                exchange = walk(look, verbs.stranger(), lambda request, _part: client.send(request)).last
            return exchange.failure.value if exchange.failure else ""

        if refused := answers(None):
            message = f"the target {self._profile.name!r} cannot be reached at {endpoint.base_url}"
            raise TargetUnreachable(f"{message}: {refused}")
        if self._found is None:
            self._found = find_addresses(endpoint, self._addresses, lambda one: not answers(one), apart=apart)
        return self._found

    def close(self) -> None:
        """Close every shop and end every process that was started."""
        for shop in self._shops:
            shop.close()
        if self._starts is not None:
            self._starts.close()
