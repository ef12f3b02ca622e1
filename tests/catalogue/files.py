"""Small catalogues in a temporary folder, one of them right and each other wrong in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spec.catalogue import CatalogueError, load_catalogue

if TYPE_CHECKING:
    from pathlib import Path

INDEX = """\
version = "1.2.3"
chapters = ["RATE"]

[areas]
security = ["RATE"]

[policies.rate_window]
meaning = "How a window runs."
kind = "choice"
values = ["sliding", "clock"]

[settings]
burst_limit = "Requests in a short window."
"""

HEAD = """\
[chapter]
id = "RATE"
title = "Rate limiting"
why = "Limits keep one client from taking the shop away from all others."

[chapter.references]
rfc = ["RFC 6585"]
cwe = ["CWE-770"]

[chapter.not_spanned]
versions = "one budget for all"
methods = "one budget for all"
pages = "no list is read"
values = "the budget counts requests"
states = "the budget is full"
headers = "no header is chosen"
variants = "one kind of request"
"""

ENTRY = """
[[requirement]]
id = "RATE-004"
title = "Exact under concurrency"
level = "MUST"
impact = "high"
statement = "N + k requests sent at once admit exactly N."
rationale = "An attacker sends in parallel."
source = ["risk mitigation", "roadmap 1.1"]
needs = ["process"]
policies = ["rate_window"]
twin = "The budget is answered usefully."
likely_fix = "Count atomically."
spans = ["concurrency", "operations"]
unchecked = "no check yet"
note = "As declared."

[requirement.not_spanned]
identities = "any one client"
moments = "at one moment"
repetition = "one burst is enough"
states = "any state of budget"

[requirement.metric]
title = "Requests admitted"
statistic = "count"
operator = "="
limit = 100
unit = "requests"
"""


def write_catalogue(folder: Path, *, index: str = INDEX, head: str = HEAD, entries: str = ENTRY) -> Path:
    """Write a catalogue of one chapter into a folder; without arguments it is a valid one."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "catalogue.toml").write_text(index, encoding="utf-8")
    (folder / "rate.toml").write_text(head + entries, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    """Return the sentence with which the catalogue in a folder is refused."""
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence
