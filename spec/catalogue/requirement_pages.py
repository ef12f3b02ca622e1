"""The catalogue as pages to read: docs/requirements.md, and one page a chapter in docs/requirements/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spec.catalogue.listing import count_sentence
from spec.catalogue.vocabulary import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spec.catalogue.entries import Catalogue, Chapter, Requirement

GENERATED: Final = "<!-- Generated from spec/catalogue/requirements by `nox -s catalogue`; edit those instead. -->"
SCHEME_NAMES: Final = {
    "rfc": "",
    "asvs": "OWASP ASVS",
    "owasp_api": "OWASP API Security",
    "cwe": "",
    "nist": "NIST SP 800-53",
    "other": "",
}


def requirement_pages(catalogue: Catalogue) -> dict[str, str]:
    """Return the text of each page by its path below docs/."""
    pages = {"requirements.md": _index(catalogue)}
    pages.update({f"requirements/{_page_of(chapter)}": _chapter(chapter) for chapter in catalogue.chapters})
    return {path: "\n".join(lines) + "\n" for path, lines in pages.items()}


def _page_of(chapter: Chapter) -> str:
    return f"{chapter.id.lower()}.md"


def _index(catalogue: Catalogue) -> Iterator[str]:
    yield from ["# The requirements", "", GENERATED, ""]
    yield f"Version {catalogue.version}: {count_sentence(catalogue)}"
    yield ""
    yield "Only a MUST decides the gate. A refusal counts only after its *twin*, the same request without the offending"
    yield "part, has been seen to succeed. Where a target does not grant what a requirement needs, it is *not tested*."
    yield ""
    yield "| chapter | about | requirements | checked |"
    yield "|---|---|---:|---:|"
    for chapter in catalogue.chapters:
        checked = sum(not requirement.unchecked for requirement in chapter.requirements)
        link = f"[{chapter.id}](requirements/{_page_of(chapter)})"
        yield f"| {link} | {chapter.title} | {len(chapter.requirements)} | {checked} |"
    yield from _spans(catalogue)
    yield from _policies(catalogue)
    yield from _settings(catalogue)


def _spans(catalogue: Catalogue) -> Iterator[str]:
    yield from ["", "## Spans", ""]
    yield "A statement with *every*, *no*, *each* or *at once* speaks over more than one case. Its spans say over which"
    yield "dimensions, and its check has to look over each of them; the others have a reason in a few words."
    yield ""
    yield "| span | a statement speaks over it where | requirements |"
    yield "|---|---|---:|"
    for span in Span:
        count = sum(span in requirement.spanned for requirement in catalogue.requirements)
        yield f"| {span} | {span.meaning} | {count} |"


def _policies(catalogue: Catalogue) -> Iterator[str]:
    yield from ["", "## Policies", ""]
    yield "What a target may choose, it declares in its profile; it is judged by that, and the report prints it."
    yield ""
    yield "| policy | meaning | declared as |"
    yield "|---|---|---|"
    for name, policy in catalogue.policies.items():
        yield f"| `{name}` | {_escape(policy.meaning)} | {_escape(policy.right)} |"


def _settings(catalogue: Catalogue) -> Iterator[str]:
    yield from ["", "## Settings", ""]
    yield "What checks change when they start a target of their own. A profile maps each to the target's environment"
    yield "variable."
    yield ""
    yield "| setting | value |"
    yield "|---|---|"
    for name, meaning in catalogue.settings.items():
        yield f"| `{name}` | {_escape(meaning)} |"


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield from [f"# {chapter.id} · {chapter.title}", "", GENERATED, ""]
    yield f"{_escape(chapter.why)} ([All chapters](../requirements.md))"
    for requirement in chapter.requirements:
        yield from _requirement(requirement)


def _requirement(requirement: Requirement) -> Iterator[str]:
    yield from ["", f'<a id="{requirement.id.lower()}"></a>', ""]
    yield f"## {requirement.id} · {requirement.title}"
    yield ""
    yield f"**{requirement.level}** · {_escape(requirement.statement)}"
    yield ""
    yield _escape(requirement.rationale)
    yield ""
    if requirement.metric:
        yield f"- Limit: {_escape(requirement.metric.title)}, {_escape(str(requirement.metric))}"
    yield f"- Twin: {_escape(requirement.twin)}"
    yield f"- Likely fix: {_escape(requirement.likely_fix)}"
    if requirement.needs:
        yield f"- Needs: {', '.join(requirement.needs)}"
    if requirement.policies:
        yield f"- Judged by the declared {', '.join(f'`{policy}`' for policy in requirement.policies)}"
    for verb, absence in requirement.without.items():
        yield f"- Where a target does not offer `{verb}`: {absence}"
    yield f"- Spans: {', '.join(requirement.spanned) or 'none'}"
    yield f"- Not spanned: {_reasons(requirement)}"
    yield f"- Impact: {requirement.impact}; from: {', '.join(requirement.source)}"
    if requirement.references:
        yield f"- References: {_references(requirement.references)}"
    if requirement.note:
        yield f"- Note: {_escape(requirement.note)}"
    if requirement.unchecked:
        yield f"- *{requirement.unchecked.capitalize()}.*"


def _reasons(requirement: Requirement) -> str:
    reasons = [f"{span} ({_escape(reason)})" for span, reason in requirement.spans.items() if reason]
    return ", ".join(reasons) or "none"


def _references(references: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{SCHEME_NAMES[scheme]} {', '.join(ids)}".strip() for scheme, ids in references.items())


def _escape(text: str) -> str:
    """Return the text as Markdown that shows it as it is."""
    for character in ("\\", "*", "_", "|", "<"):
        text = text.replace(character, f"\\{character}")
    return text
