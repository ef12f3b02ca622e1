"""`python -m spec serve`: start the target of a profile and keep it up, for people and for single checks.

Beside the addresses it leaves a profile of the running target, so that `nox -s check -- SHOP-001 --target FILE` takes
seconds: nothing has to be started for it.
Everything that it says goes to standard error, in plain text.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import secrets
import shlex
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from reports.exit_codes import ExitCode
from reports.results import write_atomically
from reports.strict_model import InvalidContent
from spec.catalogue import CatalogueError, load_catalogue
from spec.run.interruption import interrupt_on_signals, interrupt_when_orphaned
from spec.run.run_command import REFERENCE
from spec.run.run_folder import PROJECT
from spec.target.adapters import AdapterError, load_adapter
from spec.target.client import Client, Endpoint
from spec.target.control.ready_message import ReadyMessage, read_ready_message
from spec.target.control.supervised import StartFailed, Supervised
from spec.target.profile.adapter_table import VariableMissing, fill_in
from spec.target.profile.profile_model import Profile, ProfileError
from spec.target.profile.profile_reading import read_profile
from spec.target.profile.running_profile import running_profile
from spec.target.recording import Recorder
from spec.target.steps import first_request
from spec.target.verbs import ShopVerbs
from spec.target.visitor import PreparationFailed, Visitor
from spec.target.windows.staff_window import StaffOptions

PAGES = {"Swagger UI": "/api/docs", "ReDoc": "/api/redoc", "ReDoc of v1": "/api/redoc?version=v1", "admin": "/admin/"}
"""Pages of the reference shop. Of another target only the documentation is known."""
DEVELOPMENT = {
    "DJANGO_SETTINGS_MODULE": "reference_app.settings.development",
    "STATIC_ROOT": "",  # files as they stand in the packages
    "WEB_WORKERS": "1",  # the toolbar keeps its history in the memory of one process
    "GUNICORN_CMD_ARGS": "--reload",
}
"""The settings that turn the reference shop into a developer's."""
CUSTOMER_EMAIL = "customer@shop.example"
LONGEST_PORT = 65535


class CannotServe(Exception):
    """Nothing can be served here; the message is one sentence."""


def main(arguments: Sequence[str]) -> int:
    """Serve until Ctrl-C."""
    given = _parser().parse_args(arguments)
    is_reference = given.target.resolve() == REFERENCE
    try:
        profile = read_profile(given.target, load_catalogue())
        if profile.start is None:
            raise ProfileError(f"{profile.path}: only a profile with [start] can be served")
        if given.development and not is_reference:
            raise ProfileError(f"{profile.path}: --development is for the reference shop")
        adapter = fill_in(profile.adapter, profile.statuses, os.environ)
        verbs = load_adapter(adapter.module, adapter.context)
    except (CatalogueError, ProfileError, AdapterError, VariableMissing) as error:
        _say(f"serve: {error}")
        return ExitCode.WRONG_USE
    interrupt_on_signals()
    interrupt_when_orphaned()
    written = given.profile
    try:
        with _alone(written):
            _refuse_taken_port(given.port)
            supervised = Supervised(
                (*profile.start.command, "--port", str(given.port), "--products", str(given.products)),
                settings={
                    **(profile.start.roomy if given.roomy else {}),
                    **(DEVELOPMENT if given.development else {}),
                },
                ready_within_seconds=profile.start.ready_within_seconds,
                progress=_say,
            )
            try:
                ready = read_ready_message(supervised.ready)
                text, variables = running_profile(profile, ready)
                # It may hold the password of a database.
                write_atomically(written, text.encode(), mode=0o600)
                _keep_variables(variables, written)
                _announce(
                    ready,
                    profile,
                    verbs,
                    written,
                    PAGES if is_reference else _documentation(verbs),
                )
                while not supervised.wait(1.0):
                    pass
                raise CannotServe("the target has ended by itself")
            finally:
                written.unlink(missing_ok=True)
                _variables_file(written).unlink(missing_ok=True)
                supervised.stop()
    except (StartFailed, InvalidContent, CannotServe) as error:
        _say(f"serve: {error}")
        return ExitCode.UNREACHABLE
    except KeyboardInterrupt:
        _say("serve: stopped")
        return 0


