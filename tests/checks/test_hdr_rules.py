"""Rules of headers: each way of being good passes, each way of being bad is seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.checks.hdr import rules
from spec.checks.support.content_policies import FALLBACKS, ContentPolicies
from spec.target.circumstances import Circumstances
from spec.target.exchange import Headers, Request
from tests.checks.judged_headers import Fields, field, judge


@pytest.mark.parametrize("values", [("nosniff",), ("NoSniff",), ("nosniff", "nosniff"), ("nosniff, NOSNIFF",)])
def test_nosniff_is_enough_also_if_it_is_said_twice(values: tuple[str, ...]) -> None:
    assert judge(rules.every_answer_forbids_content_sniffing, field("x-content-type-options", *values)) == []


@pytest.mark.parametrize("values", [(), ("sniff",), ("nosniff", "sniff"), ("nosniff, none",), ("none", "none"), ("",)])
def test_anything_but_nosniff_is_not(values: tuple[str, ...]) -> None:
    assert judge(rules.every_answer_forbids_content_sniffing, field("X-Content-Type-Options", *values))


HSTS = rules.every_answer_over_tls_asks_for_tls_for_a_year


@pytest.mark.parametrize(
    "value",
    [
        "max-age=31536000; includeSubDomains",
        "INCLUDESUBDOMAINS ; Max-Age = 63072000;preload",
        'includeSubDomains; max-age="31536000"',
        ";max-age=99999999999999999999999; includeSubDomains; odd=1",
    ],
)
def test_a_year_of_tls_with_subdomains_is_enough(value: str) -> None:
    assert judge(HSTS, field("Strict-Transport-Security", value)) == []


@pytest.mark.parametrize(
    "values",
    [
        (),
        ("max-age=31535999; includeSubDomains",),
        ("max-age=31536000",),
        ("max-age=31536000, includeSubDomains",),
        ("includeSubDomains",),
        ("max-age=; includeSubDomains",),
        ("max-age=1e9; includeSubDomains",),
        ("max-age=-31536000; includeSubDomains",),
        ("max-age=31536000; max-age=31536000; includeSubDomains",),
        ("max-age=0; includeSubDomains", "max-age=31536000; includeSubDomains"),
        ("max-age=31536000; xincludeSubDomains",),
    ],
)
def test_less_than_a_year_of_tls_is_not(values: tuple[str, ...]) -> None:
    assert judge(HSTS, field("Strict-Transport-Security", *values))


def test_plain_http_is_not_asked_for_tls() -> None:
    assert judge(HSTS, [], circumstances=Circumstances(scheme="http")) == []


CSP = rules.every_answer_has_a_content_policy_that_is_strict_enough
NOTHING = "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    "values",
    [
        (NOTHING,),
        ("Default-Src 'NONE';; FRAME-ANCESTORS 'none' ;",),
        ("default-src 'none'", "frame-ancestors 'none'"),
        ("img-src *, default-src 'none'; frame-ancestors 'none'",),
        ("default-src; frame-ancestors",),
        ("default-src 'none'; frame-ancestors 'none'; img-src 'none'; sandbox",),
        ("default-src 'none'; default-src *; frame-ancestors 'none'",),
    ],
)
def test_a_policy_that_allows_nothing_is_enough_for_the_interface(values: tuple[str, ...]) -> None:
    assert judge(CSP, field("Content-Security-Policy", *values), body={}) == []


@pytest.mark.parametrize(
    "fields",
    [
        [],
        field("Content-Security-Policy-Report-Only", NOTHING),
        field("Content-Security-Policy", "default-src 'none'"),
        field("Content-Security-Policy", "frame-ancestors 'none'"),
        field("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"),
        field("Content-Security-Policy", f"{NOTHING}; img-src *"),
        field("Content-Security-Policy", "default-src 'none' https://cdn.example; frame-ancestors 'none'"),
        field("Content-Security-Policy", "default-src 'none'; frame-ancestors 'self'"),
        field("Content-Security-Policy", "frame-ancestors *; frame-ancestors 'none'; default-src 'none'"),
        field("Content-Security-Policy", "script-src 'none'; style-src 'none'; frame-ancestors 'none'"),
    ],
)
@pytest.mark.parametrize("status", [200, 204, 304, 404])
def test_a_policy_that_allows_something_is_not(fields: Fields, status: int) -> None:
    assert judge(CSP, fields, status=status)


@pytest.mark.parametrize(
    ("policy", "remark"),
    [
        ("default-src 'self'; frame-ancestors 'none'", "everything by default-src 'self'"),
        ("img-src *", "img-src, everything else without default-src, framing, without frame-ancestors 'none'"),
        ("default-src 'self'; frame-ancestors 'none'; img-src 'none'", "everything else by default-src 'self'"),
        (f"{NOTHING}; img-src *", "img-src"),
        ("default-src 'none'", "framing, without frame-ancestors 'none'"),
    ],
)
def test_what_a_policy_allows_is_told_in_groups(policy: str, remark: str) -> None:
    found = judge(CSP, field("Content-Security-Policy", policy), body={})
    assert found == [f"Content-Security-Policy: {policy}; it allows {remark}"]


def test_a_page_whose_policy_does_not_speak_of_scripts_is_told_that_all_are_allowed() -> None:
    found = judge(CSP, field("Content-Security-Policy", "img-src 'self'"), body=b"<p>", media_type="text/html")
    assert found == ["Content-Security-Policy: img-src 'self'; it says nothing of scripts, so all are allowed"]


def test_a_file_of_neither_the_interface_nor_the_pages_may_do_without() -> None:
    script = Request("GET", "/static/a.js")
    assert judge(CSP, [], request=script, body=b"a", media_type="text/javascript") == []
    assert judge(CSP, [], request=script, status=404, body={"status": 404})


@pytest.mark.parametrize(
    "policies",
    [
        ("script-src 'self'",),
        ("default-src 'none'",),
        ("default-src 'unsafe-inline' 'unsafe-eval'; script-src 'self'",),
        ("script-src 'unsafe-inline' 'nonce-abc'",),
        ("script-src 'unsafe-inline' 'sha256-abc='",),
        ("script-src 'unsafe-inline' 'strict-dynamic' https:",),
        ("script-src 'unsafe-inline' 'unsafe-eval'", "script-src 'self'"),
        ("script-src 'unsafe-inline', default-src 'self'",),
        ("script-src 'self' 'wasm-unsafe-eval'; style-src 'unsafe-inline'",),
    ],
)
def test_a_page_without_unsafe_scripts_is_well(policies: tuple[str, ...]) -> None:
    fields = field("Content-Security-Policy", *policies)
    assert judge(CSP, fields, body=b"<p>", media_type="text/html; charset=utf-8") == []


@pytest.mark.parametrize(
    "policies",
    [
        (),
        ("img-src 'self'",),
        ("script-src 'self' 'unsafe-inline'",),
        ("script-src 'self' 'Unsafe-Eval'",),
        ("default-src 'self' 'unsafe-inline'",),
        ("script-src 'nonce-abc' 'unsafe-eval'",),
        ("script-src 'self'; script-src-elem 'unsafe-inline'",),
        ("script-src 'self'; script-src-attr 'unsafe-inline'",),
        ("script-src 'unsafe-inline'; script-src 'self'",),
        ("script-src 'self' 'unsafe-inline'", "img-src 'self'"),
    ],
)
def test_a_page_that_allows_unsafe_scripts_is_not(policies: tuple[str, ...]) -> None:
    fields = field("Content-Security-Policy", *policies)
    assert judge(CSP, fields, body=b"<p>", media_type="TEXT/HTML")


SOURCES = st.lists(st.sampled_from(["'none'", "'self'", "https://a.example", "'unsafe-inline'", "data:"]), max_size=3)
POLICY = st.dictionaries(st.sampled_from([*FALLBACKS, "default-src", "frame-ancestors"]), SOURCES, max_size=5)


@given(st.lists(POLICY, max_size=3), POLICY)
def test_a_further_policy_never_allows_more(before: list[dict[str, list[str]]], further: dict[str, list[str]]) -> None:
    def read(policies: list[dict[str, list[str]]]) -> ContentPolicies:
        texts = ["; ".join(" ".join([name, *sources]) for name, sources in one.items()) for one in policies]
        return ContentPolicies(Headers([("Content-Security-Policy", text) for text in texts]))

    few, more = read(before), read([*before, further])
    assert set(more.allowed_fetches()) <= set(few.allowed_fetches())
    assert set(more.unsafe_scripts()) <= set(few.unsafe_scripts())
    assert more.refuse_framing >= few.refuse_framing


def test_framing_is_refused_by_both_headers() -> None:
    both = field("Content-Security-Policy", "frame-ancestors 'none'") + field("X-Frame-Options", "deny")
    assert judge(rules.every_answer_refuses_to_be_framed, both) == []
    for one in both:
        assert len(judge(rules.every_answer_refuses_to_be_framed, [one])) == 1
    assert len(judge(rules.every_answer_refuses_to_be_framed, field("X-Frame-Options", "SAMEORIGIN"))) == 2
    refused = judge(rules.every_answer_refuses_to_be_framed, [*both, ("X-Frame-Options", "SAMEORIGIN")])
    assert refused == ["X-Frame-Options: deny, SAMEORIGIN"]


def test_framing_may_be_refused_twice() -> None:
    policy = field("Content-Security-Policy", "frame-ancestors 'none'")
    for values in (("DENY", "deny"), ("DENY, DENY",)):
        both = policy + field("X-Frame-Options", *values)
        assert judge(rules.every_answer_refuses_to_be_framed, both) == []


@pytest.mark.parametrize(
    ("values", "good"),
    [
        (("no-referrer",), True),
        (("Same-Origin",), True),
        (("unsafe-url, no-referrer",), True),
        (("unsafe-url", "same-origin"), True),
        (("no-referrer, of-the-future",), True),
        ((), False),
        (("",), False),
        (("of-the-future",), False),
        (("no-referrer, strict-origin-when-cross-origin",), False),
        (("strict-origin",), False),
    ],
)
def test_of_a_list_of_referrer_policies_the_last_that_is_known_counts(values: tuple[str, ...], good: bool) -> None:
    found = judge(rules.every_answer_keeps_addresses_from_other_sites, field("Referrer-Policy", *values))
    assert (found == []) is good


ISOLATED = [
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-site"),
    ("Permissions-Policy", "camera=(), geolocation=()"),
]


def test_isolation_takes_all_three_headers() -> None:
    assert judge(rules.answers_are_isolated_from_other_origins, ISOLATED) == []
    for one in ISOLATED:
        others = [other for other in ISOLATED if other is not one]
        assert len(judge(rules.answers_are_isolated_from_other_origins, others)) == 1
        asks_nothing = {"Cross-Origin-Opener-Policy": "unsafe-none", "Cross-Origin-Resource-Policy": "cross-origin"}
        stated = (one[0], asks_nothing.get(one[0], ""))
        assert len(judge(rules.answers_are_isolated_from_other_origins, [*others, stated])) == 1


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Cross-Origin-Opener-Policy", ('same-origin; report-to="coop"',)),
        ("Cross-Origin-Opener-Policy", (" noopener-allow-popups;report-to=coop ",)),
        ("Permissions-Policy", ("camera=(self)",)),
        ("Permissions-Policy", ("camera=self, geolocation=*",)),
        ("Permissions-Policy", ("camera=*", "geolocation=()")),
        ("Permissions-Policy", ('camera=("https://a.example");report-to=x',)),
    ],
)
def test_isolation_is_read_as_structured_fields(name: str, values: tuple[str, ...]) -> None:
    others = [one for one in ISOLATED if one[0] != name]
    assert judge(rules.answers_are_isolated_from_other_origins, others + field(name, *values)) == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Cross-Origin-Opener-Policy", ('unsafe-none; report-to="coop"',)),
        ("Cross-Origin-Opener-Policy", ('"same-origin"',)),
        ("Cross-Origin-Opener-Policy", ("same-origin", "same-origin")),
        ("Cross-Origin-Opener-Policy", ("same-origin; =",)),
        ("Cross-Origin-Resource-Policy", ("same-site", "same-site")),
        ("Permissions-Policy", ("camera=*, geolocation=*",)),
        ("Permissions-Policy", ("camera=(self *)",)),
        ("Permissions-Policy", ("camera=(), geolocation=(",)),
        ("Permissions-Policy", ("camera 'none'",)),
    ],
)
def test_what_isolates_nothing_does_not_count_as_set(name: str, values: tuple[str, ...]) -> None:
    others = [one for one in ISOLATED if one[0] != name]
    found = judge(rules.answers_are_isolated_from_other_origins, others + field(name, *values))
    assert found == [f"{name}: {', '.join(values)}"]
