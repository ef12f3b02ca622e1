"""A target that a run starts: the control protocol against processes that keep it, and others that do not."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from spec.catalogue import load_catalogue
from spec.target.connection import Connection, TargetUnreachable
from spec.target.control.services import CommandControl, ControlFailed, NotRestored, Service
from spec.target.control.supervised import StartFailed, Supervised, SupervisedControl
from spec.target.exchange import MARK_VARIABLE
from spec.target.profile.profile_model import ProfileError
from spec.target.profile.profile_reading import read_profile
from spec.target.recording import Recorder
from spec.target.source_addresses import SourceAddresses
from spec.target.windows import WindowUnusable
from tests.support.processes import wait_until
from tests.support.tiny_shop import TinyShop

# Ready at once; refuses to stop the cache, ends when asked for the counters, says something else before each answer.
SPEAKS = """
import json, sys
print("starting", sys.argv[1:], file=sys.stderr, flush=True)
print(json.dumps({"event": "ready", "base_url": "BASE_URL"}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if asked.get("service") == "counters":
        sys.exit(3)
    print(json.dumps({"event": "note"}), flush=True)
    refused = asked.get("service") == "cache"
    print(json.dumps({"id": asked["id"], "ok": not refused, "error": "not now", "asked": asked}), flush=True)
"""


def start(text: str, *, seconds: float = 20, settings: dict[str, str] | None = None) -> tuple[Supervised, list[str]]:
    """Start a supervisor with this program, and what it says on standard error."""
    said: list[str] = []
    command = ("{python}", "-c", text)
    return Supervised(command, settings=settings or {}, ready_within_seconds=seconds, progress=said.append), said


def children() -> set[int]:
    """Processes that this one has started and that still run."""
    return {child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE}


def test_a_supervisor_gets_its_settings_says_ready_answers_and_is_gone_after_stop() -> None:
    before = children()
    supervised, said = start(SPEAKS, settings={"THROTTLE_ANON": "9/hour"})
    control = SupervisedControl(supervised)
    control.stop(Service.DATABASE)
    control.start(Service.DATABASE)
    answer = supervised.command("reconfigure", set={"A": "1"})
    assert supervised.ready == {"event": "ready", "base_url": "BASE_URL"}
    assert answer["asked"] == {"id": 3, "command": "reconfigure", "set": {"A": "1"}}
    assert not supervised.wait(0.01)
    supervised.stop()
    supervised.stop()
    assert supervised.wait(0.01)
    assert said == ["starting ['--set', 'THROTTLE_ANON=9/hour']"]
    assert children() == before


def test_a_command_that_is_refused_or_not_answered_fails_the_control_and_not_the_target() -> None:
    supervised, _ = start(SPEAKS)
    control = SupervisedControl(supervised)
    with pytest.raises(ControlFailed, match=r"^the target's supervisor refused 'stop': not now$"):
        control.stop(Service.CACHE)
    with pytest.raises(ControlFailed, match=r"^the target's supervisor ended while it was asked to stop$"):
        control.stop(Service.COUNTERS)
    assert supervised.wait(10)
    with pytest.raises(ControlFailed):
        control.stop(Service.DATABASE)
    supervised.stop()


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (
            "import sys; sys.exit('no database here')",
            "the target's start command ended with exit code 1: no database here",
        ),
        ("pass", "the target's start command ended with exit code 0: it said nothing"),
        (
            "print('hello', flush=True); input()",
            "the target's first line is no ready event of the control protocol: 'hello",
        ),
        (
            "print('[1]', flush=True); input()",
            "the target's first line is no ready event of the control protocol: '[1]",
        ),
        ('print(\'{"event": "ready"}\', flush=True); input()', "the target's first line is no ready event of the"),
        ("import sys; print('waiting', file=sys.stderr, flush=True); input()", "the target was not ready within 1 s: "),
    ],
)
def test_a_start_command_that_does_not_come_up_says_its_last_word_and_leaves_nothing(
    program: str, sentence: str
) -> None:
    before = children()
    with pytest.raises(StartFailed) as failed:
        start(program, seconds=1 if "within" in sentence else 20)
    assert str(failed.value).startswith(sentence)
    assert children() == before


def test_a_start_command_that_is_none_says_so() -> None:
    with pytest.raises(StartFailed, match=r"^the target's start command '/no/such' cannot be run: No such file or dir"):
        Supervised(("/no/such",), settings={}, ready_within_seconds=1, progress=print)


def test_a_supervisor_that_ignores_the_end_of_its_input_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spec.target.control.supervised.STOP_SECONDS", 0.3)
    before = children()
    supervised, _ = start(SPEAKS + "import time\ntime.sleep(60)\n")
    supervised.stop()
    assert children() == before


def test_commands_of_a_profile_control_services_and_their_failure_is_told(tmp_path: Path) -> None:
    done = tmp_path / "done"
    control = CommandControl(
        {
            "stop database": f"touch {done}",
            "start database": "sh -c 'echo it broke >&2; exit 4'",
            "stop cache": "/no/such",
        }
    )
    control.stop(Service.DATABASE)
    assert done.exists()
    for service, action, sentence in (
        (Service.CACHE, control.stop, r"^command 'stop cache' of the profile failed: "),
        (Service.APPLICATION, control.stop, r"^the profile names no command 'stop application'$"),
    ):
        with pytest.raises(ControlFailed, match=sentence):
            action(service)
    with pytest.raises(NotRestored, match=r"^the database could not be started again: command .* with 4: it broke\n$"):
        control.start(Service.DATABASE)


def connect(path: Path, text: str) -> Connection:
    """A connection by the profile with this text."""
    path.write_text(f'schema_version = 1\nname = "Tiny"\ntimeout_seconds = 5\n{text}')
    profile = read_profile(path, load_catalogue())
    return Connection(profile, addresses=SourceAddresses("run"), recorder=Recorder(), progress=print)


def test_a_running_target_is_reached_once_and_grants_what_its_profile_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_STAFF", "Pw-staff-1")
    (tmp_path / "shop.log").write_text("")
    windows = '[windows]\nstaff_email = "s@x"\nstaff_password_variable = "TINY_STAFF"\nlog_file = "shop.log"\n'
    with TinyShop() as tiny:
        commands = '[commands]\n"stop cache" = "true"\n"start cache" = "true"\n'
        text = f'[address]\nbase_url = "{tiny.base_url}"\n{windows}{commands}'
        connection = connect(tmp_path / "target.toml", text)
        shop = connection.open()
        assert tiny.asked == ["/livez"]
        assert (shop.grants_staff, shop.tells_clients_apart) == (True, True)
        assert (shop.windows.database, shop.windows.cache) == (None, None)
        assert shop.windows.logs is not None
        assert shop.control is not None
        assert "Pw-staff-1" in shop.recorder.secrets
        connection.close()


def test_a_target_where_nobody_listens_cannot_be_reached(tmp_path: Path) -> None:
    connection = connect(tmp_path / "target.toml", '[address]\nbase_url = "http://127.0.0.1:1"\n')
    with pytest.raises(
        TargetUnreachable, match=r"^the target 'Tiny' cannot be reached at http://127\.0\.0\.1:1: connec"
    ):
        connection.open()
    connection.close()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[windows]\nstaff_email = "s@x"\nstaff_password_variable = "NO_SUCH_VARIABLE"\n',
            "the environment variable NO_SUCH_VARIABLE (the staff password) is not set",
        ),
        ('[adapter]\nmodule = "no.such"\n', "adapter module 'no.such' cannot be imported"),
        ('[adapter]\nmodule = "json"\n', "adapter module 'json' has no class 'Verbs' derived from"),
        ('[adapter.paths]\ncarts = "/x"\n', "adapter 'spec.target.adapters.rest' knows no path named 'carts'"),
    ],
)
def test_what_a_profile_cannot_keep_is_said_before_anything_is_sent(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ProfileError) as refused:
        connect(tmp_path / "target.toml", f'[address]\nbase_url = "http://127.0.0.1:1"\n{text}')
    assert str(refused.value).startswith(f"{tmp_path / 'target.toml'}: {sentence}")


def test_what_a_target_says_of_marks_counts_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with TinyShop() as tiny:
        program = tmp_path / "speaks.py"
        program.write_text(
            SPEAKS.replace('"base_url": "BASE_URL"', f'"base_url": "{tiny.base_url}", "mark_examined": True')
        )
        marks = []
        for asked in (None, "1"):
            if asked:
                monkeypatch.setenv(MARK_VARIABLE, asked)
            connection = connect(tmp_path / "target.toml", f'[start]\ncommand = ["{{python}}", "{program}"]\n')
            marks.append(connection.open().endpoint.mark_examined)
            connection.close()
    assert marks == [False, True]


def test_a_started_target_grants_what_its_ready_line_says_and_ends_with_the_connection(tmp_path: Path) -> None:
    before = children()
    with TinyShop() as tiny:
        ready = {
            "base_url": f"{tiny.base_url}/",
            "staff": {"email": "s@x", "password": "Pw-staff-2"},
            "identity": {"commit": None, "settings_sha256": "ab"},
            "logs": {"application": "/x.log"},
            "cache_url": "redis://127.0.0.1:1",
        }
        program = tmp_path / "speaks.py"
        program.write_text(SPEAKS.replace('"base_url": "BASE_URL"', repr(ready)[1:-1]))
        text = f'[start]\ncommand = ["{{python}}", "{program}"]\n[start.settings]\nburst_limit = "BURST"\n'
        connection = connect(tmp_path / "target.toml", text)
        shop = connection.open(connection.settings(burst_limit="9/minute"))
        assert (shop.endpoint.base_url, shop.endpoint.mark_examined) == (tiny.base_url, False)
        assert (shop.identity, shop.grants_staff) == ({"settings_sha256": "ab"}, True)
        assert shop.windows.cache is not None
        assert shop.windows.logs is not None
        assert len(children() - before) == 1
        with pytest.raises(WindowUnusable, match=r"^the profile's \[start\.settings\] names no variable for 'hourly'$"):
            connection.settings(hourly="9/hour")
        connection.close()
    assert wait_until(lambda: children() == before, 10)
