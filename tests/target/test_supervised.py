"""A target that a run starts: the control protocol against processes that keep it, and others that do not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from spec.catalogue import load_catalogue
from spec.target.connection import Connection, TargetUnreachable
from spec.target.control.processes import Processes, ProfileProcessControl
from spec.target.control.services import ControlFailed, NotRestored, ProfileServiceControl, Service, Services
from spec.target.control.supervised import StartFailed, Supervised, SupervisedControl
from spec.target.exchange import MARK_VARIABLE
from spec.target.profile.profile_model import ProfileError
from spec.target.profile.profile_reading import read_profile
from spec.target.recording import Recorder
from spec.target.source_addresses import SourceAddresses
from spec.target.windows import WindowUnusable
from spec.target.windows.registry import REGISTRY
from spec.target.windows.staff_window import Credentials
from tests.support.processes import wait_until
from tests.support.tiny_shop import TinyShop

# Ready at once; refuses to stop the cache, ends when asked for the counters, says something else before each answer.
SPEAKS = """
import json, sys
print("starting", sys.argv[1:], file=sys.stderr, flush=True)
print(json.dumps({"event": "ready", "protocol": 2, "base_url": "BASE_URL"}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if asked.get("service") == "counters":
        sys.exit(3)
    print(json.dumps({"event": "note"}), flush=True)
    refused = asked.get("service") == "cache"
    print(json.dumps({"id": asked["id"], "ok": not refused, "error": "not now", "asked": asked}), flush=True)
"""

READY = """print('{"event": "ready", "protocol": 2, "base_url": "BASE_URL"}', flush=True)
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
    control = SupervisedControl(supervised, {})
    control.stop(Service.DATABASE)
    control.start(Service.DATABASE)
    answer = supervised.command("reconfigure", set={"A": "1"})
    assert supervised.ready == {"event": "ready", "protocol": 2, "base_url": "BASE_URL"}
    assert answer["asked"] == {"id": 3, "command": "reconfigure", "set": {"A": "1"}}
    assert not supervised.wait(0.01)
    supervised.stop()
    supervised.stop()
    assert supervised.wait(0.01)
    assert said == ["starting ['--set', 'THROTTLE_ANON=9/hour']"]
    assert children() == before


def test_a_command_that_is_refused_or_not_answered_fails_the_control_and_not_the_target() -> None:
    supervised, _ = start(SPEAKS)
    control = SupervisedControl(supervised, {})
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


def test_a_supervisor_that_writes_events_and_no_answer_is_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spec.target.control.supervised.ANSWER_SECONDS", 0.5)
    events = "import threading\nwhile not threading.Event().wait(0.1): print('{}', flush=True)"
    supervised, _ = start(f"{READY}{events}")
    monkeypatch.setattr("spec.target.control.supervised.STOP_SECONDS", 0.1)
    with pytest.raises(ControlFailed, match=r"^the target's supervisor did not answer 'quit' within 0.5 s$"):
        supervised.command("quit")
    supervised.stop()


def test_what_a_supervisor_writes_that_is_not_utf_8_is_read_all_the_same() -> None:
    answer = r"""sys.stdout.buffer.write(b'\xff\n')"""
    supervised, said = start(f"import sys\nsys.stderr.buffer.write(b'\\xff!\\n')\n{READY}input()\n{answer}")
    with pytest.raises(ControlFailed, match="did not answer 'quit'"):
        supervised.command("quit")
    assert wait_until(lambda: said == ["\N{REPLACEMENT CHARACTER}!"], 10)
    supervised.stop()


def test_a_supervisor_that_is_killed_takes_along_what_it_has_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spec.target.control.supervised.STOP_SECONDS", 0.3)
    starts = "import subprocess, sys, time\nprint(subprocess.Popen(['sleep', '60']).pid, file=sys.stderr, flush=True)\n"
    supervised, said = start(f"{starts}{READY}time.sleep(60)")
    assert wait_until(lambda: bool(said), 10)
    child = psutil.Process(int(said[0]))
    supervised.stop()
    assert wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 10)


RAN = {"exit_code": 0, "output": "", "errors": "", "seconds": 0.5}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({**RAN, "exit_code": True}, "'run': exit_code has to be integer, it is true"),
        ({**RAN, "output": None}, "'run': output has to be text, it is null"),
        ({**RAN, "seconds": "1"}, "'run': seconds has to be number, it is \"1\""),
        ({"exit_code": 0}, "'run': output is missing"),
        ({"pids": "7"}, "'reload': pids has to be array, it is \"7\""),
        ({"pids": [7, "8"]}, "'reload': pids[1] has to be integer, it is \"8\""),
        ({"pids": [True]}, "'reload': pids[0] has to be integer, it is true"),
        ({}, "'reload': pids is missing"),
    ],
)
def test_an_answer_is_read_strictly(answer: dict[str, object], sentence: str) -> None:
    supervised, _ = start(
        f"{READY}input()\nprint({json.dumps({'id': 1, 'ok': True, **answer})!r}, flush=True)\ninput()"
    )
    control = SupervisedControl(supervised, {})
    with pytest.raises(ControlFailed) as failed:
        control.run("check", ()) if "'run'" in sentence else control.reload()
    assert str(failed.value) == f"the supervisor's answer to {sentence}"
    supervised.stop()


