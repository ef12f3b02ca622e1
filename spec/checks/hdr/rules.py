"""HDR: headers that a browser needs on every answer, the refused ones included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from spec.checking.outcomes import Outcome
from spec.checking.rules import EVERY_KIND, Answer, Breach, rule
from spec.checks.support.content_policies import POLICY_FIELD, ContentPolicies
from spec.checks.support.cross_origin import ALLOW_ORIGIN, Preflight, asking_origin, declared_origins
from spec.checks.support.header_values import kept_back_features, opener_policy, referrer_policy, transport_security
from spec.checks.support.software_versions import software_versions_in
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import OF_TIME
from spec.target.set_cookie import SetCookie

YEAR_SECONDS: Final = 31_536_000
OPENERS: Final = ("same-origin", "same-origin-allow-popups", "noopener-allow-popups")
"""Opener policies that isolate; the other one that browsers know asks for nothing."""
GUARDING_SITES: Final = ("lax", "strict")


def up_or_in_trouble(answer: Answer) -> bool:
    """Speak of answers of the target as it is shipped, also while a service is down that it stands on.

    What it says of an outage is an answer as any other. What was broken on purpose is not judged by its headers.
    """
    state = answer.circumstances
    return not (answer.request.malformed or state.failing or state.settings - OF_TIME)


def over_tls(answer: Answer) -> bool:
    """Tell if the answer came over TLS."""
    return up_or_in_trouble(answer) and answer.circumstances.scheme == "https"


def sets_cookies_over_tls(answer: Answer) -> bool:
    """Tell if the answer came over TLS and sets a cookie, rather than taking one back."""
    return over_tls(answer) and any(_cookies(answer))


@rule("HDR-001", speaks_of=up_or_in_trouble, twins=EVERY_KIND)
def every_answer_forbids_content_sniffing(answer: Answer) -> Iterator[Breach]:
    """X-Content-Type-Options is nosniff on every answer of the run. It may be repeated, as long as each says the same.

    A browser reads the first value of the list (Fetch standard §2.2.6), so a proxy may say once more what the
    application says.
    """
    yield from answer.wants_header("X-Content-Type-Options", "nosniff", may_repeat=True)


@rule("HDR-002", speaks_of=over_tls, twins=EVERY_KIND)
def every_answer_over_tls_asks_for_tls_for_a_year(answer: Answer) -> Iterator[Breach]:
    """Strict-Transport-Security, read as a browser does, has max-age of a year at least and includeSubDomains.

    A browser reads the first field alone, and ignores one that repeats a directive or has no whole max-age.
    """
    said = transport_security(answer.headers)
    if said is None or said[0] < YEAR_SECONDS or not said[1]:
        expected = f"max-age of at least {YEAR_SECONDS} and includeSubDomains"
        yield _wrong(answer, "Strict-Transport-Security", expected)


@rule("HDR-003", speaks_of=up_or_in_trouble, twins=EVERY_KIND)
def every_answer_has_a_content_policy_that_is_strict_enough(answer: Answer) -> Iterator[Breach]:
    """An answer of the API enforces a policy that allows nothing and no framing, a page one without unsafe scripts.

    Policies are read as CSP Level 3 has it: several are all enforced, default-src stands in for what is left out,
    'unsafe-inline' counts for nothing beside a nonce or a hash, and what only reports is no policy. An answer that is
    no page is the API's if it is JSON, an error, or below the base of a version.
    """
    policies = ContentPolicies(answer.headers)
    if answer.is_page:
        allowed = policies.unsafe_scripts()
        if allowed:
            expected = f"a policy under which no script of the page is allowed by {' or '.join(allowed)}"
            unrestricted = "" if policies.restrict_scripts else "; it says nothing of scripts, so all are allowed"
            yield _wrong(answer, POLICY_FIELD, expected, unrestricted)
    elif _is_of_the_interface(answer):
        allowed = [
            *policies.allowances(),
            *([] if policies.refuse_framing else ["framing, without frame-ancestors 'none'"]),
        ]
        if allowed:
            yield _wrong(
                answer,
                POLICY_FIELD,
                "default-src 'none'; frame-ancestors 'none', or as much",
                f"; it allows {', '.join(allowed)}",
            )


@rule("HDR-004", speaks_of=up_or_in_trouble, twins=EVERY_KIND)
def every_answer_refuses_to_be_framed(answer: Answer) -> Iterator[Breach]:
    """Every answer enforces frame-ancestors 'none', and has X-Frame-Options: DENY beside it.

    X-Frame-Options may be repeated, as long as each says DENY: a browser reads the set of all values (HTML §7.6).
    """
    if not ContentPolicies(answer.headers).refuse_framing:
        yield _wrong(answer, POLICY_FIELD, "frame-ancestors 'none'")
    yield from answer.wants_header("X-Frame-Options", "deny", may_repeat=True)


@rule("HDR-005", speaks_of=up_or_in_trouble, twins=EVERY_KIND)
def every_answer_keeps_addresses_from_other_sites(answer: Answer) -> Iterator[Breach]:
    """The referrer policy is no-referrer or same-origin; of a list a browser follows the last one that it knows."""
    if referrer_policy(answer.headers) not in {"no-referrer", "same-origin"}:
        yield _wrong(answer, "Referrer-Policy", "no-referrer or same-origin")


@rule("HDR-006", speaks_of=up_or_in_trouble, twins=EVERY_KIND)
def answers_are_isolated_from_other_origins(answer: Answer) -> Iterator[Breach]:
    """Opener and resource policy hold to the own origin or site, and a permissions policy keeps a feature back.

    `unsafe-none` and `cross-origin` are what a browser does without these headers, so they do not set them. Nor does a
    permissions policy that allows each feature it names to all (*), or that a browser cannot read: a header that
    restricts nothing is worth no more than none. The opener policy may have parameters, such as report-to; a repeated
    opener or resource policy is one that a browser ignores.
    """
    if opener_policy(answer.headers) not in OPENERS:
        yield _wrong(answer, "Cross-Origin-Opener-Policy", " or ".join(OPENERS))
    yield from answer.wants_header("Cross-Origin-Resource-Policy", "same-origin", "same-site")
    if not kept_back_features(answer.headers):
        yield _wrong(answer, "Permissions-Policy", "a list of sites, mostly empty, for each feature that is kept back")


@rule("HDR-007", speaks_of=up_or_in_trouble, twins=EVERY_KIND)
def no_answer_names_a_version_of_software(answer: Answer) -> Iterator[Breach]:
    """No header, error, page or member names the version of a server, a framework or a language.

    Looked through are: header fields that name software (Server, X-Powered-By, Via and their like), and every field for
    the name of such software with a number behind it; bodies of errors, for the same; of pages the generator and the
    comments; of JSON the members whose name is that of software. A number of an API, of a format, of a script that a
    page loads, or of what the shop sells is no such version.
    """
    for found in software_versions_in(answer):
        yield Breach(Outcome.INTERNALS_REVEALED, "no version of a server, framework or language", found)


@rule("HDR-008", speaks_of=sets_cookies_over_tls, none_is_fine=True)
def every_cookie_is_guarded(answer: Answer) -> Iterator[Breach]:
    """Each cookie that is set has Secure and SameSite (Lax or Strict), and that of a session HttpOnly.

    SameSite=None asks for no guard. Every cookie with a value that could be a credential is held to be that of a
    session, except one against forged requests, which a script may have to read.
    """
    for sent, cookie in _cookies(answer):
        missing = [] if "secure" in cookie.attributes else ["Secure"]
        missing += [] if cookie.attributes.get("samesite", "").lower() in GUARDING_SITES else ["SameSite=Lax or Strict"]
        missing += ["HttpOnly"] if _is_of_a_session(cookie) and "httponly" not in cookie.attributes else []
        if missing:
            _, mark, attributes = sent.partition(";")
            observed = f"Set-Cookie: {cookie.name}=…{mark}{attributes}"
            yield Breach(Outcome.HEADER_WRONG, f"the cookie {cookie.name!r} with {' and '.join(missing)}", observed)


@rule("HDR-009", speaks_of=up_or_in_trouble, twins=EVERY_KIND)
def only_declared_origins_may_read_answers(answer: Answer) -> Iterator[Breach]:
    """No answer allows an origin that is not declared (policy `allowed_origins`); the API's answers allow one that is.

    What is allowed to every origin (*) is allowed to undeclared ones as well. The API's answers are those below the
    base of a version; pages for people are not among them.
    """
    declared, origin = declared_origins(answer), asking_origin(answer)
    allowed = [one.strip() for one in answer.headers.get_all(ALLOW_ORIGIN)]
    foreign = [one for one in allowed if one not in declared]
    if foreign:
        expected = f"{ALLOW_ORIGIN} for declared origins alone ({', '.join(sorted(declared)) or 'none is declared'})"
        yield Breach(Outcome.ORIGIN_ALLOWED, expected, f"{ALLOW_ORIGIN}: {', '.join(allowed)}")
    elif origin in declared and _is_below_a_version(answer) and allowed != [origin]:
        yield _wrong(answer, ALLOW_ORIGIN, origin or "")


@rule("HDR-010", twins=(*EVERY_KIND, "preflight of a declared origin", "preflight of a foreign origin"))
def preflights_keep_to_the_declared_origins(answer: Answer) -> Iterator[Breach]:
    """The preflight of a declared origin for an operation succeeds and allows its method and the headers of signing in.

    That of another origin allows nothing: no header of its answer begins with Access-Control-Allow, unless all of them
    are for a declared origin by name.
    """
    preflight = Preflight.read(answer)
    if preflight is None:
        return
    if preflight.declared and _asks_for_an_operation(answer, preflight):
        lacking = preflight.lacking()
        if lacking:
            expected = f"a preflight of {preflight.origin} that allows {', '.join(lacking)}"
            yield Breach(Outcome.HEADER_WRONG, expected, preflight.shown())
    elif not preflight.declared and preflight.allows_anything():
        expected = f"a preflight of {preflight.origin}, which is not declared, that allows nothing"
        yield Breach(Outcome.ORIGIN_ALLOWED, expected, preflight.shown())


def _asks_for_an_operation(answer: Answer, preflight: Preflight) -> bool:
    """Tell if the method that a preflight announces is one of the operation's that is asked for, within its budget."""
    if answer.kind is AnswerKind.BUDGET:
        return False
    if answer.document is None:
        return not answer.known.documents
    return answer.document.find(replace(answer.request, method=preflight.method)) is not None


