"""One line of what a process wrote explains its end."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reference_app.supervisor.children import Child, Launch, find_cause
from reference_app.supervisor.guardian import Guardian
from tests.supervisor.run import POLL_SECONDS

LOGGED = "[2026-11-23 22:14:54 +0000] [577] [ERROR] Reason: App failed to load."
HALT = "gunicorn.errors.HaltServer: <HaltServer 'App failed to load.' 4>"


@pytest.fixture
def guardian(tmp_path: Path) -> Iterator[Guardian]:
    (tmp_path / "run").mkdir()
    guardian = Guardian(tmp_path / "run")
    yield guardian
    guardian.end()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "it wrote nothing"),
        ("first\nlast\n\n", "last"),
        (f"cause\n{LOGGED}\n", "cause"),
        (f'{{"event": "x"}}\n{LOGGED}\n', LOGGED),
        (f"Traceback (most recent call last):\n  line\nValueError: cause\nafter\n{LOGGED}\n", "ValueError: cause"),
        (f"cause\nTraceback (most recent call last):\n  line\n{HALT}\n", "cause"),
        (f"{HALT}\n", HALT),
    ],
)
def test_the_cause_stands_before_what_follows_from_it(written: str, words: str) -> None:
    assert find_cause(written.splitlines()) == words


def test_the_last_words_of_a_process_are_those_since_its_own_start(tmp_path: Path, guardian: Guardian) -> None:
    log = tmp_path / "log"
    log.write_text("ValueError: of an earlier start\n")
    child = Child(Launch([sys.executable, "-c", "print('of this one')"], output=log), guardian)
    deadline = time.monotonic() + 10
    while child.runs:
        assert time.monotonic() < deadline
        time.sleep(POLL_SECONDS)
    child.kill()
    assert child.last_words() == "of this one"
