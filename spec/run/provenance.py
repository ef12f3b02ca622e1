"""Describe the harness that judged, and its machine."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import tomllib
from hashlib import sha256

from reports.results import Harness, Host
from spec.run.run_folder import PROJECT


def describe_harness() -> Harness:
    """Version of the specification, of Python, and a digest of every installed package with its version."""
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    packages = sorted(f"{found.name}=={found.version}" for found in importlib.metadata.distributions())
    return Harness(
        version=version,
        python=platform.python_version(),
        packages_sha256=sha256("\n".join(packages).encode()).hexdigest(),
    )


def describe_host() -> Host:
    """System, processors that this process may use, and memory in bytes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Host(system=f"{platform.system()} {platform.release()} {platform.machine()}", cpus=cpus, memory_bytes=memory)
