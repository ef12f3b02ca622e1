"""From a profile to a running shop: starts it where the profile says so, opens what it grants, reaches it once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from spec.target.adapters import AdapterError, load_adapter
from spec.target.client import Client, Endpoint
from spec.target.control.services import CommandControl, Control
from spec.target.control.supervised import StartFailed, Supervised, SupervisedControl, path_or_none
from spec.target.exchange import MARK_VARIABLE
from spec.target.profile.profile_model import Profile, ProfileError
from spec.target.recording import Recorder
from spec.target.shop import Credentials, Grants, Shop, Windows
from spec.target.source_addresses import SourceAddresses
from spec.target.windows import WindowUnusable
from spec.target.windows.cache_window import CacheWindow
from spec.target.windows.database_window import DatabaseWindow
from spec.target.windows.log_window import LogFields, LogWindow


class TargetUnreachable(Exception):  # noqa: N818 - the name says it
    """Nothing answers where the profile says that the target is."""


class Connection:
    """Opens shops of one profile, and closes all that it opened."""

    def __init__(
        self, profile: Profile, *, addresses: SourceAddresses, recorder: Recorder, progress: Callable[[str], None]
    ) -> None:
        self._profile = profile
        self._addresses = addresses
        self._recorder = recorder
        self._progress = progress
        self._shops: list[Shop] = []
        self._processes: list[Supervised] = []
        try:
            self._verbs = load_adapter(profile.adapter_module, profile.adapter_paths)
        except AdapterError as error:
            raise ProfileError(f"{profile.path}: {error}") from error
        self._staff = _staff_credentials(profile)

    def settings(self, **wanted: str) -> dict[str, str]:
        """Environment variables of the target for settings as the checks call them, e.g. burst_limit="9/minute".

        Raises WindowUnusable where the profile names no variable for one of them.
        """
        start = self._profile.start
        known = start.settings if start else {}
        for name in wanted:
            if name not in known:
                raise WindowUnusable(f"the profile's [start.settings] names no variable for {name!r}")
        return {known[name]: value for name, value in wanted.items()}

    def open(self, settings: Mapping[str, str] | None = None) -> Shop:
        """A shop that answers: freshly started with these environment settings, or the one that runs.

        Raises TargetUnreachable or ProfileError.
        """
        shop = self._start(settings or {}) if self._profile.start else self._attach()
        self._shops.append(shop)
        _reach(shop)
        return shop

    def _start(self, settings: Mapping[str, str]) -> Shop:
        plan = self._profile.start
        if plan is None:
            message = "only a profile with [start] can be started"
            raise ValueError(message)
        try:
            supervised = Supervised(
                plan.command,
                settings=settings,
                ready_within_seconds=plan.ready_within_seconds,
                progress=self._progress,
            )
        except StartFailed as error:
            raise TargetUnreachable(str(error)) from error
        self._processes.append(supervised)
        ready = supervised.ready
        staff, logs, identity = (_table(ready.get(name)) for name in ("staff", "logs", "identity"))
        grants = Grants(
            staff=Credentials(str(staff["email"]), str(staff["password"])) if staff else None,
            windows=self._windows(
                database_url=_text(ready.get("database_url")),
                database_log=_text(logs.get("database")),
                cache_url=_text(ready.get("cache_url")),
                log_file=_text(logs.get("application")),
            ),
            control=SupervisedControl(supervised),
            identity={name: str(value) for name, value in identity.items() if value is not None},
        )
        endpoint = Endpoint(
            base_url=str(ready["base_url"]).rstrip("/"),
            ca_certificate=path_or_none(ready.get("ca_certificate")),
            timeout_seconds=self._profile.timeout_seconds,
            mark_examined=os.environ.get(MARK_VARIABLE) == "1",
        )
        return self._shop(endpoint, grants)

    def _attach(self) -> Shop:
        plan, windows = self._profile.address, self._profile.windows
        if plan is None:
            message = "a profile has either [start] or [address]"
            raise ValueError(message)
        grants = Grants(
            staff=self._staff,
            windows=self._windows(
                database_url=windows.database_url,
                database_log=str(windows.database_log) if windows.database_log else None,
                cache_url=windows.cache_url,
                log_file=str(windows.log_file) if windows.log_file else None,
            ),
            control=self._commands(),
        )
        endpoint = Endpoint(plan.base_url, plan.ca_certificate, self._profile.timeout_seconds)
        return self._shop(endpoint, grants)

    def _commands(self) -> Control | None:
        return CommandControl(self._profile.commands) if self._profile.commands else None

    def _windows(
        self, *, database_url: str | None, database_log: str | None, cache_url: str | None, log_file: str | None
    ) -> Windows:
        fields = LogFields(**self._profile.log_fields)
        log = path_or_none(log_file)
        return Windows(
            database=DatabaseWindow(database_url, path_or_none(database_log)) if database_url else None,
            cache=CacheWindow(cache_url) if cache_url else None,
            logs=LogWindow(log, fields) if log else None,
        )

    def _shop(self, endpoint: Endpoint, grants: Grants) -> Shop:
        return Shop(self._profile, endpoint, self._verbs, grants, addresses=self._addresses, recorder=self._recorder)

    def close(self) -> None:
        """Close every shop and end every process that was started."""
        for shop in self._shops:
            shop.close()
        for process in self._processes:
            process.begin_to_stop()
        for process in self._processes:
            process.stop()


def _staff_credentials(profile: Profile) -> Credentials | None:
    """Staff of a target that runs already; the password comes from the environment, never from a file."""
    windows = profile.windows
    if not windows.staff_email or not windows.staff_password_variable:
        return None
    password = os.environ.get(windows.staff_password_variable)
    if not password:
        variable = windows.staff_password_variable
        raise ProfileError(f"{profile.path}: the environment variable {variable} (the staff password) is not set")
    return Credentials(windows.staff_email, password)


def _reach(shop: Shop) -> None:
    with Client(shop.endpoint, Recorder()) as client:
        exchange = client.send(shop.verbs.liveness().request)
    if exchange.failure is not None:
        message = f"the target {shop.profile.name!r} cannot be reached at {shop.endpoint.base_url}"
        raise TargetUnreachable(f"{message}: {exchange.failure.value}")


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
