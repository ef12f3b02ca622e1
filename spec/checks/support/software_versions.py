"""Versions of servers, frameworks and languages in an answer.

Numbers of an API, of a format, of a script that a page loads or of a thing that is sold are none of these. So a number
counts only in a place whose job is to name software, behind the name of such software, or, in a header field or an
error, where it is that of a product token (name/1.2.3). Where a shop tells of its goods, only places whose job it is
are read, and of header fields those that hold data (addresses, dates, policies) are read for names alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from spec.checking.rules import Answer
from spec.checks.support.json_texts import texts_of

NAMING_FIELDS: Final = frozenset(
    {"server", "x-powered-by", "powered-by", "x-powered-cms", "x-generator", "x-framework", "x-server", "x-engine"}
)
"""Header fields whose job is to name software."""
_UNMISTAKABLE: Final = (
    r"(?:nginx|openresty|httpd|tomcat|coyote|gunicorn|uvicorn|hypercorn|daphne|waitress|uwsgi|mod_wsgi|wsgiserver"
    r"|simplehttp|werkzeug|litespeed|lighttpd|kestrel|microsoft-iis|haproxy|varnish|django|djangorestframework|fastapi"
    r"|starlette|laravel|symfony|asp\.?net(?:[ -]?core)?|spring[ -]boot|c?python|pypy|php|openjdk|node\.?js|golang"
    r"|openssl|postgres(?:ql)?|psycopg|mysql|mariadb|sqlite|redis|memcached|wordpress|drupal|magento|nest\.?js|next\.?js|keycloak|envoyproxy|pydantic(?:[_-]core)?"
    r"|sqlalchemy|marshmallow|hibernate|quarkus|micronaut|wildfly|jboss|glassfish|weblogic|websphere|elasticsearch"
    r"|rabbitmq|kubernetes|istio|cherrypy|drf|numpy|jinja2?|codeigniter|cakephp|phoenixframework|vert\.x|actix(?:-web)?)"
)
_AMBIGUOUS: Final = (
    r"(?:apache(?!-2\.0)|jetty|undertow|caddy|traefik|envoy|squid|puma|unicorn|passenger|flask|rails|rack|spring|express"
    r"|fastify|koa|tornado|aiohttp|sanic|ruby|perl|java|node|deno|bun|go|cowboy|iis)"
)
"""Names that are also words of a shop: an express delivery at 4.50, a flask of 0.5 l."""
_MENTION: Final = re.compile(rf"(?<!\w)(?:{_UNMISTAKABLE}|{_AMBIGUOUS})")
"""In small letters, where a name may stand: quick to look for, and most texts have none."""
_THREE_NUMBERS: Final = re.compile(r"[/ ]v?\d{1,3}\.\d{1,5}\.\d", re.IGNORECASE)
_DOTTED: Final = r"v?\d+(?:\.\d+)+\w*"
_PART: Final = (
    r"(?:[ _-](?:rest|web|http|application|app|framework|server|runtime|engine|core|community|language)){0,3}"
)
"""Words that a name may have behind it: Django REST framework."""
_NAMED: Final = re.compile(
    # Not where it is a step of a path: a shop may have a category of that name.
    rf"(?<![\w./])(?:{_UNMISTAKABLE}|{_AMBIGUOUS})/v?\d[\w.]*"
    rf"|(?<![\w.])(?:{_UNMISTAKABLE}{_PART}[ _-]?{_DOTTED}"
    rf"|{_AMBIGUOUS}{_PART}[ _-](?:v\d+(?:\.\d+)+|\d+\.\d+\.\d+)[\w.]*"
    rf"|{_UNMISTAKABLE}[ _-]version['\"]?\s*[:=]?\s*['\"]?v?\d[\w.]*"
    r"|(?:python|php|ruby|django|java)\d+(?![\w%])|go1\.\d+[\w.]*)"
    # The pages of a project: https://errors.pydantic.dev/2.7, https://docs.djangoproject.com/en/5.2/.
    rf"|(?<![\w.-])(?:[\w-]+\.){{0,4}}(?:{_UNMISTAKABLE}|{_AMBIGUOUS})(?:project|lang)?\.[a-z]{{2,6}}/"
    rf"(?:[\w-]+/){{0,4}}{_DOTTED}",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"(?<![\d.])v?\d+(?:\.\d+)+|[/ ]v?\d+(?!\w)", re.IGNORECASE)
_OWN_TOKENS: Final = r"(?!(?:https?|tls|ssl|api|open-?api|swagger|version|schema|release|rfc|oauth|oidc|html|json)\b)"
_PRODUCT: Final = re.compile(
    rf"(?<![\w./:@-]){_OWN_TOKENS}[a-z][a-z_-]*\d?/v?\d{{1,3}}\.\d{{1,5}}\.\d{{1,3}}(?![\d.])[\w-]*", re.IGNORECASE
)
"""A product token (RFC 9110 §10.1.5) of any name: three numbers, since two may be an amount or an API's."""
_SPACED_PRODUCT: Final = re.compile(
    rf"(?<![\w./:@-]){_OWN_TOKENS}[a-z][a-z_-]*\d? v?\d{{1,3}}\.\d{{1,5}}\.\d{{1,3}}(?![\d.])[\w-]*", re.IGNORECASE
)
_DATA_FIELDS: Final = re.compile(
    r"(?:content-|access-control-|accept|sec-|ratelimit|x-ratelimit|cross-origin-|strict-transport-|permissions-policy"
    r"|etag|last-modified|date|expires|age|vary|allow|link|location|refresh|retry-after|sunset|deprecation|set-cookie"
    r"|cache-control|cache-status|server-timing|alt-svc|nel|report|x-request-id|traceparent|api-|x-api-|upgrade"
    r"|connection|keep-alive|transfer-encoding|idempotency-).*",
    re.IGNORECASE,
)
"""Fields that hold addresses, dates, policies or facts about the content: a number in them is one of these."""
_VERSION_FIELD: Final = re.compile(
    rf"(?:x-)?(?:(?:{_UNMISTAKABLE}|{_AMBIGUOUS})(?:mvc)?-?version"
    r"|(?:runtime|framework|server|platform|engine|language|interpreter|proxy|gateway|container)-?version)",
    re.IGNORECASE,
)
_SOFTWARE_FIELD: Final = re.compile(rf"(?:x-)?(?:{_UNMISTAKABLE}|{_AMBIGUOUS})", re.IGNORECASE)
_IS_VERSION: Final = re.compile(rf"\s*{_DOTTED}[\w.+-]*\s*", re.IGNORECASE)
_VIA_PROTOCOL: Final = re.compile(r"(?:^|,)\s*(?:[A-Za-z]+/)?\d(?:\.\d)?(?=\s)")
"""The version of HTTP with which each entry of Via begins (RFC 9110 §7.6.3)."""
_VIA_PRODUCT: Final = re.compile(r"[A-Za-z][\w.-]*/v?\d")
_NAMING_MEMBER: Final = re.compile(
    rf"(?:server|framework|powered[_-]?by|runtime[_-]?version|{_UNMISTAKABLE})(?:[_-]?version)?", re.IGNORECASE
)
_MEMBER: Final = re.compile(rb'"([^"\\]{1,60})"\s*:')
_META: Final = re.compile(r"<meta\b[^>]{0,500}>", re.IGNORECASE)
_GENERATOR: Final = re.compile(r"\bname\s*=\s*[\"']?generator\b", re.IGNORECASE)
_CONTENT: Final = re.compile(r"\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG: Final = re.compile(r"<(?!!--)[^>]{0,500}>")
_LOOKED_THROUGH: Final = 65_536
"""Bytes of a body."""


def software_versions_in(answer: Answer) -> Iterator[str]:
    """Yield each place in which an answer names a version of software. What the request said itself is not one."""
    yield from (f"{name}: {value}" for name, value in answer.headers if _names_version(name.lower(), value))
    for place, text in _in_body(answer):
        asked = " ".join([answer.request.target, answer.request.encoded_body().decode(errors="replace")])
        if text.lower() not in asked.lower():
            yield f"{text!r} in {place}"


@lru_cache(maxsize=4096)
def _names_version(field: str, value: str) -> bool:
    """Tell if a header field names a version. Most fields of a run say the same as those of the answer before."""
    if not re.search(r"\d", value):
        return False
    return bool(
        (field in NAMING_FIELDS and _NUMBER.search(value))
        or _VERSION_FIELD.fullmatch(field)
        or (_SOFTWARE_FIELD.fullmatch(field) and _IS_VERSION.fullmatch(value))
        or (field == "via" and _VIA_PRODUCT.search(_VIA_PROTOCOL.sub(" ", value)))
        or (_MENTION.search(value.lower()) and _NAMED.search(value))
        or (
            _THREE_NUMBERS.search(value)
            and not _DATA_FIELDS.fullmatch(field)
            and (_PRODUCT.search(value) or _SPACED_PRODUCT.search(value))
        )
    )


@lru_cache(maxsize=1024)
def named_versions(text: str) -> tuple[str, ...]:
    """Return the names of software with a version behind them in a text, whatever it is about."""
    patterns = [_NAMED] if _MENTION.search(text.lower()) else []
    patterns += [_PRODUCT] if _THREE_NUMBERS.search(text) else []
    return tuple(dict.fromkeys(found[0] for pattern in patterns for found in pattern.finditer(text)))


@lru_cache(maxsize=4096)
def _is_naming_member(name: str) -> bool:
    return _NAMING_MEMBER.fullmatch(name) is not None


def _in_body(answer: Answer) -> Iterator[tuple[str, str]]:
    body = answer.response.body[:_LOOKED_THROUGH]
    text = body.decode(errors="replace")
    if answer.is_page:
        for meta in filter(_GENERATOR.search, _META.findall(text)):
            content = _CONTENT.search(meta)
            if content and _NUMBER.search(f" {''.join(filter(None, content.groups()))}"):
                yield "the page's generator", meta
    if answer.is_error and not answer.media_type.startswith(("image/", "font/")):
        plain = html.unescape(_TAG.sub(" ", text)) if answer.is_page else text
        yield from (("the error's body", found) for found in named_versions(plain))
    elif answer.is_page:
        comments = " ".join(_COMMENT.findall(text))
        yield from (("a comment of the page", found) for found in named_versions(comments))
    # Most bodies have no such member: looking for its name is cheaper than reading all of them.
    names = set(_MEMBER.findall(answer.response.body)) if answer.media_type.endswith("json") else set()
    if any(_is_naming_member(one.decode(errors="replace")) for one in names):
        for name, value in texts_of(answer.response.body):
            if _is_naming_member(name) and re.search(r"\d", value):
                yield f"the member {name!r}", value
