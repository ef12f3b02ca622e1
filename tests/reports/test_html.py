"""The report stands alone, treats every answer as text, and can be read by everyone."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from reports.html import render_html
from reports.html.exhibits import INLINE_LIMIT, PICTURE_LIMIT, PICTURES_LIMIT, collect_exhibits
from reports.html.page import TEMPLATES
from reports.judgement import judge
from reports.results import TamperingError, inline_evidence, store_evidence
from reports.text import visible
from reports.verdicts import Verdict
from tests.reports.reading import Document
from tests.reports.samples import make_check, make_requirement, make_results
from tests.reports.showcase import HOSTILE, LEAK, OVERSOLD, make_showcase
from tests.reports.strategies import results

if TYPE_CHECKING:
    from pathlib import Path

    from reports.results import Evidence, Results

DAY = date(2026, 11, 23)
DIGEST = "c" * 64
PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
"""One grey pixel."""
STYLE = (TEMPLATES / "style.css").read_text()


def render(drawn: Results, folder: Path = TEMPLATES) -> bytes:
    return render_html(judge(drawn, DAY), collect_exhibits(drawn, folder), DIGEST)


@pytest.fixture(scope="module")
def page() -> Document:
    return Document(render(make_showcase()))


def hold_structure(document: Document) -> None:
    """Hold what is true of every report, whatever is in it."""
    ids = [item.attributes["id"] for item in document.elements if "id" in item.attributes]
    assert len(ids) == len(set(ids))
    referred = {
        name
        for item in document.elements
        for name in item.attributes.get("aria-labelledby", "").split() + item.attributes.get("href", "").split()
        if not name.startswith("data:")
    }
    assert {name.removeprefix("#") for name in referred} <= set(ids)
    tags = {item.tag for item in document.elements}
    assert tags.isdisjoint({"script", "iframe", "object", "embed", "form", "input", "base", "video", "audio"})
    names = {name for item in document.elements for name in item.attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"style", "srcset", "srcdoc"}
    sources = [item for item in document.elements if "src" in item.attributes]
    assert sources == document.find("img")
    assert all(item.attributes["src"].startswith("data:image/png;base64,") for item in sources)
    assert all(item.attributes["alt"] for item in sources)
    levels = [int(item.tag[1]) for item in document.elements if re.fullmatch("h[1-6]", item.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    tables = document.find("table")
    assert len(document.find("caption")) == len(tables)
    assert all("scope" in item.attributes for item in document.find("th"))


def test_the_report_has_a_sound_structure(page: Document) -> None:
    hold_structure(page)
    assert len(page.find("section", "requirement")) == len(make_showcase().requirements)
    assert {len(page.find(landmark)) for landmark in ("header", "nav", "main", "footer")} == {1}
    assert page.find("html")[0].attributes["lang"] == "en"
    skip = page.find("a", "skip")[0]
    assert skip.attributes["href"] == "#main"
    assert page.by_id("main").tag == "main"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(results())
def test_nothing_in_results_can_change_the_structure(drawn: Results) -> None:
    hold_structure(Document(render(drawn)))


def test_the_same_results_give_the_same_page() -> None:
    assert render(make_showcase()) == render(make_showcase())


def test_nothing_is_loaded_and_nothing_is_run(page: Document) -> None:
    (policy,) = [item for item in page.find("meta") if "http-equiv" in item.attributes]
    style = b64encode(sha256(page.find("style")[0].text.encode()).digest()).decode()
    assert policy.attributes == {
        "http-equiv": "Content-Security-Policy",
        "content": f"default-src 'none'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; "
        "form-action 'none'",
    }
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    assert [item.attributes["href"] for item in page.find("link")] == ["data:,"]
    links = {item.attributes["href"] for item in page.find("a")}
    assert all(link.startswith("#") for link in links)


def test_hostile_text_stays_text(page: Document) -> None:
    shown = '</script></pre><img src=x onerror="alert(1)">{{ 7 * 7 }}⟨U+001B⟩[31m⟨U+202E⟩gnp.exe ⟨U+FFFE⟩'
    assert shown in page.by_id("VAL-016").text
    assert shown in page.by_id(f"evidence-{LEAK.sha256}").text
    assert HOSTILE not in render(make_showcase()).decode()


def test_control_characters_never_reach_the_page() -> None:
    shown = render(make_showcase()).decode()
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", shown) == []


def test_evidence_is_shown_once_and_linked_from_elsewhere(page: Document) -> None:
    assert page.by_id(f"evidence-{OVERSOLD.sha256}").is_in("section", "requirement")
    section = page.by_id("SHOP-001")
    assert "shown with VAL-016" in section.text
    assert "Redacted: header Authorization, a credential of the run." in page.by_id("VAL-016").text


def test_evidence_that_two_checks_of_one_name_share_is_shown_with_the_first() -> None:
    shared = inline_evidence("GET / HTTP/1.1", kind="exchange")
    check = make_check().changed(evidence=[shared.sha256, shared.sha256])
    drawn = make_results([make_requirement(checks=[check, check])]).changed(evidence=[shared])
    document = Document(render(drawn))
    assert document.by_id(f"evidence-{shared.sha256}").tag == "details"
    assert document.by_id("RATE-004").text.count("shown with RATE-004") == 1


def test_a_failure_shows_what_a_reader_needs_to_act(page: Document) -> None:
    text = " ".join(page.by_id("SHOP-001").text.split())
    for part in (
        "STOCK_OVERSOLD",
        "exactly 5 orders, 3 refusals with 409, stock 0",
        "stock -1 in 3 of 20 rounds",
        "20 of 20",
        "8.3\u00a0s",
        "20261123",
        "stock=5, clients=8",
        "$ACCESS_TOKEN",
        "Parallel checkouts never oversell.",
        "Take stock with one conditional update",
        "nox -s check -- SHOP-001",
        "Faults seen red: 2 of 4.",
        "Points noticed of points drawn, by span: states 9 of 10, concurrency 4 of 4. Drawn with seed 7 on 2026-11-21.",
        "Yes: last killed SHOP-001-a on 2026-11-21",
        "stale: check, fault or shop changed since",
        "It did not notice: SHOP-001-c on 2026-11-21",
        "Not tried yet: SHOP-001-d",
        "v5.0.0-2.4.1",
    ):
        assert " ".join(part.split()) in text


def test_failures_are_open_and_passes_are_folded(page: Document) -> None:
    folds = {
        item.parents[-1].attributes["id"]: "open" in item.attributes
        for item in page.find("details")
        if "requirement" in item.parents[-1].classes
    }
    assert folds["SHOP-001"]
    assert folds["PERF-001"]
    assert not folds["FLOW-001"]
    assert not folds["HLTH-003"]


def test_every_requirement_without_a_verdict_is_listed_with_its_reason(page: Document) -> None:
    section = page.by_id("not-examined")
    for name in ("HLTH-003", "CTR-001", "REL-005", "SHOP-010", "AVL-003"):
        assert name in section.text
    assert "A debt of the specification, not of the target" in section.text


def test_metrics_show_figures_that_a_limit_does_not_swallow(page: Document) -> None:
    rows = [[item.text.strip() for item in page.find("td") if item.parents[-1] is row] for row in page.find("tr")]
    figures = [row[:3] for row in rows if len(row) == 8]
    assert figures[:5] == [
        ["<\u00a0200\u00a0ms", "187.3\u00a0ms", "171 to 211.9\u00a0ms"],
        ["<\u00a0200\u00a0ms", "199.99996\u00a0ms", "180.4 to ∞\u00a0ms"],
        ["<\u00a01\u00a0%", "0.02\u00a0%", "0.002 to 0.08\u00a0%"],
        [">\u00a080\u00a0%", "93.12\u00a0%", "92.51 to 93.68\u00a0%"],
        [">\u00a099.9\u00a0%", "99.98\u00a0%", "99.94 to 99.998\u00a0%"],
    ]


def test_every_picture_is_described_in_words(page: Document) -> None:
    pictures = [item for item in page.find("svg") if "symbols" not in item.classes]
    for picture in pictures:
        assert picture.attributes.get("aria-hidden") == "true" or picture.attributes["role"] == "img"
    described = [" ".join(item.text.split()) for item in page.find("desc")]
    assert described[0] == "Limit < 200 ms, measured 187.3 ms, interval 171 to 211.9 ms."


def test_long_text_is_cut_and_its_file_named_without_a_link(tmp_path: Path) -> None:
    long = store_evidence(tmp_path, b"x" * (INLINE_LIMIT + 1), kind="log", media_type="text/plain; charset=utf-8")
    document = Document(render(make_results_with(long), tmp_path))
    shown = document.by_id(f"evidence-{long.sha256}").text
    assert "cut here for length" in shown
    assert "x" * INLINE_LIMIT in shown
    assert "x" * (INLINE_LIMIT + 1) not in shown
    assert f"file evidence/{long.sha256}.txt" in shown
    assert [item for item in document.find("a") if not item.attributes["href"].startswith("#")] == []


def make_results_with(*evidence: Evidence, verdict: Verdict = Verdict.PASS) -> Results:
    check = make_check(verdict).changed(evidence=[item.sha256 for item in evidence])
    return make_results([make_requirement(verdict=verdict, checks=[check])]).changed(evidence=list(evidence))


@pytest.mark.parametrize(("summary", "alt"), [("Sign-in page", "Sign-in page"), ("", "page"), (HOSTILE, None)])
def test_a_picture_is_part_of_the_page(tmp_path: Path, summary: str, alt: str | None) -> None:
    picture = store_evidence(tmp_path, PNG, kind="page", media_type="image/png", summary=summary)
    document = Document(render(make_results_with(picture, verdict=Verdict.FAIL), tmp_path))
    hold_structure(document)
    (image,) = document.find("img")
    assert image.is_in("details", "exhibit")
    assert b64decode(image.attributes["src"].removeprefix("data:image/png;base64,"), validate=True) == PNG
    assert image.attributes["alt"] == (alt or visible(HOSTILE))
    assert f"evidence/{picture.sha256}.png" in document.by_id(f"evidence-{picture.sha256}").text


def test_a_picture_beyond_the_limit_is_named_with_its_size_and_place(tmp_path: Path) -> None:
    content = PNG.ljust(PICTURE_LIMIT + 1, b"\0")
    picture = store_evidence(tmp_path, content, kind="page", media_type="image/png")
    document = Document(render(make_results_with(picture), tmp_path))
    assert document.find("img") == []
    assert (
        f"This page does not hold its 1.0\u00a0MiB; in the folder of the run they are evidence/{picture.sha256}.png."
        in document.by_id(f"evidence-{picture.sha256}").text
    )


def test_pictures_of_failures_are_shown_before_others_where_not_all_have_room(tmp_path: Path) -> None:
    full = PICTURES_LIMIT // PICTURE_LIMIT
    pictures = [
        store_evidence(
            tmp_path, PNG.ljust(PICTURE_LIMIT - 4, b"\0") + b"%04d" % number, kind="page", media_type="image/png"
        )
        for number in range(full + 1)
    ]
    met, failed = make_check().changed(evidence=[item.sha256 for item in pictures[:-1]]), make_check(Verdict.FAIL)
    failed = failed.changed(evidence=[pictures[-1].sha256])
    drawn = make_results(
        [make_requirement("FLOW-001", checks=[met]), make_requirement(verdict=Verdict.FAIL, checks=[failed])]
    ).changed(evidence=pictures)
    shown = [digest for digest, exhibit in collect_exhibits(drawn, tmp_path).items() if exhibit.picture is not None]
    assert shown == [item.sha256 for item in (pictures[-1], *pictures[:-2])]


@pytest.mark.parametrize("media_type", ["image/svg+xml", "text/html", "application/pdf"])
def test_nothing_but_a_png_is_embedded(tmp_path: Path, media_type: str) -> None:
    drawn = make_results_with(store_evidence(tmp_path, b"<svg onload='1'/>", kind="page", media_type=media_type))
    document = Document(render(drawn, tmp_path))
    hold_structure(document)
    assert document.find("img") == []


def test_evidence_that_was_changed_is_not_rendered(tmp_path: Path) -> None:
    kept = store_evidence(tmp_path, b"GET / HTTP/1.1", kind="exchange", media_type="message/http")
    (tmp_path / str(kept.path)).write_bytes(b"GET / HTTP/2.0")
    with pytest.raises(TamperingError, match=f"{kept.path} is not what the results say"):
        render(make_results_with(kept), tmp_path)


def test_a_check_is_described_in_paragraphs_with_what_it_saw(page: Document) -> None:
    descriptions = [item for item in page.find("div", "description") if item.parents[-3].attributes["id"] == "SHOP-001"]
    (description,) = descriptions
    paragraphs = [item.text for item in page.find("p") if item.parents[-1] is description]
    assert [text.partition(" ")[0] for text in paragraphs] == ["Put", "Of"]
    text = " ".join(page.by_id("SHOP-001").text.split())
    assert "Kinds of observationexchange, query" in text
    assert "Spansstates, concurrency" in text


def test_a_failure_says_how_to_reproduce_it(page: Document) -> None:
    summaries = [item for item in page.find("summary") if item.text == "Reproduce"]
    assert [item.parents[-1].attributes for item in summaries] == [{"class": "exhibit", "open": ""}]


def test_text_evidence_of_a_failure_is_shown_in_full(tmp_path: Path) -> None:
    long = inline_evidence("y" * (2 * INLINE_LIMIT), kind="log")
    check = make_check(Verdict.FAIL).changed(evidence=[long.sha256])
    drawn = make_results([make_requirement(verdict=Verdict.FAIL, checks=[check])]).changed(evidence=[long])
    assert "y" * (2 * INLINE_LIMIT) in Document(render(drawn, tmp_path)).by_id(f"evidence-{long.sha256}").text


def test_an_empty_run_has_a_report_too() -> None:
    document = Document(render(make_results()))
    hold_structure(document)
    assert document.by_id("verdict").text == "Not decided: 0 of 0 examined."
    assert "No success metric was measured in this run." in document.by_id("metrics").text


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("part", ["", "@media (prefers-color-scheme: dark)", "@media print"])
def test_text_and_verdicts_have_the_contrast_of_wcag_aa(part: str) -> None:
    block = STYLE.partition(part)[2] if part else STYLE
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block.partition("}")[0]))
    inks = ["ink", "soft", "link", *(verdict.slug for verdict in Verdict)]
    ratios = {
        (ink, ground): contrast(colours[ink], colours[ground]) for ink in inks for ground in ("paper", "card", "sunk")
    }
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 4.5} == {}
    marks = {
        (verdict.slug, ground): contrast(colours[verdict.slug], colours[ground])
        for verdict in Verdict
        for ground in ("met", "track")
    }
    assert {pair: round(ratio, 2) for pair, ratio in marks.items() if ratio < 3} == {}
