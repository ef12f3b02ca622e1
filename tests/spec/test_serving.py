"""Serving a target for people: its profile while it is up, and one sentence where it cannot be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

from spec.catalogue import load_catalogue
from spec.serving import _running_profile
from spec.target.profile_reading import read_profile
from tests.spec.processes import PROJECT, await_end, end_all, family, start, wait_until

CATALOGUE = load_catalogue()


def test_a_served_shop_leaves_a_profile_that_can_be_used_and_takes_it_away_again(tmp_path: Path) -> None:
    profile, output = tmp_path / "folder" / "serving.toml", tmp_path / "output.txt"
    command = [sys.executable, "-m", "spec.serving", "--port", "0", "--products", "20", "--profile", str(profile)]
    served = start(command, output)
    try:
        assert wait_until(lambda: profile.is_file() and "Ctrl-C ends it" in output.read_text()), output.read_text()
        assert profile.stat().st_mode & 0o777 == 0o600
        read = read_profile(profile, CATALOGUE)
        assert read.address is not None
        assert read.address.base_url.startswith("https://127.0.0.1:")
        assert read.capabilities == {"admin", "https", "db", "cache", "logs"}
        assert read.windows.staff_password_variable == "STAFF_PASSWORD"
        port = read.address.base_url.rpartition(":")[2]
        second = subprocess.run(
            [sys.executable, "-m", "spec.serving", "--port", port, "--profile", str(tmp_path / "second.toml")],
            cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert second.returncode == 4
        said = second.stderr.splitlines()
        assert [line for line in said if line.startswith("serve: ")] == said[-1:]
        assert port in second.stderr
        assert "Traceback" not in second.stderr
        assert not (tmp_path / "second.toml").exists()
        known = family(served)
        served.send_signal(signal.SIGINT)
        assert await_end(known) == []
        assert served.wait(10) == 0
        assert not profile.exists()
    finally:
        end_all(served)


def test_a_profile_without_a_start_cannot_be_served(tmp_path: Path) -> None:
    path = tmp_path / "target.toml"
    path.write_text('schema_version = 1\nname = "x"\n[address]\nbase_url = "http://127.0.0.1:1"\n')
    done = subprocess.run(
        [sys.executable, "-m", "spec.serving", "--target", str(path)],
        cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False, env={**os.environ},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, f"serve: {path}: only a profile with [start] can be served\n")


def test_the_profile_of_a_running_target_says_all_that_its_own_says_as_far_as_it_is_granted(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        """schema_version = 1
name = 'A "shop"'
timeout_seconds = 7
[start]
command = ["x"]
[adapter]
module = "spec.target.adapters.rest"
paths = {cart = "/basket"}
[claims]
chapters = ["all"]
capabilities = ["admin", "https", "start", "cache", "logs"]
[effects]
allowed = ["signs in", "reads"]
[log_fields]
status = "code"
[policies]
rate_tolerance = 0.005
allowed_origins = ["a\\\\b"]
arrival_rate = {per_second = 9, mix = {browse = 1, order = 0.5}}
"""
    )
    own = read_profile(tmp_path / "own.toml", CATALOGUE)
    text = _running_profile(own, {"base_url": "http://127.0.0.1:9", "logs": {"application": "/x.log"}})
    (tmp_path / "running.toml").write_text(text)
    running = read_profile(tmp_path / "running.toml", CATALOGUE)
    assert running.name == 'A "shop" (running)'
    assert running.capabilities == {"https", "logs"}
    for same in ("chapters", "effects", "policies", "log_fields", "adapter_module", "adapter_paths", "timeout_seconds"):
        assert getattr(running, same) == getattr(own, same)
    assert tomllib.loads(text)["policies"] == {
        "rate_tolerance": 0.005,
        "allowed_origins": ["a\\b"],
        "arrival_rate": {"per_second": 9, "mix": {"browse": 1, "order": 0.5}},
    }