def test_commands_of_a_profile_control_services_and_their_failure_is_told(tmp_path: Path) -> None:
    done = tmp_path / "done"
    control = ProfileServiceControl(
        {
            "stop database": f"touch {done}",
            "start database": "sh -c 'echo it broke >&2; exit 4'",
            "stop cache": "/no/such",
            "suspend cache": "true",
            "resume cache": f"touch '{tmp_path / 'the cache'}'",
        }
    )
    with Services(control).hanging(Service.CACHE):
        assert not (tmp_path / "the cache").exists()
    assert (tmp_path / "the cache").exists()
    with pytest.raises(NotRestored, match=r"^the database could not be started again: command .* with 4: it broke\n$"):  # noqa: SIM117
        with Services(control).stopped(Service.DATABASE):
            assert done.exists()
    for service, action, sentence in (
        (Service.CACHE, control.stop, r"^command 'stop cache' of the profile failed: "),
        (Service.APPLICATION, control.stop, r"^the profile's \[services\] names no command 'stop application'$"),
    ):
        with pytest.raises(ControlFailed, match=sentence):
            action(service)


def test_commands_of_a_profile_end_and_renew_processes(tmp_path: Path) -> None:
    done = tmp_path / "done"
    killing = f"sh -c 'touch {done}; echo 12; echo 7 9'"
    processes = Processes(ProfileProcessControl({"kill worker": killing, "reload": "sh -c 'exit 3'"}))
    assert (processes.kill_worker(), done.exists()) == ((12, 7, 9), True)
    with pytest.raises(ControlFailed, match=r"^command 'reload' of the profile exited with 3: $"):
        processes.reload()
    with pytest.raises(ControlFailed, match=r"^the profile's \[processes\] names no command 'kill cache'$"):
        processes.kill(Service.CACHE)


def test_commands_of_a_profile_that_print_no_process_ids_show_nothing() -> None:
    commands = {"kill worker": "true", "kill workers": "echo", "reload": "true", "kill cache": "true"}
    control = ProfileProcessControl(commands)
    for act, name, effect in (
        (control.kill_worker, "kill worker", "a worker was replaced"),
        (control.kill_workers, "kill workers", "a worker was replaced"),
        (control.reload, "reload", "a worker was replaced"),
        (lambda: control.kill(Service.CACHE), "kill cache", "a process was killed"),
    ):
        with pytest.raises(ControlFailed) as failed:
            act()
        assert str(failed.value) == f"the command {name!r} printed no process ids, so nothing shows that {effect}"


@pytest.mark.parametrize("printed", ["killed", "-7", "0", "7,8"])
def test_a_command_of_a_profile_prints_process_ids_and_nothing_else(printed: str) -> None:
    sentence = rf"^the command 'reload' has to print process ids and nothing else, not '{printed}'$"
    with pytest.raises(ControlFailed, match=sentence):
        ProfileProcessControl({"reload": f"echo 12 {printed}"}).reload()


