"""The report as a page: a function of the judgement, the evidence and the digest of the results."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports import metric_figures as figures
from reports.exit_codes import PRECEDENCE
from reports.html.bars import draw_interval, draw_verdicts
from reports.sentences import rerun_command
from reports.text import one_line, shorten_digests, visible
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.html.exhibits import Exhibit
    from reports.judgement import Judgement

TEMPLATES = Path(__file__).parent / "templates"

_SCHEMES = {
    "rfc": "RFC",
    "asvs": "OWASP ASVS 5.0.0",
    "owasp_api": "OWASP API Security Top 10",
    "cwe": "CWE",
    "nist": "NIST SP 800-53",
    "other": "Other",
}


def render_html(judgement: Judgement, exhibits: Mapping[str, Exhibit], results_sha256: str) -> bytes:
    """Return the report as one HTML file in UTF-8. The same arguments give the same bytes."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    page = (
        _environment()
        .get_template("index.html.j2")
        .render(
            judgement=judgement,
            results=judgement.results,
            exhibits=exhibits,
            results_sha256=results_sha256,
            style=Markup(style),  # noqa: S704 - our own file, and it has to arrive as it is for its hash to match
            style_hash=b64encode(sha256(style.encode()).digest()).decode(),
            segments=draw_verdicts(judgement.counts),
            anchors={verdict: _anchor(judgement, verdict) for verdict in Verdict},
        )
    )
    return page.encode()


def _anchor(judgement: Judgement, verdict: Verdict) -> str:
    """Return where a reader finds the requirements with a verdict."""
    if verdict is Verdict.NOT_TESTED:
        return "not-examined"
    if verdict in {Verdict.PASS, Verdict.NOT_APPLICABLE}:
        return "overview"
    return f"list-{verdict.slug}" if judgement.counts[verdict] else "attention"


def _finalize(value: object) -> object:
    """Make visible what a template prints. Raises TypeError for None, which is printed by mistake only."""
    if isinstance(value, Markup):
        return value
    if value is None:
        raise TypeError("A template printed nothing at all where it should have printed something.")
    return visible(str(value))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "bytes": figures.format_bytes,
        "instant": figures.format_time,
        "seconds": figures.format_seconds,
        "one_line": one_line,
        "paragraphs": lambda text: re.split(r"\n\s*\n", text.strip()),
        "short": shorten_digests,
        "scheme": lambda name: _SCHEMES.get(name, name),
    }
    environment.globals |= {
        "Verdict": Verdict,
        "rerun_command": rerun_command,
        "PRECEDENCE": PRECEDENCE,
        "show_metric": figures.show_metric,
        "draw_interval": draw_interval,
    }
    return environment
