"""Control of a target: a supervisor that keeps the protocol and others that do not, and commands of a profile."""

from __future__ import annotations

import json
from pathlib import Path

import psutil
import pytest

from spec.target.control.processes import Processes, ProfileProcessControl
from spec.target.control.services import ControlFailed, NotRestored, ProfileServiceControl, Service, Services
from spec.target.control.supervised import StartFailed, Supervised, SupervisedControl
from tests.support.processes import wait_until
from tests.target.supervisor_programs import READY, SPEAKS, children


def start(text: str, *, seconds: float = 20, settings: dict[str, str] | None = None) -> tuple[Supervised, list[str]]:
    """Start a supervisor with this program; returns it and the lines that it writes to standard error."""
    said: list[str] = []
    command = ("{python}", "-c", text)
    return Supervised(command, settings=settings or {}, ready_within_seconds=seconds, progress=said.append), said


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
