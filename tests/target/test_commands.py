"""Commands of a profile: what they write is read whatever it is, and what they leave running is not waited for."""

from __future__ import annotations

import sys
from collections.abc import Callable

import psutil
import pytest

from spec.target.control.commands import OUTPUT_BYTES, run_command
from spec.target.control.processes import ProfileProcessControl
from spec.target.control.services import ControlFailed, ProfileServiceControl, Service
from spec.target.windows import WindowUnusable


def test_output_that_is_not_utf_8_is_read_all_the_same() -> None:
    done = run_command("printf", [r"a\377b\303\274"])
    assert (done.exit_code, done.output, done.errors) == (0, "a\N{REPLACEMENT CHARACTER}bü", "")


def test_a_server_that_a_command_leaves_behind_is_not_waited_for() -> None:
    done = run_command("sh -c 'sleep 30 & echo $!'", seconds=10)
    server = psutil.Process(int(done.output))
    assert server.is_running()
    server.kill()


def test_output_beyond_a_mebibyte_is_counted_and_not_read() -> None:
    done = run_command(sys.executable, ["-c", f"import sys; sys.stderr.write('x' * ({OUTPUT_BYTES} + 7))"])
    assert (done.output, done.errors) == ("", "x" * 2**20 + "\n… 7 more bytes")


@pytest.mark.parametrize(
    ("command", "seconds", "sentence"),
    [
        ("echo 'open", 5, '"echo \'open" cannot be run: No closing quotation'),
        ("/no/such", 5, "'/no/such' cannot be run: [Errno 2] No such file or directory: '/no/such'"),
        ("sleep 30", 0.1, "'sleep 30' did not end within 0.1 s"),
    ],
)
def test_a_command_that_cannot_be_run_says_so_in_a_sentence(command: str, seconds: float, sentence: str) -> None:
    with pytest.raises(WindowUnusable) as refused:
        run_command(command, seconds=seconds)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "act",
    [
        lambda commands: ProfileServiceControl(commands).start(Service.CACHE),
        lambda commands: ProfileProcessControl(commands).kill(Service.CACHE),
    ],
)
def test_a_power_whose_command_has_an_open_quote_fails_the_control(act: Callable[[dict[str, str]], object]) -> None:
    with pytest.raises(ControlFailed, match=r"^command '\w+ cache' of the profile failed: .* No closing quotation$"):
        act({"start cache": "echo 'open", "kill cache": "echo 'open"})
