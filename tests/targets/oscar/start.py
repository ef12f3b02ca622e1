"""``python -m tests.targets.oscar.start``: oscar, its PostgreSQL and gunicorn, by the control protocol.

Servers are started, watched and ended by the parts of which the reference's supervisor is made: what they promise of an
end holds here too. oscar itself runs with the interpreter that OSCAR_PYTHON names, in an environment of its own.
"""

import argparse
import hashlib
import http.client
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from reference_app.supervisor.children import Child, Launch, end_orphans
from reference_app.supervisor.guardian import Guardian, adopt_orphans
from reference_app.supervisor.lifeline import Lifeline
from reference_app.supervisor.machine import RuntimeFolder, find_postgres, reachable_by_everybody, unprivileged_user
from reference_app.supervisor.options import HeldAddress, hold_address, make_secret, passed_on
from reference_app.supervisor.postgres import DATABASE, OWNER, Postgres
from reference_app.supervisor.prepared_copies import BOOT, open_copies
from reference_app.supervisor.protocol import (
    VERSION,
    QuitCommand,
    ReconfigureCommand,
    decode_line,
    parse_command,
    report,
    send,
    timed,
)
from reference_app.supervisor.service_process import ServiceProcess
from reference_app.supervisor.supervisor_errors import CommandError, EndRequested, StartupError, SupervisorError

OWN = Path(__file__).parent
LOCK = OWN / "requirements.lock"
PROJECT = "tests.targets.oscar.shop"
CONTENT_SECONDS = 120.0
PROBE_SECONDS = 2.0
ORPHAN_SECONDS = 2.0


class OscarServer(ServiceProcess):
    """gunicorn with oscar in it: several workers of several threads, so that checkouts can be at once."""

    ready_seconds = 60.0
    stop_signal_is_repeated = True

    def __init__(self, address: HeldAddress, folder: RuntimeFolder, guardian: Guardian) -> None:
        super().__init__("application", guardian)
        self.variables: dict[str, str] = {}
        self._python = find_python()
        self._address = address
        self._logs = folder.logs

    def launch(self) -> Launch:
        """Start gunicorn in the foreground."""
        options = ["--workers=2", "--threads=8", "--log-level=warning", "--no-control-socket"]
        return self._python_module("gunicorn", f"--bind={self._address.bind}", *options, f"{PROJECT}.wsgi")

    def accepts(self) -> bool:
        """Ask for the index of the API once."""
        connection = http.client.HTTPConnection(self._address.reachable_host, self._address.port, timeout=PROBE_SECONDS)
        try:
            connection.request("GET", "/api/")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def make(self, content: str, lifeline: Lifeline) -> None:
        """Make content (``goods`` or ``staff``). Raises ``StartupError``."""
        making = Child(self._python_module(f"{PROJECT}.content", content), self.guardian)
        try:
            lifeline.wait_until(
                lambda: not making.runs, seconds=CONTENT_SECONDS, otherwise=lambda: f"the {content} were not made"
            )
            if making.exit_code:
                raise StartupError(f"the {content} were not made: {making.last_words()}")
        finally:
            making.kill()

    def _python_module(self, module: str, *arguments: str) -> Launch:
        return Launch(
            [self._python, "-m", module, *arguments],
            output=self._logs / f"{module}.log",
            environment=self.variables,
            folder=OWN.parents[2],
        )


