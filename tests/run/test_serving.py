"""Serving a target for people: its profile while it is up, and one sentence where it cannot be."""

from __future__ import annotations

import json
import re
import shlex
import signal
import ssl
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

from spec.catalogue import load_catalogue
from spec.target.control.ready_message import read_ready_message
from spec.target.profile.profile_reading import read_profile
from spec.target.profile.running_profile import running_profile
from spec.target.window_opening import profile_options
from tests.support.processes import PROJECT, await_end, end_all, family, start, wait_until

CATALOGUE = load_catalogue()


def serve(*options: str) -> tuple[int, str]:
    """Exit code and words of a server that cannot be."""
    done = subprocess.run(
        [sys.executable, "-m", "spec", "serve", *options],
        cwd=PROJECT, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_a_served_shop_leaves_a_profile_that_can_be_used_and_takes_it_away_again(tmp_path: Path) -> None:
    profile, output = tmp_path / "folder" / "serving.toml", tmp_path / "output.txt"
    command = [
        sys.executable,
        "-m",
        "spec",
        "serve",
        "--port",
        "0",
        "--products",
        "20",
        "--profile",
        str(profile),
    ]
    served = start(command, output)
    try:
        assert wait_until(lambda: profile.is_file() and "Ctrl-C ends it" in output.read_text()), output.read_text()
        assert profile.stat().st_mode & 0o777 == 0o600
        read = read_profile(profile, CATALOGUE)
        assert read.address is not None
        assert read.address.base_url.startswith("https://127.0.0.1:")
        assert read.capabilities == {"admin", "https", "db", "cache", "logs", "auto:browser", "auto:docker"}
        variables = profile.with_suffix(".env")
        assert variables.stat().st_mode & 0o777 == 0o600
        secrets = dict(line.split("=", 1) for line in variables.read_text().splitlines())
        assert set(secrets) == {"STAFF_PASSWORD", "METRICS_TOKEN"}
        options = profile_options(read, secrets)
        assert set(options) == {"staff", "database", "cache", "counters", "logs", "metrics"}
        assert options["staff"]["password"].get_secret_value() == secrets["STAFF_PASSWORD"]
        told = dict(re.findall(r"^  ([\w .]+?) {2,}(.*)$", output.read_text(), re.MULTILINE))
        assert list(told) == [
            "Swagger UI", "ReDoc", "ReDoc of v1", "admin", "products", "customer", "staff", "one check", "browsers",
        ]  # fmt: skip
        assert told["customer"].startswith("customer@shop.example, password: ")
        products = subprocess.run(shlex.split(f"{told['products']} --silent"), capture_output=True, check=True)
        assert len(json.loads(products.stdout)["results"]) == 20
        port = read.address.base_url.rpartition(":")[2]
        second = serve("--port", port, "--profile", str(tmp_path / "second.toml"))
        otherwise = "choose another with --port N, or --port 0 for a free one"
        assert second == (4, f"serve: port {port} is in use; {otherwise}\n")
        assert not (tmp_path / "second.toml").exists()
        third = serve("--port", "0", "--profile", str(profile))
        otherwise = "stop it, or give this one --port N and --profile FILE"
        assert third == (4, f"serve: another one is up and has its profile in {profile}; {otherwise}\n")
        assert profile.exists()
        known = family(served)
        served.send_signal(signal.SIGINT)
        assert await_end(known) == []
        assert served.wait(10) == 0
        assert output.read_text().endswith("\nserve: stopped\n")
        assert not profile.exists()
    finally:
        end_all(served)


def test_a_developers_shop_shows_the_toolbar_and_is_the_references_alone(tmp_path: Path) -> None:
    profile, output = tmp_path / "serving.toml", tmp_path / "output.txt"
    options = ["--port", "0", "--products", "5", "--profile", str(profile), "--development"]
    served = start([sys.executable, "-m", "spec", "serve", *options], output)
    try:
        assert wait_until(lambda: "Ctrl-C ends it" in output.read_text()), output.read_text()
        address = read_profile(profile, CATALOGUE).address
        assert address is not None
        trust = ssl.create_default_context(cafile=address.ca_certificate)
        with urllib.request.urlopen(f"{address.base_url}/admin/login/", context=trust, timeout=20) as page:  # noqa: S310
            assert b'id="djDebug"' in page.read()
    finally:
        end_all(served)
    other = tmp_path / "target.toml"
    other.write_text('schema_version = 2\nname = "x"\n[start]\ncommand = ["x"]\n')
    assert serve("--target", str(other), "--development") == (
        2, f"serve: {other}: --development is for the reference shop\n",
    )  # fmt: skip


def test_a_profile_without_a_start_cannot_be_served(tmp_path: Path) -> None:
    path = tmp_path / "target.toml"
    path.write_text('schema_version = 2\nname = "x"\n[address]\nbase_url = "http://127.0.0.1:1"\n')
    assert serve("--target", str(path)) == (2, f"serve: {path}: only a profile with [start] can be served\n")


def test_the_profile_of_a_running_target_says_all_that_its_own_says_as_far_as_it_is_granted(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        """schema_version = 2
name = 'A "shop"'
timeout_seconds = 7
[start]
command = ["x"]
[adapter]
module = "spec.target.adapters.rest"
paths = {cart = "/basket"}
headers = {X-Key = {variable = "KEY"}}
[claims]
chapters = ["all"]
capabilities = ["admin", "https", "start", "services", "process", "cache", "logs", "errors", "auto:docker"]
[effects]
allowed = ["signs in", "reads", "loads"]
[policies]
rate_tolerance = 0.005
allowed_origins = ["a\\\\b"]
arrival_rate = {per_second = 9, mix = {browse = 1, order = 0.5}}
[load]
hosts = ["shop.example"]
"""
    )
    own = read_profile(tmp_path / "own.toml", CATALOGUE)
    windows = {
        "logs": {"file": "/x.log", "status": "code"},
        "metrics": {"path": "/metrics", "token": "t-1"},
        "counters": {"url": "redis://:pw@127.0.0.1:1"},
        "processes": {"application": 7},
    }
    ready = read_ready_message({"event": "ready", "protocol": 2, "base_url": "http://127.0.0.1:9", "windows": windows})
    text, secrets = running_profile(own, ready)
    (tmp_path / "running.toml").write_text(text)
    running = read_profile(tmp_path / "running.toml", CATALOGUE)
    assert running.name == 'A "shop" (running)'
    assert running.capabilities == {"https", "logs", "auto:docker"}
    for same in (
        "chapters",
        "effects",
        "policies",
        "adapter",
        "statuses",
        "accounts",
        "timeout_seconds",
        "load",
    ):
        assert getattr(running, same) == getattr(own, same)
    assert secrets == {"METRICS_TOKEN": "t-1"}
    assert tomllib.loads(text)["windows"] == {
        "logs": {"file": "/x.log", "status": "code"},
        "metrics": {"path": "/metrics", "token": {"variable": "METRICS_TOKEN"}},
        "counters": {"url": "redis://:pw@127.0.0.1:1"},
    }
    assert tomllib.loads(text)["policies"] == {
        "rate_tolerance": 0.005,
        "allowed_origins": ["a\\b"],
        "arrival_rate": {"per_second": 9, "mix": {"browse": 1, "order": 0.5}},
    }
