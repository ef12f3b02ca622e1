"""A project of a few tiny files in which everything that a kill rests on has its place."""

from __future__ import annotations

from pathlib import Path

FAULT = '''"""Stock is read, then written.

More."""

KILLS = {"RATE-001": "OVERSOLD", "RATE-002": ("OVERSOLD", "UNDERSOLD")}


def break_shop() -> None: ...
'''
FILES = {
    "conftest.py": "",
    "requirements.lock": "",
    "reference_app/stock.py": "right = True",
    "spec/__init__.py": "",
    "spec/__main__.py": "from spec.run.run_command import main",
    "spec/run/run_command.py": "from spec import kills, plugin",
    "spec/falsify/kills.py": "",
    "spec/falsify/fault_files.py": "",
    "spec/run/check_progress.py": "import spec.words",
    "spec/words.py": "",
    "spec/checking/outcomes.py": "",
    "spec/checking/examination.py": "from spec.checking.outcomes import Outcome",
    "spec/checking/judging.py": "from reports.verdicts import Verdict",
    "spec/run/plugin.py": "import spec.run.check_progress\nfrom spec.target import shop",
    "spec/target/__init__.py": "",
    "spec/target/shop.py": "",
    "spec/target/reference.toml": "",
    "spec/target/profile/profile_reading.py": "",
    "spec/target/adapters/__init__.py": "",
    "spec/target/adapters/rest/__init__.py": "from .answer_fields import read",
    "spec/target/adapters/rest/answer_fields.py": "",
    "spec/model/__init__.py": "",
    "spec/model/cart.py": "",
    "spec/checks/__init__.py": "",
    "spec/checks/helper.py": "",
    "spec/checks/other.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import spec.model.cart",
    "spec/checks/test_one.py": """
from spec.checks import helper
from spec.checking.examination import verifies

@verifies("RATE-001")
def test_one(): ...
""",
    "spec/checks/deep/__init__.py": "",
    "spec/checks/deep/conftest.py": "",
    "spec/checks/deep/test_two.py": """
@verifies(
    "RATE-002", effects={"writes"})
def test_two():
    import spec.checks.other

@verifies("RATE-002", effects={"breaks"})
def test_two_again(): ...
""",
    "load/__init__.py": "",
    "load/__main__.py": "",
    "load/plans/reference.json": "{}",
    "load/objectives/__init__.py": "",
    "load/objectives/planning.py": "",
    "load/objectives/conftest.py": "from load.objectives import planning",
    "load/objectives/test_load.py": """
from spec.model.cart import Cart

@verifies("RATE-011", effects={"loads"})
def test_load(): ...

@verifies("RATE-012", effects={"loads"})
def test_load_again(): ...
""",
    "reports/__init__.py": "",
    "reports/verdicts.py": "",
    "reports/page.py": "",
    "spec/falsify/__init__.py": "",
    "spec/falsify/patching.py": "",
    "spec/falsify/faulty_wsgi.py": "",
    "spec/falsify/experiment_run.py": "",
    "spec/falsify/finding.py": "import spec.falsify.experiments",
    "spec/falsify/experiments.py": "",
    "spec/falsify/fault_settings.py": "from spec.falsify.fault_files import FaultFile",
    "spec/falsify/laboratory.py": "import spec.falsify.nulls.null_server",
    "spec/falsify/shop_document.py": "",
    "spec/falsify/falsify_command.py": "",
    "spec/falsify/nulls/__init__.py": "",
    "spec/falsify/nulls/null_server.py": "",
    "spec/falsify/shops/__init__.py": "",
    "spec/falsify/shops/race.py": FAULT,
}


def write_project(folder: Path) -> Path:
    """Write it into the folder."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder
