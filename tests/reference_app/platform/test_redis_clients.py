"""Connections of threads and of processes are apart."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.reference_app.services import Services

ROOT = Path(__file__).resolve().parents[3]
FORKING = """
import os, sys, redis
from reference_app.redis_clients import ThreadClients

clients = ThreadClients(
    lambda: redis.Redis.from_url(sys.argv[1], single_connection_client=True), retried=(redis.ConnectionError,)
)
parent = clients.ask("CLIENT", "ID")
child = os.fork()
if child == 0:
    own = clients.ask("CLIENT", "ID")
    apart = own != parent and all(clients.ask("ECHO", f"child {at}") == f"child {at}".encode() for at in range(500))
    os._exit(0 if apart else 1)
right = all(clients.ask("ECHO", f"parent {at}") == f"parent {at}".encode() for at in range(500))
_, status = os.waitpid(child, 0)
print(right, os.waitstatus_to_exitcode(status), clients.ask("CLIENT", "ID") == parent)
"""


def test_a_child_process_has_a_connection_of_its_own_and_leaves_that_of_its_parent(services: Services) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FORKING, services.redis_url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert ended.stdout.split() == ["True", "0", "True"]
