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
    "spec/__main__.py": "from spec.commandline import main",
    "spec/commandline.py": "from spec import kills, plugin",
    "spec/kills.py": "",
    "spec/faultfiles.py": "",
    "spec/progress.py": "import spec.words",
    "spec/words.py": "",
    "spec/outcomes.py": "",
    "spec/examination.py": "from spec.outcomes import Outcome",
    "spec/judging.py": "from reports.verdicts import Verdict",
    "spec/plugin.py": "import spec.progress\nfrom spec.target import shop",
    "spec/target/__init__.py": "",
    "spec/target/shop.py": "",
    "spec/target/reference.toml": "",
    "spec/target/profile_reading.py": "",
    "spec/target/adapters/__init__.py": "",
    "spec/target/adapters/rest.py": "from .reading import read",
    "spec/target/adapters/reading.py": "",
    "spec/model/__init__.py": "",
    "spec/model/cart.py": "",
    "spec/checks/__init__.py": "",
    "spec/checks/helper.py": "",
    "spec/checks/other.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import spec.model.cart",
    "spec/checks/test_one.py": """
from spec.checks import helper
from spec.plugin import verifies

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
    "spec/faults/__init__.py": "",
    "spec/faults/patching.py": "",
    "spec/faults/wsgi.py": "",
    "spec/faults/experiment.py": "",
    "spec/faults/finding.py": "import spec.faults.plan",
    "spec/faults/plan.py": "",
    "spec/faults/settings.py": "from spec.faultfiles import FaultFile",
    "spec/faults/laboratory.py": "import spec.faults.nulls.serving",
    "spec/faults/documents.py": "",
    "spec/faults/commandline.py": "",
    "spec/faults/nulls/__init__.py": "",
    "spec/faults/nulls/serving.py": "",
    "spec/faults/shops/__init__.py": "",
    "spec/faults/shops/race.py": FAULT,
}


def write_project(folder: Path) -> Path:
    """Write it into the folder."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder
