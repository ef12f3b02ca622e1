"""The order of starts and ends, and the effect of each command."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from reference_app.supervisor.application import Application, Deployment
from reference_app.supervisor.certificate import write_certificates
from reference_app.supervisor.guardian import Guardian
from reference_app.supervisor.lifeline import Lifeline
from reference_app.supervisor.machine import RuntimeFolder
from reference_app.supervisor.options import Options, ShopEnvironment, hold_address, make_secret, passed_on
from reference_app.supervisor.postgres import Postgres
from reference_app.supervisor.prepared_copies import PreparedCopies, content_key, find_commit, open_copies
from reference_app.supervisor.protocol import (
    VERSION,
    AnyCommand,
    KillCommand,
    QuitCommand,
    ReconfigureCommand,
    ReloadCommand,
    ResetCommand,
    RestoreCommand,
    RunCommand,
    ServiceCommand,
    timed,
)
from reference_app.supervisor.redis_server import RedisServer, empty_redis
from reference_app.supervisor.service_process import ServiceProcess
from reference_app.supervisor.shop_commands import ShopCommands
from reference_app.supervisor.shop_content import ShopContent
from reference_app.supervisor.stores import choose_stores, declared_variables
from reference_app.supervisor.supervisor_errors import CommandError, StartupError

SETTINGS_MODULE = "reference_app.settings.production"
METRICS_PATH = "/metrics"
STOREFRONT = "https://storefront.example"
"""The origin whose pages may read the shop's answers. Nothing is served there; the profile declares it."""


