"""Sessions of Shopspec. After `--` come a session's own arguments; `nox -l` lists what there is."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv|venv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["gate"]
nox.options.error_on_external_run = True

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
OSCAR = ROOT / "tests" / "targets" / "oscar"
# Progress is shown as it is made, also through a pipe; and a run leaves no byte code in the checkout.
ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}

if not os.access(ROOT, os.W_OK):
    # A read-only checkout runs too: environments and caches go to a folder of the user's own.
    nox.options.envdir = str(Path(tempfile.gettempdir()) / f"shopspec-nox-{os.getuid()}")
    print(f"{ROOT} cannot be written; environments go to {nox.options.envdir}", file=sys.stderr)


def prepare(session: nox.Session) -> None:
    """Install exactly what the lock file names, once for each lock file."""
    stamp = Path(session.virtualenv.location) / ".shopspec-lock"
    if is_stamped(stamp, LOCK):
        return
    session.install("--no-deps", "-r", str(LOCK))
    stamp.write_text(digest(LOCK))


def prepare_oscar(session: nox.Session) -> Path:
    """Install oscar's lock file into an environment of its own, inside the session's; return its Python."""
    environment = Path(session.virtualenv.location) / "oscar"
    stamp, python = environment / ".shopspec-lock", environment / "bin" / "python"
    if not is_stamped(stamp, OSCAR / LOCK.name):
        session.run("python", "-m", "venv", "--clear", str(environment))
        session.run(
            str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps",
            "-r", str(OSCAR / LOCK.name), external=True,
        )  # fmt: skip
        stamp.write_text(digest(OSCAR / LOCK.name))
    return python


def digest(lock: Path) -> str:
    """Digest a lock file."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def is_stamped(stamp: Path, lock: Path) -> bool:
    """Tell if an environment holds what this lock file names."""
    return stamp.is_file() and stamp.read_text() == digest(lock)


def run(session: nox.Session, *command: str, variables: dict[str, str] | None = None, **options: object) -> None:
    """Run a module of ours. On Ctrl-C it gets the time to write what was found and to stop what it started."""
    session.run(
        "python", "-m", *command, interrupt_timeout=40, terminate_timeout=20,
        env={**ENVIRONMENT, **(variables or {})}, **options,
    )  # fmt: skip


@nox.session
def gate(session: nox.Session) -> None:
    """Examine everything that the target allows: verdict, report, exit code."""
    prepare(session)
    run(session, "spec", "run", *session.posargs)


def examine(session: nox.Session, area: str) -> None:
    """Examine an area; its requirements stand in spec/catalogue/requirements/catalogue.toml."""
    prepare(session)
    run(session, "spec", "run", "--area", area, *session.posargs)


@nox.session(default=False)
def security(session: nox.Session) -> None:
    """Examine sign-in, limits, headers, versions, validation, errors, tokens and access."""
    examine(session, "security")


@nox.session(default=False)
def behaviour(session: nox.Session) -> None:
    """Examine orders, stock, caching, queries, documentation, health, monitoring and logs."""
    examine(session, "behaviour")


@nox.session(default=False)
def perf(session: nox.Session) -> None:
    """Load the target and judge latency, errors and cache hits."""
    examine(session, "performance")


@nox.session(default=False)
def delivery(session: nox.Session) -> None:
    """Examine production settings, container, releases and recovery."""
    examine(session, "delivery")


@nox.session(default=False)
def check(session: nox.Session) -> None:
    """Examine single requirements: nox -s check -- RATE-004 SHOP-001, or -- --failed for what the last run missed."""
    chosen = session.posargs
    if "--failed" not in chosen:
        if not chosen or chosen[0].startswith("-"):
            session.error("name requirements first, e.g. `nox -s check -- RATE-004`, or give --failed")
        chosen = ["--requirements", *chosen]
    prepare(session)
    run(session, "spec", "run", *chosen)


@nox.session(default=False)
def falsify(session: nox.Session) -> None:
    """Show that each check can fail: shops that are wrong on purpose and servers that are none (-- --all, or ids)."""
    prepare(session)
    run(session, "spec", "falsify", *session.posargs)


@nox.session(default=False)
def disguise(session: nox.Session) -> None:
    """Hold the verdicts on the reference shop in disguise against those without it (-- --all, --seed N, or faults)."""
    prepare(session)
    run(session, "tests.targets.disguise.compare", *session.posargs)


@nox.session(default=False)
def serve(session: nox.Session) -> None:
    """Start the reference shop with its data and keep it up (-- --port N)."""
    prepare(session)
    run(session, "spec", "serve", *session.posargs)


@nox.session(default=False)
def oscar(session: nox.Session) -> None:
    """Examine django-oscar, a shop of other authors, and compare with the verdicts that it is known to get."""
    prepare(session)
    variables = {"OSCAR_PYTHON": str(prepare_oscar(session))}
    run(session, "tests.targets.compare", "tests/targets/oscar", *session.posargs, variables=variables)


@nox.session(default=False)
def report(session: nox.Session) -> None:
    """Render the last results again (or -- RUN_FOLDER)."""
    prepare(session)
    run(session, "reports", "render", *(session.posargs or ["reports/latest"]))


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure what indexes, prefetching, caching and rendering buy, and how the shop grows (-- --smoke)."""
    prepare(session)
    columns = "--benchmark-columns=median,iqr,min,max,rounds"
    run(session, "pytest", "tests/bench", "-q", columns, *session.posargs)


@nox.session(default=False)
def profile(session: nox.Session) -> None:
    """Check a target profile and list what it grants on this machine: nox -s profile -- my-shop.toml"""
    prepare(session)
    run(session, "spec", "profile", *session.posargs)


@nox.session(default=False)
def tests(session: nox.Session) -> None:
    """Run the project's own tests: two files at once, and then by themselves those that measure."""
    prepare(session)
    if session.posargs:
        run(session, "pytest", *session.posargs)
        return
    measuring = ("tests/load", "tests/test_benches.py")
    others = [f"--ignore={one}" for one in measuring]
    run(session, "pytest", "tests", *others, "--numprocesses=2", "--dist=loadfile", "--benchmark-disable")
    run(session, "pytest", *measuring)


@nox.session(default=False)
def lint(session: nox.Session) -> None:
    """Check style, formatting, types and who imports whom."""
    prepare(session)
    run(session, "ruff", "check", ".")
    run(session, "ruff", "format", "--check", ".")
    run(session, "mypy")
    session.run("lint-imports")


@nox.session(default=False)
def catalogue(session: nox.Session) -> None:
    """Check the catalogue, list it, and write its pages and schemas in docs/."""
    prepare(session)
    run(session, "spec", "catalogue", "--write")
    run(session, "spec", "profile", "--write")
    run(session, "load", "schemas", "docs/schemas")


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Write requirements.lock from the dependency groups."""
    session.install("uv")
    session.run(
        "uv", "pip", "compile", "pyproject.toml", "--group", "all", "--universal", "--python-version", "3.11",
        "--generate-hashes", "--no-emit-index-url", "--no-header", "-o", "requirements.lock", *session.posargs,
    )  # fmt: skip
