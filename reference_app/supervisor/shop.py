"""The shop's content: tables, products, static files and the staff account, made by its own management commands."""

import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from reference_app.supervisor.application import Application
from reference_app.supervisor.children import Child, Launch
from reference_app.supervisor.environment import make_secret
from reference_app.supervisor.failures import StartupError
from reference_app.supervisor.lifeline import Lifeline

COMMAND_SECONDS = 120.0
STAFF_EMAIL = "staff@shop.example"


@dataclass(frozen=True)
class StaffAccount:
    """The staff account of this run."""

    email: str
    password: str


class ManagementCommand:
    """One that runs; leaving the block ends it, however far it is."""

    def __init__(self, name: str, child: Child) -> None:
        self._name = name
        self._child = child

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._child.kill()

    def finish(self, lifeline: Lifeline) -> None:
        """Wait until it has succeeded; raises ``StartupError`` when it fails or takes too long."""
        child, name = self._child, f"the management command {self._name}"
        lifeline.wait_until(lambda: not child.runs, seconds=COMMAND_SECONDS, otherwise=lambda: f"{name} did not finish")
        if child.exit_code != 0:
            raise StartupError(f"{name} ended with code {child.exit_code}: {child.last_words()}")


class Shop:
    """Runs management commands, in the application's environment as shipped.

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
        self._run(lifeline, "migrate", "--no-input")

    def seed(self, lifeline: Lifeline) -> None:
        """Make the products and what belongs to them; the same number makes the same content."""
        self._run(lifeline, "seed", "--products", str(self._products))

    def create_staff(self, lifeline: Lifeline) -> None:
        """Create the staff account."""
        self._run(lifeline, "create_staff", self.staff.email)

    def empty(self, lifeline: Lifeline) -> None:
        """Remove all content and keep the tables."""
        self._run(lifeline, "flush", "--no-input")

    def _run(self, lifeline: Lifeline, name: str, *arguments: str) -> None:
        with self._begin(name, *arguments) as command:
            command.finish(lifeline)

    def _begin(self, name: str, *arguments: str) -> ManagementCommand:
        variables = self._application.deployment.environment.as_shipped().variables()
        launch = Launch(
            [sys.executable, "-m", "reference_app.manage", name, *arguments],
            output=self._logs / f"{name}.log",
            environment={**variables, "STAFF_PASSWORD": self.staff.password},
            death_signal=signal.SIGKILL,
        )
        return ManagementCommand(name, Child(launch, self._application.guardian))
