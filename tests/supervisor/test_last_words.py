"""Of all that a process wrote, one line explains its end."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reference_app.supervisor.children import Child, Launch
from reference_app.supervisor.guardian import Guardian

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
        ("first\nlast\n", "last"),
        (f"cause\n{LOGGED}\n", "cause"),
        (f'{{"event": "x"}}\n{LOGGED}\n', LOGGED),
        (f"Traceback (most recent call last):\nValueError: cause\nafter\n{LOGGED}\n{HALT}\n", "ValueError: cause"),
        (f"{HALT}\n", HALT),
    ],
)
def test_the_cause_stands_before_what_follows_from_it(
    tmp_path: Path, guardian: Guardian, written: str, words: str
) -> None:
    log = tmp_path / "log"
    log.write_text("ValueError: of an earlier start\n")
    child = Child(Launch([sys.executable, "-c", f"print({written!r}, end='')"], output=log), guardian)
    deadline = time.monotonic() + 10
    while child.runs:
        assert time.monotonic() < deadline
    child.kill()
    assert child.last_words() == words