class Supervisor:
    """All servers of one run."""

    def __init__(
        self,
        options: Options,
        lifeline: Lifeline,
        folder: RuntimeFolder,
        guardian: Guardian,
        *,
        variables: Mapping[str, str],
    ) -> None:
        """Settle addresses, secrets and certificates; nothing runs yet."""
        self._lifeline = lifeline
        self._folder = folder
        self._options = options
        self._commit = find_commit()
        self._address = hold_address(options.host, options.port)
        self._certificates = write_certificates(folder.path / "tls", host=self._address.reachable_host)
        self._stores = choose_stores(variables, folder, guardian)
        self._metrics_token = make_secret()
        environment = self._environment(options, variables)
        self._application = Application(
            self._address,
            self._certificates,
            folder,
            guardian,
            deployment=Deployment(options.application, environment),
            preload=options.preload,
        )
        self._shop = ShopContent(self._application, folder.logs, products=options.products)
        self._commands = ShopCommands(self._shop, self._stores.database, cache_url=self._stores.cache_url)
        self._copies = self._open_copies()
        self._services: dict[str, ServiceProcess] = {
            service.name: service for service in (self._application, *self._stores.services)
        }

    def start(self) -> None:
        """Start everything; raises ``StartupError`` or ``EndRequested``, and then ``end`` clears up."""
        with timed("everything up"):
            with timed("database and caches up"):
                for redis in self._caches:
                    redis.begin()
                prepared = self._start_database()
                for redis in self._caches:
                    redis.await_ready(self._lifeline)
            if not self._options.bare and not prepared:
                with timed("tables and products made"):
                    self._make_content()
            with timed("application up"):
                self._application.begin()
                if not self._options.bare:
                    self._shop.create_staff(self._lifeline)
                if self._options.restorable:
                    # Nothing is connected to the database: the application is asked nothing before this.
                    self._embedded_database().keep_content()
                self._application.await_ready(self._lifeline)

    def ready_message(self) -> dict[str, object]:
        """Build the first line of the protocol."""
        return {
            "event": "ready",
            "protocol": VERSION,
            "base_url": self._address.base_url,
            "ca_certificate": str(self._certificates.authority),
            "windows": self._windows(),
            "identity": self._identity(),
        }

    def _windows(self) -> dict[str, dict[str, object]]:
        """Name everything that a client may look into or act on; nothing that is not there."""
        database = self._stores.database
        windows: dict[str, dict[str, object]] = {
            "database": {"url": self._stores.examiner_url, **({"log": str(database.log)} if database else {})},
            "cache": {"url": self._stores.cache_url},
            "counters": {"url": self._stores.counters_url},
            "logs": {"file": str(self._application.log)},
            "processes": {name: service.pid for name, service in self._services.items()},
        }
        if not self._options.bare:
            windows["staff"] = asdict(self._shop.staff)
            windows["metrics"] = {"path": METRICS_PATH, "token": self._metrics_token}
            windows["commands"] = {"names": self._commands.names}
        return windows

    def obey(self, command: AnyCommand) -> dict[str, object]:
        """Do what a command says; returns the members of its answer beside ``id`` and ``ok``.

        Raises ``CommandError`` and ``StartupError`` for an answer that is not ok, and ``EndRequested``.
        """
        match command:
            case ServiceCommand():
                return self._control(command)
            case KillCommand():
                return {"pids": self._kill(command)}
            case ReloadCommand():
                return {"pids": self._application.reload(self._lifeline)}
            case RunCommand():
                return self._run(command)
            case ReconfigureCommand():
                return self._reconfigure(command.changes, command.application)
            case ResetCommand():
                return self._reset()
            case RestoreCommand():
                return self._restore()
            case QuitCommand():
                self._lifeline.request_end()
                return {}

    def take_exits(self) -> list[dict[str, object]]:
        """Return an event for each service that has ended unasked since the last call."""
        exits = {name: service.take_unexpected_exit() for name, service in self._services.items()}
        return [{"event": "exited", "service": name, "code": code} for name, code in exits.items() if code is not None]

    def end(self) -> None:
        """End everything that runs: first the application, then the caches, then the database."""
        for service in self._services.values():
            service.end()

    def _start_database(self) -> bool:
        """Start it where it is embedded; True when it has its tables and products already."""
        database = self._stores.database
        if database is None:
            return False
        database.make_folders()
        if self._copies is not None and self._copies.restore(self._copied_folders(database)):
            database.adopt_data()
            try:
                database.start(self._lifeline)
            except StartupError:
                self._copies.discard()
                raise
            return True
        database.begin_initialising()
        database.finish_initialising(self._lifeline)
        return False

    def _make_content(self) -> None:
        with self._shop.begin_collecting() as collecting:
            self._shop.migrate(self._lifeline)
            self._shop.seed(self._lifeline)
            collecting.finish(self._lifeline)
        database = self._stores.database
        # Code that was edited meanwhile may have made something else than the key says.
        if database is not None and self._copies is not None and self._copies == self._open_copies():
            database.stop(self._lifeline)
            self._copies.keep(self._copied_folders(database))
            database.start(self._lifeline)

    def _copied_folders(self, database: Postgres) -> dict[str, Path]:
        return {"database": database.data, "static": self._folder.static}

    def _open_copies(self) -> PreparedCopies | None:
        database, environment = self._stores.database, self._application.deployment.environment
        if database is None or self._options.bare or self._options.fresh:
            return None
        variables = {**environment.inherited, **environment.declared}
        return open_copies(content_key(products=self._options.products, program=database.program, variables=variables))

    def _control(self, command: ServiceCommand) -> dict[str, object]:
        service = self._own(command.service)
        if command.command in {"stop", "restart"}:
            service.stop(self._lifeline)
        if command.command in {"start", "restart"}:
            service.start(self._lifeline)
        if command.command == "suspend":
            service.suspend(self._lifeline)
        if command.command == "resume":
            service.resume(self._lifeline)
        return {"pid": service.pid}

    def _kill(self, command: KillCommand) -> list[int]:
        service = self._own(command.service)
        if command.which == "all":
            return service.kill()
        if not isinstance(service, Application):
            raise CommandError(f"only the application has workers: of {command.service} kill 'all'")
        return service.kill_worker(self._lifeline)

    def _run(self, command: RunCommand) -> dict[str, object]:
        if self._options.bare:
            raise CommandError("an application that was started with --bare has no commands")
        return asdict(self._commands.run(self._lifeline, command.name, command.arguments))

    def _own(self, name: str) -> ServiceProcess:
        service = self._services.get(name)
        if service is None:
            raise CommandError(f"{name} is not run by this supervisor: its URL was given")
        return service

    def _reconfigure(self, changes: dict[str, str | None], application: str | None) -> dict[str, object]:
        before = self._application.deployment
        self._application.stop(self._lifeline)
        self._application.deployment = Deployment(
            application or before.application, before.environment.with_changes(changes)
        )
        try:
            self._application.start(self._lifeline)
        except StartupError:
            self._application.deployment = before
            self._application.start(self._lifeline)
            raise
        return {"pid": self._application.pid, "identity": self._identity()}

    def _reset(self) -> dict[str, object]:
        for service in self._stores.services:
            service.start(self._lifeline)
        self._commands.mend()
        if not self._options.bare:
            self._shop.empty(self._lifeline)
            self._shop.seed(self._lifeline)
            self._shop.create_staff(self._lifeline)
        self._empty_caches()
        self._application.start(self._lifeline)
        return {"pid": self._application.pid}

    def _restore(self) -> dict[str, object]:
        if not self._options.restorable:
            raise CommandError("there is no copy of the content: --restorable keeps one")
        for service in self._stores.services:
            service.start(self._lifeline)
        if self._application.pid is None:
            self._restore_content()
            self._application.start(self._lifeline)
        else:
            self._application.renew(self._lifeline, self._restore_content)
        return {"ready": self.ready_message()}

    def _restore_content(self) -> None:
        self._embedded_database().restore_content()
        self._commands.forget_damage()
        self._empty_caches()

    def _embedded_database(self) -> Postgres:
        if self._stores.database is None:
            raise StartupError("only a database of the supervisor's own can be restored, and the URL of one was given")
        return self._stores.database

    def _empty_caches(self) -> None:
        for url in {self._stores.cache_url, self._stores.counters_url}:
            empty_redis(url)

    def _environment(self, options: Options, variables: Mapping[str, str]) -> ShopEnvironment:
        return ShopEnvironment(
            inherited=passed_on(variables),
            private={
                "PYTHONUNBUFFERED": "1",
                "TMPDIR": str(self._folder.scratch),
                "SECRET_KEY": make_secret(),
                "TOKEN_SIGNING_KEY": make_secret(),
                "STATIC_ROOT": str(self._folder.static),
                "METRICS_TOKEN": self._metrics_token,
                "BIND": self._address.bind,
                "TLS_CERTIFICATE": str(self._certificates.certificate),
                "TLS_KEY": str(self._certificates.key),
                **self._stores.application_variables(),
            },
            declared={
                "DJANGO_SETTINGS_MODULE": SETTINGS_MODULE,
                "ALLOWED_HOSTS": ",".join(dict.fromkeys(["127.0.0.1", "localhost", "[::1]", self._address.url_host])),
                "ALLOWED_ORIGINS": STOREFRONT,
                "WEB_WORKERS": str(options.workers),
                **declared_variables(variables),
            },
            changes=options.changes,
            removed=frozenset(options.removed),
        )

    @property
    def _caches(self) -> list[RedisServer]:
        return [redis for redis in (self._stores.cache, self._stores.counters) if redis is not None]

    def _identity(self) -> dict[str, object]:
        deployment = self._application.deployment
        return {
            "commit": self._commit,
            "settings_sha256": deployment.environment.settings_sha256(deployment.application),
        }
