"""Configuration of the project's own tests."""

from __future__ import annotations

from collections.abc import Generator

import pytest

collect_ignore = ["bench"]  # measures for minutes: `nox -s bench`


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Escape what a test said and UTF-8 cannot encode: half a surrogate cannot be sent from one process to another."""
    report = yield
    report.sections = [(name, said.encode(errors="backslashreplace").decode()) for name, said in report.sections]
    return report
