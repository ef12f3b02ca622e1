"""Starts with other settings: one idle start serves many blocks, and what was broken is not used again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from spec.catalogue import load_catalogue
from spec.target.connection import Connection, VariantNotStarted
from spec.target.control.services import ControlFailed, NotRestored, Service, Services
from spec.target.exchange import Request
from spec.target.observations import CommandOutput, ObservationKind
from spec.target.profile.profile_reading import read_profile
from spec.target.recording import Recorder
from spec.target.source_addresses import SourceAddresses
from spec.target.windows import WindowUnusable
from tests.support.processes import wait_until
from tests.support.tiny_shop import TinyShop

PROFILE = """schema_version = 2
name = "Small"
timeout_seconds = 5
[start]
command = ["{{python}}", "-m", "tests.support.small_supervisor", "{folder}"]
ready_within_seconds = 30
[start.settings]
burst_limit = "BURST"
refresh_grace = "GRACE"
secret_key = "REFUSE"
allowed_hosts = "STIFF"
database_url = "STUCK"
mail_sink = "SILENT"
error_sink = "DSN"
[start.roomy]
LIMIT = "none"
[claims]
capabilities = ["start", "errors"]
"""


class Small:
    """A connection to starts of the small supervisor, and what those were asked."""

    def __init__(self, folder: Path, recorder: Recorder) -> None:
        self.folder = folder / "asked"
        self.folder.mkdir()
        (folder / "target.toml").write_text(PROFILE.format(folder=self.folder))
        profile = read_profile(folder / "target.toml", load_catalogue())
        self.connection = Connection(profile, addresses=SourceAddresses("run"), recorder=recorder, progress=print)

    @property
    def starts(self) -> list[list[dict[str, object]]]:
        """The commands of each process, in the order in which they began; a sink's address is left out."""
        files = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_ctime_ns)
        return [[without_sink(json.loads(line)) for line in path.read_text().splitlines()] for path in files]

    @property
    def alive(self) -> int:
        """The number of supervisors that run."""
        return sum("small_supervisor" in " ".join(child.cmdline()) for child in psutil.Process().children())


def without_sink(asked: dict[str, object]) -> dict[str, object]:
    """Leave out the address of a sink, which differs each time."""
    return {
        key: {name: one for name, one in value.items() if name != "DSN"} if isinstance(value, dict) else value
        for key, value in asked.items()
    }


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def small(tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Small]:
    with TinyShop() as tiny:
        monkeypatch.setenv("BASE_URL", tiny.base_url)
        small = Small(tmp_path, recorder)
        yield small
        small.connection.close()
    assert wait_until(lambda: small.alive == 0, 10)


def test_ten_blocks_with_other_settings_cost_one_start(small: Small) -> None:
    shop = small.connection.open()
    for grace in range(10):
        with shop.started(roomy=True, refresh_grace=str(grace)) as other:
            assert other.visitor().do(other.verbs.liveness()).worked
            assert other.grants_staff
    shipped, lent = small.starts
    assert shipped == [{"started": {}}]
    assert lent[0] == {"started": {"LIMIT": "none", "GRACE": "0"}}
    assert lent[1:] == [
        {"command": "reconfigure", "set": {"LIMIT": "none", "GRACE": str(grace)}} for grace in range(1, 10)
    ]
    assert small.alive == 2


def test_settings_of_an_earlier_block_are_taken_back(small: Small) -> None:
    shop = small.connection.open()
    with shop.started(burst_limit="9/minute", refresh_grace="1"):
        pass
    with shop.started(refresh_grace="2") as other:
        assert other.identity == {"commit": "cd", "settings": "DSN,GRACE"}
    assert small.starts[1][1:] == [{"command": "reconfigure", "set": {"BURST": None, "GRACE": "2"}}]


def test_a_block_ends_with_its_shop_whatever_happens_inside(small: Small) -> None:
    shop = small.connection.open()
    with pytest.raises(ZeroDivisionError), shop.started() as other:
        _ = len(other.windows.errors.reports().reports) // 0
    with pytest.raises(WindowUnusable, match=r"^the window on the errors is closed$"):
        _ = other.windows.errors
    with shop.started() as again:
        assert again.windows.errors.reports().reports == ()
    assert len(small.starts) == 2


def test_blocks_inside_each_other_have_starts_of_their_own_and_one_is_kept(small: Small) -> None:
    shop = small.connection.open()
    with shop.started(), shop.started():
        assert small.alive == 3
    assert small.alive == 2


def test_a_start_that_cannot_be_reconfigured_is_replaced_by_a_fresh_one(small: Small) -> None:
    shop = small.connection.open()
    with shop.started():
        pass
    with shop.started(allowed_hosts="x"):
        assert small.starts[1][-1] == {"ended": {}}
        assert small.starts[2] == [{"started": {"STIFF": "x"}}]


@pytest.mark.parametrize("verb", ["stop", "suspend"])
def test_a_service_that_is_broken_for_a_block_runs_again_after_it(small: Small, verb: str) -> None:
    shop = small.connection.open()
    block = shop.services.stopped if verb == "stop" else shop.services.hanging
    with pytest.raises(ZeroDivisionError), block(Service.DATABASE, Service.CACHE):
        _ = 1 // 0
    back = "start" if verb == "stop" else "resume"
    assert [(asked["command"], asked["service"]) for asked in small.starts[0][1:]] == [
        (verb, "database"), (verb, "cache"), (back, "cache"), (back, "database"),
    ]  # fmt: skip


@pytest.mark.parametrize("block", ["stopped", "hanging"])
def test_a_start_whose_service_was_lost_is_not_used_again(small: Small, block: str) -> None:
    shop = small.connection.open()
    sentence = r"^the cache could not be started again: the target's supervisor refused '\w+': it is stuck$"
    with (
        pytest.raises(NotRestored, match=sentence),
        shop.started(database_url="cache") as other,
        getattr(other.services, block)(Service.CACHE, Service.COUNTERS),
    ):
        pass
    # What can be restored is restored all the same.
    assert small.starts[1][-2:] == [
        {"command": "start" if block == "stopped" else "resume", "service": "cache"},
        {"ended": {"STUCK": "cache"}},
    ]
    assert small.alive == 1


def test_processes_are_killed_and_renewed_and_a_start_with_a_killed_service_is_not_used_again(small: Small) -> None:
    shop = small.connection.open()
    with shop.started() as other:
        assert other.processes.pids[Service.APPLICATION] != shop.processes.pids[Service.APPLICATION]
        assert (other.processes.kill_worker(), other.processes.reload()) == ((7, 8), (7, 8))
        # The small supervisor has no workers to kill.
        with pytest.raises(ControlFailed, match=r"^the application's process \d+ has no workers that could be killed$"):
            other.processes.kill_workers()
    assert small.alive == 2
    with shop.started() as other:
        assert other.processes.kill(Service.CACHE) == (7, 8)
    assert small.alive == 1
    assert [asked for asked in small.starts[1] if asked.get("command") in {"kill", "reload"}] == [
        {"command": "kill", "service": "application", "which": "worker"},
        {"command": "reload", "service": "application"},
        {"command": "kill", "service": "cache", "which": "all"},
    ]


def test_a_command_is_run_by_the_target_and_observed(small: Small, recorder: Recorder) -> None:
    shop = small.connection.open()
    output = shop.command("routes", "--all", "a b")
    assert output == CommandOutput("routes --all 'a b'", 0, "GET /x\n{}\n".replace("{}", output.output[7:-1]), "", 0.25)
    assert small.starts[0][-1] == {"command": "run", "name": "routes", "arguments": ["--all", "a b"]}
    assert recorder.kinds == {ObservationKind.COMMAND}
    with pytest.raises(WindowUnusable, match=r"^the target offers no command 'check'; it offers routes, provoke$"):
        shop.command("check")