def test_a_supervised_target_that_names_no_process_ids_fails_the_control() -> None:
    answers = "import json\nwhile True: print(json.dumps({'id': json.loads(input())['id'], 'ok': True, 'pids': []}))"
    supervised, _ = start(f"{READY}{answers}")
    control = SupervisedControl(supervised, {})
    for act, command in (
        (control.kill_worker, "kill"),
        (lambda: control.kill(Service.CACHE), "kill"),
        (control.reload, "reload"),
    ):
        with pytest.raises(ControlFailed) as failed:
            act()
        sentence = f"the supervisor's answer to {command!r} names no process ids, so nothing shows its effect"
        assert str(failed.value) == sentence
    supervised.stop()


def connect(path: Path, text: str) -> Connection:
    """A connection by the profile with this text."""
    path.write_text(f'schema_version = 2\nname = "Tiny"\ntimeout_seconds = 5\n{text}')
    profile = read_profile(path, load_catalogue())
    return Connection(profile, addresses=SourceAddresses("run"), recorder=Recorder(), progress=print)


def test_a_running_target_is_reached_and_grants_what_its_profile_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_STAFF", "Pw-staff-1")
    (tmp_path / "shop.log").write_text("")
    windows = (
        '[windows.staff]\nemail = "s@x"\npassword = {variable = "TINY_STAFF"}\n[windows.logs]\nfile = "shop.log"\n'
    )
    powers = """[services]
"stop cache" = "true"
"start cache" = "true"
[processes]
reload = "echo 7"
[commands]
routes = "echo 'GET /x'"
broken = "/no/such"
"""
    with TinyShop() as tiny:
        text = f'[address]\nbase_url = "{tiny.base_url}"\n{windows}{powers}'
        connection = connect(tmp_path / "target.toml", text)
        shop = connection.open()
        # Once from the system's own address, once from one that is bound.
        assert tiny.asked == ["/livez", "/livez"]
        assert (shop.grants_staff, shop.tells_clients_apart) == (True, True)
        named = [window.name for window in REGISTRY if window.name in shop.windows]
        assert named == ["staff", "logs", "metrics"]
        assert shop.windows.staff == Credentials("s@x", "Pw-staff-1")
        tiny.accounts["s@x"] = "Pw-staff-1"
        assert (shop.staff.email, shop.staff.password, shop.staff is shop.staff) == ("s@x", "Pw-staff-1", True)
        assert shop.windows.logs.position().offset == 0
        with pytest.raises(WindowUnusable, match=r"^the target grants db, but has named no database$"):
            _ = shop.windows.database
        with shop.services.stopped(Service.CACHE):
            pass
        assert shop.processes.reload() == (7,)
        assert shop.command("routes", "--all").output == "GET /x --all\n"
        with pytest.raises(WindowUnusable, match=r"^command 'broken' of the profile failed: "):
            shop.command("broken")
        with pytest.raises(WindowUnusable, match=r"^only a target that the run starts by itself can"), shop.started():
            pytest.fail("it is not started")
        assert "Pw-staff-1" in shop.recorder.secrets
        connection.close()


def test_a_running_target_whose_profile_gives_no_commands_grants_no_power(tmp_path: Path) -> None:
    with TinyShop() as tiny:
        connection = connect(tmp_path / "target.toml", f'[address]\nbase_url = "{tiny.base_url}"\n')
        shop = connection.open()
        for what, sentence in (
            (lambda: shop.services, "the target grants services, but its profile's [services] gives no commands"),
            (lambda: shop.processes, "the target grants process, but its profile's [processes] gives no commands"),
            (lambda: shop.command("x"), "the target grants commands, but has named none"),
            (lambda: shop.staff, "the target grants admin, but has named no staff"),
        ):
            with pytest.raises(WindowUnusable) as refused:
                what()
            assert str(refused.value) == sentence
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
            '[windows.staff]\nemail = "s@x"\npassword = {variable = "NO_SUCH_VARIABLE"}\n',
            "[windows.staff]: the environment variable NO_SUCH_VARIABLE is not set",
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


