from pathlib import Path

import pytest

from load.processors import Processors, read_ticks
from load.recorder import Clock


def test_busy_is_what_is_neither_idle_nor_waiting(tmp_path: Path) -> None:
    (tmp_path / "stat").write_text("cpu  10 20 30 400 50 6 7 8 999 999\ncpu0 1 2 3 4\n")
    assert read_ticks(tmp_path / "stat") == (81, 531)


def test_a_system_that_does_not_tell_gives_no_share(tmp_path: Path) -> None:
    assert read_ticks(tmp_path / "none") == (0, 0)
    processors = Processors(Clock(0))
    assert processors.machine_share(0, 10) is None
    assert processors.own_share(0, 10) == pytest.approx(0)
