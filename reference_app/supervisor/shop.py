"""The shop's content: its tables, its products and its staff account, made by its own management commands."""

import signal
import sys
from dataclasses import dataclass
from pathlib import Path

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


class Shop:
    """Runs management commands in the application's environment."""

    def __init__(self, application: Application, logs: Path, *, products: int) -> None:
        self.staff = StaffAccount(STAFF_EMAIL, make_secret())
        self._application = application
        self._log = logs / "management.log"
        self._products = products

    def migrate(self, lifeline: Lifeline) -> None:
        """Create or change the tables."""
        self._run(lifeline, [["migrate", "--no-input"]])

    def fill(self, lifeline: Lifeline) -> None:
        """Seed the products and create the staff account, both at once."""
        self._run(lifeline, [["seed", "--products", str(self._products)], ["create_staff", self.staff.email]])

    def empty(self, lifeline: Lifeline) -> None:
        """Remove all content and keep the tables."""
        self._run(lifeline, [["flush", "--no-input"]])

    def _run(self, lifeline: Lifeline, commands: list[list[str]]) -> None:
        running: list[Child] = []
        try:
            running.extend(self._begin(arguments) for arguments in commands)
            for arguments, child in zip(commands, running, strict=True):
                _await_success(lifeline, f"the management command {arguments[0]}", child)
        finally:
            for child in running:
                child.kill()

    def _begin(self, arguments: list[str]) -> Child:
        variables = self._application.deployment.environment.variables()
        return Child(
            Launch(
                [sys.executable, "-m", "reference_app.manage", *arguments],
                output=self._log,
                environment={**variables, "STAFF_PASSWORD": self.staff.password},
                death_signal=signal.SIGKILL,
            ),
            self._application.guardian,
        )


def _await_success(lifeline: Lifeline, name: str, child: Child) -> None:
    lifeline.wait_until(lambda: not child.runs, seconds=COMMAND_SECONDS, otherwise=lambda: f"{name} did not finish")
    if child.exit_code != 0:
        raise StartupError(f"{name} ended with code {child.exit_code}: {child.last_words()}")
