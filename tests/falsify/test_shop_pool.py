"""Leased shops: one is switched for each client, and a client that needs another one starts its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from spec.falsify.leased import read_settings
from spec.falsify.project_graph import PROJECT
from spec.falsify.shop_pool import ShopPool

SUPERVISOR = """
import json, os, sys

settings = dict(two.split("=", 1) for one, two in zip(sys.argv, sys.argv[1:]) if one == "--set")
if "1" in settings:
    sys.exit(3)
if "SHOPSPEC_FAULT_FILE" not in settings:
    # No pool has started it.
    sys.exit(" ".join(sys.argv[1:]))

def ready():
    fault = open(settings["SHOPSPEC_FAULT_FILE"]).read()
    return {"event": "ready", "base_url": "https://x", "pid": os.getpid(), "fault": fault, "set": settings}

def tell(what):
    print(json.dumps(what), flush=True)

tell(ready())
for line in sys.stdin:
    asked = json.loads(line)
    name = asked["command"]
    answer = {"ok": name != "stop"} | ({"ready": ready()} if name == "restore" else {}) | ({"error": "no"} if name == "stop" else {})
    if name == "die":
        sys.exit(1)
    tell({"id": asked["id"], **answer})
"""  # noqa: E501 - a program, whose lines count only for itself
OWN = "[leased] a start of its own"
ROOMY = {"LIMIT": "100/hour"}


class Client:
    """A process that has leased a shop, as a run starts it."""

    def __init__(self, command: Sequence[str], *options: str) -> None:
        words = [part.replace("{python}", sys.executable) for part in command]
        self.process = subprocess.Popen(
            [*words, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=PROJECT
        )
        self.ready = json.loads(self.read())

    def read(self) -> str:
        """Read one line; empty at the end."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def write(self, command: str, number: int = 1) -> None:
        """Send a command."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"id": number, "command": command}) + "\n")

    def end(self) -> int:
        """Close standard input and wait for the end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        code = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def pool() -> Iterator[ShopPool]:
    """Keep shops as they are started, and roomy ones."""
    # pytest's own folders are too long for the path of a socket.
    with TemporaryDirectory(prefix="pool-") as folder:
        program = Path(folder) / "supervisor.py"
        program.write_text(SUPERVISOR)
        pool = ShopPool(Path(folder), ["{python}", str(program)], [{}, ROOMY, {"1": "x"}], ["TRACKER"])
        yield pool
        pool.close()


def lease(pool: ShopPool, fault: str = "-", *options: str, previous: int | None = None) -> Client:
    """Lease a shop; with the process id of the previous one, as soon as the pool has taken note that it is free."""
    client = Client(pool.start_command(fault), *options)
    deadline = time.monotonic() + 10
    while previous is not None and client.ready["pid"] != previous and time.monotonic() < deadline:
        client.end()
        client = Client(pool.start_command(fault), *options)
    return client


def test_one_shop_serves_one_client_after_the_other_each_with_its_fault(pool: ShopPool) -> None:
    first = lease(pool, "shops.race")
    assert (first.ready["fault"], first.end()) == ("shops.race", 0)
    second = lease(pool, previous=first.ready["pid"])
    assert (second.ready["fault"], second.ready["pid"]) == ("", first.ready["pid"])
    second.end()


def test_two_clients_at_once_have_two_shops(pool: ShopPool) -> None:
    first, second = lease(pool), lease(pool)
    assert first.ready["pid"] != second.ready["pid"]
    assert (first.end(), second.end()) == (0, 0)


def test_a_shop_is_leased_only_to_clients_of_its_settings(pool: ShopPool) -> None:
    first = lease(pool)
    first.end()
    roomy = lease(pool, "-", "--set", "LIMIT=100/hour")
    assert roomy.ready["pid"] != first.ready["pid"]
    assert roomy.ready["set"]["LIMIT"] == "100/hour"
    roomy.end()


def test_an_address_of_the_clients_own_is_reached_through_one_that_stays(pool: ShopPool) -> None:
    first = lease(pool, "-", "--set", "TRACKER=http://key@127.0.0.1:9/1")
    first.end()
    second = lease(pool, "-", "--set", "TRACKER=http://key@127.0.0.1:10/1", previous=first.ready["pid"])
    assert second.ready["set"]["TRACKER"] == first.ready["set"]["TRACKER"]
    assert "127.0.0.1:9/" not in first.ready["set"]["TRACKER"]
    second.end()


def test_commands_are_answered_by_the_shop_refusals_too(pool: ShopPool) -> None:
    client = lease(pool)
    answers = []
    for number, command in enumerate(["start", "stop"], start=7):
        client.write(command, number)
        answers.append(json.loads(client.read()))
    assert answers == [{"id": 7, "ok": True}, {"id": 8, "ok": False, "error": "no"}]
    client.end()


@pytest.mark.parametrize("spoil", ["reconfigure", "die"])
def test_a_shop_that_was_changed_or_died_is_not_leased_again(pool: ShopPool, spoil: str) -> None:
    client = lease(pool)
    client.write(spoil)
    client.read()
    if spoil == "reconfigure":
        client.end()
    else:
        assert client.process.wait(10) == 1
        client.end()
    other = lease(pool)
    assert other.ready["pid"] != client.ready["pid"]
    other.end()


@pytest.mark.parametrize(
    ("options", "reason"),
    [(("--unset", "1"), ""), (("--set", "2=x"), f"{OWN}: no shop is kept with these settings\n")],
)
def test_what_the_pool_does_not_keep_is_a_start_of_its_own_command(
    pool: ShopPool, options: Sequence[str], reason: str
) -> None:
    command = [part.replace("{python}", sys.executable) for part in pool.start_command("shops.race")]
    done = subprocess.run([*command, *options], capture_output=True, text=True, cwd=PROJECT, check=False)
    fault = "--application spec.falsify.faulty_wsgi:application --set SHOPSPEC_FAULT=shops.race"
    assert (done.returncode, done.stderr) == (1, f"{reason}{fault} {' '.join(options)}\n")


def test_what_the_pool_cannot_start_is_a_start_of_its_own_command(pool: ShopPool) -> None:
    command = [part.replace("{python}", sys.executable) for part in pool.start_command()]
    done = subprocess.run([*command, "--set", "1=x"], capture_output=True, text=True, cwd=PROJECT, check=False)
    reason = "the target's start command ended with exit code 3: it said nothing"
    assert (done.returncode, done.stderr) == (3, f"{OWN}: {reason}\n")


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ([], {}),
        (["--set", "A=1", "--set", "B=x=y"], {"A": "1", "B": "x=y"}),
        (["--unset", "A"], None),
        (["--set"], None),
        (["--set", "A=1", "--bare"], None),
    ],
)
def test_only_settings_can_be_leased(options: list[str], settings: dict[str, str] | None) -> None:
    assert read_settings(options) == settings


def test_a_closed_pool_ends_its_shops_and_lets_go_of_its_clients(pool: ShopPool) -> None:
    idle, leased = lease(pool), lease(pool)
    idle.end()
    pool.close()
    assert leased.process.wait(10) == 1
    assert leased.end() == 1
