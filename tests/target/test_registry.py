"""A window is one file and one line: the recipe of docs/adding-a-window.md, followed in a copy of the project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from spec.target.windows.registry import REGISTRY, Windows
from spec.target.windows.staff_window import STAFF, StaffOptions
from spec.target.windows.window import Window

PROJECT = Path(__file__).resolve().parents[2]
RECIPE = (PROJECT / "docs" / "adding-a-window.md").read_text()
FILE, LINE = re.findall(r"```python\n(.*?)```", RECIPE, re.DOTALL)
# What a newcomer sees of the new window: each place is asked for, and nothing else of the project was changed.
PROGRAM = """
import json, sys
from pathlib import Path
from spec.catalogue import load_catalogue
from spec.target.client import Endpoint
from spec.target.control.ready_message import read_ready_message
from spec.target.profile.profile_model import ProfileError
from spec.target.profile.profile_reading import read_profile
from spec.target.profile.profile_reference import profile_schema, reference_tables
from spec.target.recording import Recorder
from spec.target.window_opening import profile_options, windows_of_address
from spec.target.windows.window import WindowContext

folder, catalogue = Path(sys.argv[1]), load_catalogue()
context = WindowContext(Recorder(), Endpoint("http://127.0.0.1:1"))
profile = read_profile(folder / "right.toml", catalogue)
windows = windows_of_address(profile, profile_options(profile, {}), context)
try:
    read_profile(folder / "wrong.toml", catalogue)
except ProfileError as error:
    refused = str(error)
ready = read_ready_message({
    "event": "ready", "protocol": 2, "base_url": "http://x", "windows": {"queue": {"folder": "/jobs"}},
})
print(json.dumps({
    "shop": windows.queue.waiting(),
    "observed": context.recorder.count,
    "refused": refused,
    "ready": str(ready.options["queue"].folder),
    "table": "### `[windows.queue]`" in reference_tables() and "| `folder` | The folder that " in reference_tables(),
    "schema": "QueueOptionsInProfile" in profile_schema(catalogue),
}))
"""
HEAD = 'schema_version = 2\nname = "Shop"\n[address]\nbase_url = "http://127.0.0.1:1"\n'


def test_one_file_and_one_line_add_a_window_everywhere(tmp_path: Path) -> None:
    for package in ("spec/target", "spec/catalogue", "reports"):
        shutil.copytree(PROJECT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "spec" / "__init__.py", tmp_path / "spec")
    (tmp_path / "spec" / "target" / "windows" / "queue_window.py").write_text(FILE)
    registry = tmp_path / "spec" / "target" / "windows" / "registry.py"
    text = registry.read_text().replace("    docker = DOCKER\n", f"    docker = DOCKER\n{LINE}")
    importing = "from spec.target.windows.queue_window import QUEUE\n"
    registry.write_text(text.replace("from spec.target.windows.staff", f"{importing}from spec.target.windows.staff"))
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "send-mail").write_text("")
    (tmp_path / "right.toml").write_text(f'{HEAD}[windows.queue]\nfolder = "jobs"\n')
    (tmp_path / "wrong.toml").write_text(f'{HEAD}[windows.queue]\nfolder = "jobs"\nfoldr = "jobs"\n')
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "shop": ["send-mail"],
        "observed": 1,
        "refused": f"{tmp_path / 'wrong.toml'}: unknown key [windows.queue] foldr; did you mean 'folder'?",
        "ready": "/jobs",
        "table": True,
        "schema": True,
    }


def test_every_window_has_a_file_of_its_own_words_and_documented_options() -> None:
    assert {"staff", "database", "cache", "logs", "metrics", "errors", "mail", "browser", "docker"} <= {
        window.name for window in REGISTRY
    }
    for window in REGISTRY:
        assert window.options.__doc__
        assert all(field.description for field in window.options.model_fields.values()), window.name


def test_a_window_is_registered_under_its_own_name() -> None:
    assert Windows.staff is STAFF
    wrong = Window(name="stuff", shows="x", need=None, options=StaffOptions, open=lambda options, context: options)
    with pytest.raises((TypeError, RuntimeError)) as refused:
        type("Others", (), {"staff": wrong})
    assert "the window 'stuff' is registered as 'staff'" in str(refused.value.__cause__ or refused.value)
