"""Modules of faults: what they say, and what is told of one that does not say what it has to."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from spec.checking.outcomes import Outcome
from spec.falsify import FalsifyError
from spec.falsify.fault_modules import FaultModule, find_faults

FAULT = '''"""Stock is read, then written.

More."""

KILLS = {"RATE-001": "OVERSOLD", "RATE-002": ("OVERSOLD", "UNDERSOLD")}


def break_shop(): ...
'''
END = "\n\ndef break_shop(): ...\n"
FORM = (
    'KILLS has to be like {"RATE-001": "ADMITTED_BEYOND_BUDGET"}: each requirement with the outcome code by'
    " which its check has to turn red, or a tuple of codes"
)
SETTINGS = 'SETTINGS has to be like {"THROTTLE_ANON": "1000/hour"}, texts to texts'


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package `tiny_shops` with one fault."""
    folder = tmp_path / "tiny_shops"
    (folder / "orders").mkdir(parents=True)
    for package in (folder, folder / "orders"):
        (package / "__init__.py").write_text("")
    (folder / "orders" / "race.py").write_text(FAULT)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "tiny_shops"]:
        del sys.modules[name]


def test_a_fault_says_what_is_wrong_and_what_has_to_notice(shops: Path) -> None:
    assert shops.is_dir()
    assert find_faults("tiny_shops") == (
        FaultModule(
            "race",
            "tiny_shops.orders.race",
            "Stock is read, then written.",
            {"RATE-001": frozenset({Outcome.OVERSOLD}), "RATE-002": frozenset({Outcome.OVERSOLD, Outcome.UNDERSOLD})},
        ),
    )
    assert find_faults("tiny_shops")[0].kills == ("RATE-001", "RATE-002")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (f'KILLS = {{"A-001": "STALE"}}{END}', "a fault needs a docstring that says what is wrong with its shop"),
        (
            '"""Wrong."""\nKILLS = {"A-001": "STALE"}\n',
            "a fault needs a function break_shop, which makes the shop wrong",
        ),
        (f'"""Wrong."""{END}', "a fault needs KILLS: the requirements that it breaks, and how"),
        (f'"""Wrong."""\nKILLS = ("A-001",){END}', FORM),
        (f'"""Wrong."""\nKILLS = {{}}{END}', FORM),
        (f'"""Wrong."""\nKILLS = {{1: "STALE"}}{END}', FORM),
        (
            f'"""Wrong."""\nKILLS = {{"A-001": ()}}{END}',
            "KILLS has to name an outcome code for A-001, or a tuple of codes",
        ),
        (
            f'"""Wrong."""\nKILLS = {{"A-001": ("STALE", 1)}}{END}',
            "KILLS has to name an outcome code for A-001, or a tuple of codes",
        ),
        (
            f'"""Wrong."""\nKILLS = {{"A-001": ("STALE", "OVERSOLDED")}}{END}',
            "'OVERSOLDED' for A-001 is no outcome code; did you mean OVERSOLD or UNDERSOLD?",
        ),
        (
            f'"""Wrong."""\nKILLS = {{"A-001": "x"}}{END}',
            "'x' for A-001 is no outcome code; spec/checking/outcomes.py lists them",
        ),
        ('"""Wrong."""\nKILLS = {\n', "this is no Python ('{' was never closed (race.py, line 2))"),
        (
            '"""Wrong."""\nimport tiny_shops.gone\n',
            "it cannot be imported (ModuleNotFoundError: No module named 'tiny_shops.gone')",
        ),
        (f'"""Wrong."""\nKILLS = {{"A-001": "STALE"}}\nSETTINGS = {{"A": 1}}{END}', SETTINGS),
        (f'"""Wrong."""\nKILLS = {{"A-001": "STALE"}}\nSETTINGS = ["A"]{END}', SETTINGS),
    ],
)
def test_a_fault_that_does_not_say_what_it_has_to_is_refused(shops: Path, content: str, sentence: str) -> None:
    (shops / "orders" / "race.py").write_text(content)
    with pytest.raises(FalsifyError) as refused:
        find_faults("tiny_shops")
    assert str(refused.value) == f"race.py: {sentence}"


@pytest.mark.parametrize(
    ("line", "settings"), [("", {}), ('SETTINGS = {"A": "1"}', {"A": "1"}), ('SETTINGS: dict = {"B": "2"}', {"B": "2"})]
)
def test_the_settings_of_a_fault_are_texts(shops: Path, line: str, settings: dict[str, str]) -> None:
    (shops / "orders" / "race.py").write_text(f"{FAULT}{line}\n")
    assert find_faults("tiny_shops")[0].settings == settings


def test_two_faults_of_one_name_are_refused(shops: Path) -> None:
    (shops / "race.py").write_text(FAULT)
    with pytest.raises(FalsifyError) as refused:
        find_faults("tiny_shops")
    sentence = "race.py: two faults have this name, tiny_shops.orders.race and tiny_shops.race"
    assert str(refused.value) == sentence


def test_reading_the_faults_of_this_project_imports_no_shop() -> None:
    say = (
        "import sys; from spec.falsify.fault_modules import find_faults; assert find_faults();"
        " print([one for one in sys.modules if one.split('.')[0] in {'django', 'reference_app'}])"
    )
    assert subprocess.check_output([sys.executable, "-c", say], text=True) == "[]\n"
