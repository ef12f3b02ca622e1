"""Load in a closed loop: each connection asks again as soon as it has its answer. wrk where there is one.

A closed loop says how much a server can do at most. It says nothing honest about latency (docs: measuring honestly).
"""

from __future__ import annotations

import http.client
import multiprocessing
import re
import shutil
import subprocess
import time
from functools import partial

from tests.bench.server import PROXIED

PROCESSES = 2  # of the client in Python


class LoadFailed(Exception):
    """A request failed, so the rate means nothing."""


def name_client() -> str:
    """Return the name of the client that drives the load."""
    return "wrk" if shutil.which("wrk") else f"http.client in {PROCESSES} processes"


def measure_rate(port: int, path: str, *, connections: int, seconds: float) -> float:
    """Return successful answers a second. Raises LoadFailed."""
    return (run_wrk if shutil.which("wrk") else run_python)(port, path, connections, seconds)


def run_wrk(port: int, path: str, connections: int, seconds: float) -> float:
    """Measure with wrk on one thread, whose turns are whole seconds."""
    headers = [part for name, value in PROXIED.items() for part in ("-H", f"{name}: {value}")]
    turn = f"{max(1, round(seconds))}s"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{turn}", *headers, f"http://127.0.0.1:{port}{path}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    if rate is None or "Socket errors" in said or "Non-2xx" in said:
        raise LoadFailed(said)
    return float(rate[1])


def run_python(port: int, path: str, connections: int, seconds: float) -> float:
    """Measure with keep-alive connections in processes of Python, for machines without wrk."""
    share = max(1, connections // PROCESSES)
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        pool.map(abs, range(PROCESSES))  # all are up before the first asks
        rates = pool.map(partial(ask_in_turn, port, path, share), [seconds] * PROCESSES, chunksize=1)
    return sum(rates)


def ask_in_turn(port: int, path: str, connections: int, seconds: float) -> float:
    """Return answers a second of one process: all its connections have a request in flight, and are read in turn."""
    opened = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(connections)]
    for connection in opened:
        connection.request("GET", path, headers=PROXIED)
    count, began = 0, time.perf_counter()
    while time.perf_counter() < began + seconds:
        for connection in opened:
            response = connection.getresponse()
            if response.status != 200 or not response.read():
                raise LoadFailed(f"status {response.status}")
            count += 1
            connection.request("GET", path, headers=PROXIED)
    elapsed = time.perf_counter() - began
    for connection in opened:
        connection.close()
    return count / elapsed