def test_only_falsify_decides_that_exchanges_are_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with TinyShop() as tiny:
        program = tmp_path / "speaks.py"
        program.write_text(SPEAKS.replace('"BASE_URL"', f'"{tiny.base_url}"'))
        marks = []
        for asked in (None, "1"):
            if asked:
                monkeypatch.setenv(MARK_VARIABLE, asked)
            connection = connect(tmp_path / "target.toml", f'[start]\ncommand = ["{{python}}", "{program}"]\n')
            marks.append(connection.open().endpoint.mark_examined)
            connection.close()
    assert marks == [False, True]


def started(tmp_path: Path, ready: Mapping[str, object], text: str = "") -> Connection:
    """Connect by a profile whose start command says this first."""
    program = tmp_path / "speaks.py"
    said = {"event": "ready", "protocol": 2, **ready}
    program.write_text(SPEAKS.replace('{"event": "ready", "protocol": 2, "base_url": "BASE_URL"}', repr(said)))
    return connect(tmp_path / "target.toml", f'[start]\ncommand = ["{{python}}", "{program}"]\n{text}')


def test_a_started_target_grants_what_its_ready_message_says_and_ends_with_the_connection(tmp_path: Path) -> None:
    before = children()
    with TinyShop() as tiny:
        ready = {
            "base_url": f"{tiny.base_url}/",
            "ca_certificate": None,
            "windows": {
                "staff": {"email": "s@x", "password": "Pw-staff-2"},
                "logs": {"file": "/x.log", "status": "code"},
                "cache": {"url": "redis://:hidden@127.0.0.1:1"},
                "processes": {"application": 7},
            },
            "identity": {"commit": None, "settings_sha256": "ab"},
        }
        # A started target's profile adds to what it announces, and does not overrule it.
        text = '[windows.logs]\nroute = "path"\nstatus = "stat"\n[windows.metrics]\npath = "/numbers"\n'
        connection = started(tmp_path, ready, text)
        shop = connection.open()
        assert (shop.endpoint.base_url, shop.endpoint.mark_examined) == (tiny.base_url, False)
        assert (shop.identity, shop.grants_staff) == ({"settings_sha256": "ab"}, True)
        assert (shop.windows.logs.path, shop.windows.logs.fields.status) == (Path("/x.log"), "code")
        assert shop.windows.logs.fields.route == "path"
        assert shop.processes.pids == {Service.APPLICATION: 7}
        assert shop.recorder.secrets == {"Pw-staff-2", "hidden"}
        assert shop.windows.metrics.scrape().status == 404
        with pytest.raises(WindowUnusable, match=r"^the target grants commands, but has named none$"):
            shop.command("routes")
        assert len(children() - before) == 1
        connection.close()
    assert wait_until(lambda: children() == before, 10)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"protocol": 1}, "the target's ready message: protocol has to be 2, it is 1"),
        ({"mark_examined": True}, "the target's ready message: unknown key mark_examined; known are base_url, ca_cert"),
        ({"windows": {"databse": {}}}, "the target's ready message: unknown key [windows] databse; did you mean 'data"),
        ({"windows": {"database": {"url": "mysql://ann:hidden@x"}}},
         "the target's ready message: [windows.database] url has to be a postgresql:// or postgres:// URL"),
        ({"windows": {"staff": {"email": "x"}}}, "the target's ready message: [windows.staff] password is missing"),
        ({"windows": {"commands": {"names": ["a", "a"]}}},
         "the target's ready message: [windows.commands] names has to name each command once"),
    ],
)  # fmt: skip
def test_a_ready_message_is_read_strictly_and_repeats_no_secret(
    tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    before = children()
    connection = started(tmp_path, {"base_url": "http://127.0.0.1:1", **changes})
    with pytest.raises(TargetUnreachable) as refused:
        connection.open()
    assert str(refused.value).startswith(sentence)
    assert "hidden" not in str(refused.value)
    assert children() == before
    connection.close()