def _is_of_the_interface(answer: Answer) -> bool:
    if answer.is_page:
        return False
    return _is_of_a_version(answer) or answer.is_error or answer.media_type.endswith("json")


def _is_below_a_version(answer: Answer) -> bool:
    """Tell if an answer that is no page is below the base of a version; where no base is known, each is."""
    known = answer.known
    return not answer.is_page and (_is_of_a_version(answer) or not (known.documents or known.versions))


def _is_of_a_version(answer: Answer) -> bool:
    return answer.document is not None or bool(answer.version)


def _cookies(answer: Answer) -> Iterator[tuple[str, SetCookie]]:
    """Yield the fields that set a cookie, as they were sent and as they are read."""
    for sent in answer.headers.get_all("Set-Cookie"):
        cookie = SetCookie.read(sent)
        if cookie.value.strip('"') and not cookie.ended:
            yield sent, cookie


def _is_of_a_session(cookie: SetCookie) -> bool:
    name = cookie.name.lower()
    if "csrf" in name or "xsrf" in name:
        return False
    named = any(word in name for word in ("sess", "sid", "auth", "token", "jwt", "remember"))
    return named or (len(cookie.value) >= 16 and not cookie.value.isalpha())


def _wrong(answer: Answer, name: str, expected: str, remark: str = "") -> Breach:
    """Make the breach of a header that is missing or says something else, with a remark on what it says."""
    values = answer.headers.get_all(name)
    if not values:
        return Breach(Outcome.HEADER_MISSING, f"{name}: {expected}", f"no {name}")
    return Breach(Outcome.HEADER_WRONG, f"{name}: {expected}", f"{name}: {', '.join(values)}{remark}")