def test_a_failing_shop_is_a_start_of_its_own_that_is_used_once(small: Small, recorder: Recorder) -> None:
    shop = small.connection.open()
    with shop.failing() as (other, request):
        assert other is not shop
        assert request == Request("GET", "/api/v2/products", operation="a request that fails unhandled")
        # What the harness itself did to the target is no look at it.
        assert ObservationKind.COMMAND not in recorder.kinds
    assert small.alive == 1
    with pytest.raises(WindowUnusable, match=r"'provoke' named no request that fails: it said nothing$"):  # noqa: SIM117
        with shop.failing(mail_sink="x"):
            pytest.fail("nothing fails")
    assert small.alive == 1


def test_a_start_that_refuses_is_an_attempt_and_not_an_unreachable_target(small: Small, recorder: Recorder) -> None:
    shop = small.connection.open()
    refused = shop.refuses_to_start(secret_key="")
    assert (refused.came_up, refused.exit_code) == (False, 1)
    assert refused.said == "REFUSE is '', and has to be missing"
    assert refused.command.endswith(f"{small.folder} --set REFUSE=")
    assert refused.summary.endswith("--set REFUSE= → ended with exit code 1: REFUSE is '', and has to be missing")
    came_up = shop.refuses_to_start(refresh_grace="1")
    assert (came_up.came_up, came_up.exit_code, came_up.said) == (True, None, "")
    assert small.alive == 1
    assert recorder.kinds == {ObservationKind.START}


def test_a_variant_that_does_not_come_up_is_a_window_that_cannot_be_used(small: Small) -> None:
    shop = small.connection.open()
    ended = "the target's start command ended with exit code 1: REFUSE is 'x', and has to be missing"
    for variant in (shop.started, shop.failing):
        with pytest.raises(WindowUnusable) as refused, variant(secret_key="x", refresh_grace="1"):
            pytest.fail("it does not come up")
        assert type(refused.value) is VariantNotStarted
        assert str(refused.value) == f"the target did not start with REFUSE=x GRACE=1: {ended}"
    assert small.alive == 1


def test_a_variant_that_comes_up_and_answers_nothing_is_ended(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = small.connection.open()
    monkeypatch.setenv("BASE_URL", "http://127.0.0.1:1")
    with pytest.raises(VariantNotStarted, match=r"^the target did not start once more: .* cannot be reached at http"):  # noqa: SIM117
        with shop.started():
            pytest.fail("it answers nothing")
    assert small.alive == 1


def test_a_setting_that_the_profile_does_not_map_is_named(small: Small) -> None:
    shop = small.connection.open()
    assert shop.setting_variable("burst_limit") == "BURST"
    sentence = r"^the profile's \[start\.settings\] names no variable for 'hourly'$"
    with pytest.raises(WindowUnusable, match=sentence):
        shop.setting_variable("hourly")
    with pytest.raises(WindowUnusable, match=sentence):
        shop.refuses_to_start(hourly="9")
    with pytest.raises(WindowUnusable, match=sentence), shop.started(hourly="9"):
        pytest.fail("it is not started")


def test_what_cannot_be_stopped_fails_the_control_and_is_started_all_the_same(small: Small) -> None:
    shop = small.connection.open()
    shop.services._control.stop = _refuse  # type: ignore[method-assign]
    with pytest.raises(ControlFailed, match="not now"), shop.services.stopped(Service.CACHE):
        pytest.fail("it is not stopped")
    assert small.starts[0][-1] == {"command": "start", "service": "cache"}


@pytest.mark.parametrize("block", ["stopped", "hanging"])
def test_every_service_is_restored_whatever_one_of_them_raises(block: str) -> None:
    visited: list[Service] = []
    losses: list[str] = []

    class Control:
        def stop(self, service: Service) -> None:
            del service

        def start(self, service: Service) -> None:
            visited.append(service)
            if service is not Service.COUNTERS:
                raise ZeroDivisionError(f"no {service}")

        suspend, resume = stop, start

    services = Services(Control(), on_loss=lambda: losses.append("lost"))
    sentence = r"^the application could not be started again: no application$"
    three = (Service.DATABASE, Service.COUNTERS, Service.APPLICATION)
    with pytest.raises(NotRestored, match=sentence), getattr(services, block)(*three):
        pass
    assert (visited, losses) == ([*reversed(three)], ["lost"])


def _refuse(service: Service) -> None:
    raise ControlFailed(f"{service}: not now")
