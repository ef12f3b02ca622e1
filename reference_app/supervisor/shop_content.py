"""The shop's content: tables, products, static files and the staff account, made by its own management commands."""

import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from reference_app.supervisor.application import Application
from reference_app.supervisor.children import Child, Launch
from reference_app.supervisor.lifeline import Lifeline
from reference_app.supervisor.options import make_secret
from reference_app.supervisor.supervisor_errors import StartupError

CONTENT_SECONDS = 120.0
"""Time for a command that makes content."""
RUN_SECONDS = 60.0
"""Time for an announced command; below the time that a client waits for an answer."""
STAFF_EMAIL = "staff@shop.example"
IN_THE_APPLICATION = (
    "import importlib, sys; importlib.import_module(sys.argv.pop(1)); "
    "from django.core.management import execute_from_command_line as run; run(sys.argv)"
)
"""A program: load the application's module as its workers have loaded it, then run a management command."""


@dataclass(frozen=True)
class StaffAccount:
    """The staff account of this run."""

    email: str
    password: str


@dataclass(frozen=True)
class CommandResult:
    """The end of one command, as the control protocol reports it."""

    exit_code: int
    output: str
    errors: str
    seconds: float


class ManagementCommand:
    """A command that runs; leaving the block ends it, however far it is."""

    def __init__(self, name: str, child: Child) -> None:
        self._name = name
        self._child = child

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._child.kill()

    def finish(self, lifeline: Lifeline, *, seconds: float = CONTENT_SECONDS) -> int:
        """Wait for its end and return the exit code; raises ``StartupError`` when it takes too long."""
        child = self._child
        name = f"the management command {self._name}"
        lifeline.wait_until(lambda: not child.runs, seconds=seconds, otherwise=lambda: f"{name} did not finish")
        return int(child.exit_code or 0)

    def succeed(self, lifeline: Lifeline) -> None:
        """Wait until it has succeeded; raises ``StartupError`` when it fails or takes too long."""
        code = self.finish(lifeline)
        if code != 0:
            words = self._child.last_words()
            raise StartupError(f"the management command {self._name} ended with code {code}: {words}")

    def output(self) -> tuple[str, str]:
        """Read what it wrote to standard output and to standard error."""
        return self._child.output()


class ShopContent:
    """Makes content with management commands, in the application's environment as shipped.

    What a run changes reaches the application only, so the content is the same whatever is changed.
    """

    def __init__(self, application: Application, logs: Path, *, products: int) -> None:
        self.staff = StaffAccount(STAFF_EMAIL, make_secret())
        self._application = application
        self._logs = logs
        self._products = products

    def begin_collecting(self) -> ManagementCommand:
        """Begin to copy the static files to where the application server finds them; needs no database."""
        return self._begin("collectstatic", "--no-input")

    def migrate(self, lifeline: Lifeline) -> None:
        """Create or change the tables."""
        self._make(lifeline, "migrate", "--no-input")

    def seed(self, lifeline: Lifeline) -> None:
        """Make the products and what belongs to them; the same number makes the same content."""
        self._make(lifeline, "seed", "--products", str(self._products))

    def create_staff(self, lifeline: Lifeline) -> None:
        """Create the staff account."""
        self._make(lifeline, "create_staff", self.staff.email)

    def empty(self, lifeline: Lifeline) -> None:
        """Remove all content and keep the tables."""
        self._make(lifeline, "flush", "--no-input")

    def run_as_configured(self, lifeline: Lifeline, name: str, arguments: Sequence[str]) -> CommandResult:
        """Run a management command in the application's code and environment as they are now.

        Raises ``StartupError`` when it takes too long; any exit code is a result.
        """
        deployment = self._application.deployment
        module = deployment.application.partition(":")[0]
        launch = Launch(
            [sys.executable, "-c", IN_THE_APPLICATION, module, name, *arguments],
            output=self._logs / "command.log",
            errors=self._logs / "command-errors.log",
            environment=deployment.environment.variables(),
        )
        started = time.monotonic()
        with ManagementCommand(name, Child(launch, self._application.guardian)) as command:
            code = command.finish(lifeline, seconds=RUN_SECONDS)
            output, errors = command.output()
        return CommandResult(code, output, errors, round(time.monotonic() - started, 3))

    def _make(self, lifeline: Lifeline, name: str, *arguments: str) -> None:
        with self._begin(name, *arguments) as command:
            command.succeed(lifeline)

    def _begin(self, name: str, *arguments: str) -> ManagementCommand:
        variables = self._application.deployment.environment.as_shipped().variables()
        launch = Launch(
            [sys.executable, "-m", "reference_app.manage", name, *arguments],
            output=self._logs / f"{name}.log",
            environment={**variables, "STAFF_PASSWORD": self.staff.password},
            death_signal=signal.SIGKILL,
        )
        return ManagementCommand(name, Child(launch, self._application.guardian))