@contextmanager
def _alone(profile: Path) -> Iterator[None]:
    """Refuse a second server with the same profile: it would take the first one's file away when it ends."""
    profile.parent.mkdir(parents=True, exist_ok=True)
    with profile.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotServe(
                f"another one is up and has its profile in {_shown(profile)}; stop it, "
                "or give this one --port N and --profile FILE"
            ) from None
        yield


def _refuse_taken_port(port: int) -> None:
    """Refuse before anything is started. What takes the port after this, the target's own refusal names."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise CannotServe(f"port {port} {why}; choose another with --port N, or --port 0 for a free one") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m spec serve", description="Start the target and keep it up.")
    parser.add_argument(
        "--target", type=Path, default=REFERENCE, metavar="FILE", help="profile (default: the reference)"
    )
    parser.add_argument("--port", type=_port, default=8443, metavar="N", help="port (default 8443; 0 for a free one)")
    parser.add_argument("--products", type=int, default=1000, metavar="N", help="how many products (default 1000)")
    parser.add_argument("--roomy", action="store_true", help="with the limits out of the way")
    parser.add_argument(
        "--development",
        action="store_true",
        help="the reference shop with Django Debug Toolbar, restarted when its code changes",
    )
    parser.add_argument(
        "--profile",
        type=Path,
        default=PROJECT / "reports" / "runs" / "serving.toml",
        metavar="FILE",
        help="where to leave the profile of the running target",
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > LONGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to {LONGEST_PORT})")
    return int(text)


def _variables_file(profile: Path) -> Path:
    return profile.with_suffix(".env")


def _keep_variables(variables: Mapping[str, str], profile: Path) -> None:
    """Leave the profile's secrets in a file that only its owner reads: a terminal's history is no place for them."""
    lines = (f"{name}={shlex.quote(value)}\n" for name, value in variables.items())
    write_atomically(_variables_file(profile), "".join(lines).encode(), mode=0o600)


def _announce(ready: ReadyMessage, profile: Profile, verbs: ShopVerbs, written: Path, pages: Mapping[str, str]) -> None:
    base_url, authority, staff = ready.base_url, ready.ca_certificate, ready.options.get("staff")
    products = base_url + first_request(verbs.list_products(), verbs.stranger()).target
    lines = {
        **{name: base_url + path for name, path in pages.items()},
        "products": f"curl {f'--cacert {authority} ' if authority else ''}{products}",
        "customer": _customer(ready, profile, verbs),
    }
    variables = _shown(_variables_file(written))
    if isinstance(staff, StaffOptions):
        lines["staff"] = f"{staff.email}, password: grep STAFF_PASSWORD {variables}"
    lines["one check"] = f"(set -a; . {variables}; nox -s check -- SHOP-001 --target {_shown(written)})"
    if authority:
        lines["browsers"] = "warn of the certificate, which this run has signed itself; go on, or trust its ca.pem"
    _say(f"{profile.name} is up at {base_url}; Ctrl-C ends it")
    for name, line in lines.items():
        _say(f"  {name:<15}{line}")


def _documentation(verbs: ShopVerbs) -> Mapping[str, str]:
    if not verbs.offers("documentation_page"):
        return {}
    return {"documentation": first_request(verbs.documentation_page(), verbs.stranger()).target}


def _customer(ready: ReadyMessage, profile: Profile, verbs: ShopVerbs) -> str:
    """Register a customer, whose password may be shown: the account has no power, and goes with the shop."""
    endpoint = Endpoint(ready.base_url, ready.ca_certificate, timeout_seconds=profile.timeout_seconds)
    password = secrets.token_urlsafe(12)
    if not verbs.offers("register"):
        return "none, the target opens no accounts"
    with Client(endpoint, Recorder()) as client:
        try:
            Visitor(client, verbs).must(verbs.register(CUSTOMER_EMAIL, password))
        except PreparationFailed as error:
            return f"none, registration did not work ({error.reason})"
    return f"{CUSTOMER_EMAIL}, password: {password}"


def _shown(path: Path) -> str:
    """Return the path as one would type it here."""
    relative = os.path.relpath(path)
    return str(path.resolve()) if relative.startswith("..") else relative


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - what a person at the terminal reads