class OscarShop:
    """All servers of one run."""

    def __init__(
        self, changes: Mapping[str, str | None], lifeline: Lifeline, folder: RuntimeFolder, guardian: Guardian
    ) -> None:
        programs, user = find_postgres(), unprivileged_user()
        if user is not None:
            programs = reachable_by_everybody(programs, folder.path / "programs")
        self._lifeline = lifeline
        self._address = hold_address("127.0.0.1", 0)
        self._database = Postgres(programs, folder.path / "database", user, guardian)
        self._application = OscarServer(self._address, folder, guardian)
        self._staff = {"email": "staff@oscar.example", "password": make_secret()}
        self._copies = open_copies(content_key(programs.postgres))
        self._changes = dict(changes)
        self._shipped = {
            **passed_on(os.environ),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SECRET_KEY": make_secret(),
            "DATABASE_NAME": DATABASE,
            "DATABASE_USER": OWNER,
            "DATABASE_HOST": str(folder.path / "database" / "socket"),
            "MEDIA_ROOT": str(folder.scratch),
            "STAFF_EMAIL": self._staff["email"],
            "DJANGO_SUPERUSER_PASSWORD": self._staff["password"],
        }

    def start(self) -> None:
        """Start everything; raises ``StartupError`` or ``EndRequested``."""
        self._application.variables = self._shipped
        with timed("database and goods"):
            self._database.make_folders()
            if not self._restore_goods():
                self._make_goods()
        with timed("staff and application"):
            self._application.make("staff", self._lifeline)
            self._start_application({})

    def _restore_goods(self) -> bool:
        if self._copies is None or not self._copies.restore({"database": self._database.data}):
            return False
        self._database.adopt_data()
        try:
            self._database.start(self._lifeline)
        except StartupError:
            self._copies.discard()
            raise
        return True

    def _make_goods(self) -> None:
        """Make the database, its tables and goods, and keep a copy for the next start: the migrations take long."""
        self._database.begin_initialising()
        self._database.finish_initialising(self._lifeline)
        self._application.make("goods", self._lifeline)
        if self._copies is not None:
            self._database.stop(self._lifeline)
            self._copies.keep({"database": self._database.data})
            self._database.start(self._lifeline)

    def _start_application(self, changes: Mapping[str, str | None]) -> None:
        """Start it with these changes on top of the earlier ones; None takes one back."""
        gone = {name for name, value in changes.items() if value is None}
        self._changes = {name: value for name, value in {**self._changes, **changes}.items() if name not in gone}
        variables = {**self._shipped, **self._changes}
        self._application.variables = {name: value for name, value in variables.items() if value is not None}
        self._application.stop(self._lifeline)
        self._application.start(self._lifeline)

    def ready_message(self) -> dict[str, object]:
        """Build the first line of the protocol."""
        return {
            "event": "ready",
            "protocol": VERSION,
            "base_url": f"http://{self._address.bind}",
            "pid": os.getpid(),
            "windows": {
                "staff": self._staff,
                "database": {"url": self._database.superuser_url, "log": str(self._database.log)},
                "processes": {"application": self._application.pid, "database": self._database.pid},
            },
            "identity": {"commit": f"requirements.lock {sha256(LOCK)}"},
        }

    def obey(self, line: str) -> bool:
        """Obey one command and answer it; True when it was ``quit``."""
        identifier: object = None
        try:
            members = decode_line(line)
            identifier = members.get("id")
            command = parse_command(members)
            match command:
                case QuitCommand():
                    self.end()
                case ReconfigureCommand(application=None):
                    self._start_application(command.changes)
                case _:
                    raise CommandError(f"this target does not offer the command {command.command}")
        except SupervisorError as error:
            send({"id": identifier, "ok": False, "error": str(error)})
            return False
        send({"id": identifier, "ok": True, "pid": self._application.pid})
        return isinstance(command, QuitCommand)

    def report_exits(self) -> None:
        """Send an event for each server that has ended unasked."""
        for service in (self._application, self._database):
            code = service.take_unexpected_exit()
            if code is not None:
                send({"event": "exited", "service": service.name, "code": code})

    def end(self) -> None:
        """End everything that runs."""
        self._application.end()
        self._database.end()


def find_python() -> str:
    """Find the interpreter that has oscar. Raises ``StartupError`` where the environment names none."""
    python = os.environ.get("OSCAR_PYTHON", "")
    if not Path(python).is_file():
        raise StartupError(f"OSCAR_PYTHON has to name a Python with {LOCK.name} installed; `nox -s oscar` makes one")
    return python


def content_key(program: Path) -> str:
    """Digest everything that decides which tables and goods a start makes."""
    status = program.stat()
    parts = {
        "boot": BOOT.read_text() if BOOT.exists() else "",
        "program": [str(program), status.st_size, status.st_mtime_ns],
        "code": {str(path): sha256(path) for path in [LOCK, *sorted((OWN / "shop").glob("*.py"))]},
    }
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def sha256(path: Path) -> str:
    """Digest a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def parse_changes() -> dict[str, str | None]:
    """Read the command line: changes of the application's variables, None for one that it is not to have."""
    parser = argparse.ArgumentParser(prog="python -m tests.targets.oscar.start", description=__doc__.splitlines()[0])
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="may be repeated")
    parser.add_argument("--unset", action="append", default=[], metavar="NAME", help="may be repeated")
    given = parser.parse_args()
    for change in given.set:
        if "=" not in change:
            parser.error(f"--set takes NAME=VALUE, not {change!r}")
    return {**dict.fromkeys(given.unset), **dict(change.split("=", 1) for change in given.set)}


def run(shop: OscarShop, lifeline: Lifeline) -> int:
    """Start, obey until the end is asked for, end."""
    try:
        shop.start()
        send(shop.ready_message())
        while True:
            shop.report_exits()
            line = lifeline.next_line()
            if line is not None and shop.obey(line):
                return 0
    finally:
        shop.end()


def main() -> int:
    """Leave no process and no file behind. Exit codes: 0 ended as asked, 1 did not start, 2 usage."""
    changes = parse_changes()
    lifeline = Lifeline()
    adopt_orphans()
    folder = RuntimeFolder()
    guardian = Guardian(folder.path)
    try:
        return run(OscarShop(changes, lifeline, folder, guardian), lifeline)
    except StartupError as failure:
        report(str(failure))
        return 1
    except EndRequested:
        return 0
    finally:
        guardian.end()
        end_orphans(seconds=ORPHAN_SECONDS)
        folder.remove()


if __name__ == "__main__":
    sys.exit(main())
