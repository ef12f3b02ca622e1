"""The order of things: what starts after what, what a command does, and what ends before what."""

from collections.abc import Mapping
from pathlib import Path

from reference_app.supervisor.address import hold_address
from reference_app.supervisor.application import Application, Deployment
from reference_app.supervisor.certificate import write_certificates
from reference_app.supervisor.commands import Action, Command, Quit, Reconfigure, Reset, ServiceCommand
from reference_app.supervisor.content_key import content_key
from reference_app.supervisor.environment import Environment, make_secret, passed_on
from reference_app.supervisor.failures import CommandError, StartupError
from reference_app.supervisor.guardian import Guardian
from reference_app.supervisor.identity import find_commit
from reference_app.supervisor.lifeline import Lifeline
from reference_app.supervisor.options import Options
from reference_app.supervisor.postgres import Postgres
from reference_app.supervisor.prepared_copies import PreparedCopies, open_copies
from reference_app.supervisor.progress import timed
from reference_app.supervisor.redis import Redis, empty_redis
from reference_app.supervisor.runtime_folder import RuntimeFolder
from reference_app.supervisor.service import Service
from reference_app.supervisor.shop import Shop
from reference_app.supervisor.stores import choose_stores, declared_variables

SETTINGS_MODULE = "reference_app.settings.production"


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
        self._commit = find_commit(Path(__file__).parent)
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
        )
        self._shop = Shop(self._application, folder.logs, products=options.products)
        self._copies = self._open_copies()
        self._services: dict[str, Service] = {
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
                self._application.await_ready(self._lifeline)

    def ready_message(self) -> dict[str, object]:
        """The first line of the protocol."""
        database = self._stores.database
        return {
            "event": "ready",
            "base_url": self._address.base_url,
            "ca_certificate": str(self._certificates.authority),
            "processes": {name: self._pid(name) for name in ("database", "cache", "counters", "application")},
            "database_url": self._stores.examiner_url,
            "cache_url": self._stores.cache_url,
            "counters_url": self._stores.counters_url,
            "logs": {
                "application": str(self._application.log),
                "application_errors": str(self._application.error_log),
                "database": str(database.log) if database else None,
            },
            "staff": {"email": self._shop.staff.email, "password": self._shop.staff.password},
            "metrics_token": self._metrics_token,
            "identity": self._identity(),
        }

    def obey(self, command: Command) -> dict[str, object]:
        """Do what a command says; returns what the answer holds beside ``id`` and ``ok``.

        Raises ``CommandError`` and ``StartupError`` for an answer that is not ok, and ``EndRequested``.
        """
        match command:
            case ServiceCommand(action, service):
                return self._control(action, service)
            case Reconfigure(changes, application):
                return self._reconfigure(changes, application)
            case Reset():
                return self._reset()
            case Quit():
                self._lifeline.request_end()
                return {}

    def take_exits(self) -> list[dict[str, object]]:
        """An event for each service that has ended unasked since the last call."""
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

    def _control(self, action: Action, name: str) -> dict[str, object]:
        service = self._services.get(name)
        if service is None:
            raise CommandError(f"{name} is not run by this supervisor: its URL was given")
        if action in {Action.STOP, Action.RESTART}:
            service.stop(self._lifeline)
        if action in {Action.START, Action.RESTART}:
            service.start(self._lifeline)
        return {"pid": service.pid}

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
        if not self._options.bare:
            self._shop.empty(self._lifeline)
            self._shop.seed(self._lifeline)
            self._shop.create_staff(self._lifeline)
        for url in {self._stores.cache_url, self._stores.counters_url}:
            empty_redis(url)
        self._application.start(self._lifeline)
        return {"pid": self._application.pid}

    def _environment(self, options: Options, variables: Mapping[str, str]) -> Environment:
        return Environment(
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
                "WEB_WORKERS": str(options.workers),
                **declared_variables(variables),
            },
            changes=options.changes,
        )

    @property
    def _caches(self) -> list[Redis]:
        return [redis for redis in (self._stores.cache, self._stores.counters) if redis is not None]

    def _pid(self, name: str) -> int | None:
        service = self._services.get(name)
        return service.pid if service else None

    def _identity(self) -> dict[str, object]:
        deployment = self._application.deployment
        return {
            "commit": self._commit,
            "settings_sha256": deployment.environment.settings_sha256(deployment.application),
        }
