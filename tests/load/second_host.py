"""A second host for the tests: two network namespaces, joined by a cable of their own (needs root and iproute2)."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

GENERATOR_ADDRESS: Final = "10.200.7.1"
TARGET_ADDRESS: Final = "10.200.7.2"
SETTINGS: Final = Path("/etc/netns")
"""`ip netns exec` shows the files in the folder of a namespace in place of those in /etc."""


@dataclass(frozen=True)
class TwoHosts:
    """Two network namespaces that reach each other and nothing else."""

    generator: str
    target: str
    names: Path
    """The file of host names (hosts(5)) that processes in the generator's namespace see."""

    def name(self, host: str, address: str) -> None:
        """Let a name lead to this address, and to no other."""
        # Written in place: processes hold on to the file, which is mounted over theirs.
        self.names.write_text(f"{address} {host}\n")


@contextmanager
def two_hosts() -> Iterator[TwoHosts]:
    """Make both hosts and remove them again. Skips the test where that is not permitted."""
    if shutil.which("ip") is None:
        pytest.skip("iproute2 is not installed, so there can be no second host")
    label = secrets.token_hex(3)
    generator, target = f"load-{label}-a", f"load-{label}-b"
    with ExitStack() as cleanup:
        for namespace in (generator, target):
            _permitted("netns", "add", namespace)
            cleanup.callback(_ip, "netns", "del", namespace)
        _permitted("link", "add", "cable", "netns", generator, "type", "veth", "peer", "name", "cable", "netns", target)
        for namespace, address in ((generator, GENERATOR_ADDRESS), (target, TARGET_ADDRESS)):
            _ip("-n", namespace, "address", "add", f"{address}/24", "dev", "cable")
            for link in ("lo", "cable"):
                _ip("-n", namespace, "link", "set", link, "up")
        yield TwoHosts(generator, target, _own_names(generator, cleanup))


def _own_names(namespace: str, cleanup: ExitStack) -> Path:
    if not SETTINGS.exists():
        SETTINGS.mkdir()
        cleanup.callback(_remove_if_empty, SETTINGS)
    folder = SETTINGS / namespace
    folder.mkdir()
    cleanup.callback(shutil.rmtree, folder)
    names = folder / "hosts"
    names.write_text("127.0.0.1 localhost\n")
    return names


def _remove_if_empty(folder: Path) -> None:
    # Another test may have put the settings of its own namespace there meanwhile.
    with suppress(OSError):
        folder.rmdir()


def _permitted(*arguments: str) -> None:
    try:
        _ip(*arguments)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"network namespaces are not permitted here: {error.stderr.strip()}")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True, timeout=10)
