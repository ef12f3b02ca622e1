"""Violations of chapter HDR."""

from __future__ import annotations

from typing import Final

from spec.falsify.points.value_classes import read_json
from spec.falsify.points.violations import (
    Scene,
    ViolationKind,
    all_of,
    contradicted,
    dropped,
    every_way,
    is_api,
    is_data,
    is_page,
    misspelt,
    only,
    put,
    replaced,
    rewritten,
    sent,
    with_body,
)
from spec.target.exchange import Response

CSP: Final = "Content-Security-Policy"
HSTS: Final = "Strict-Transport-Security"
ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"


def _policy(name: str, old: str, new: str) -> ViolationKind:
    """Replace a part of the content security policy, where it has that part."""

    def change(scene: Scene) -> Response | None:
        policy = scene.response.headers.get(CSP) or ""
        return put(scene.response, CSP, policy.replace(old, new).strip("; ")) if old in policy else None

    return ViolationKind(f"{CSP}: {name}", change)


_FRAMING: Final = (
    _policy("frame-ancestors left out", "frame-ancestors 'none'", ""),
    _policy("frame-ancestors 'self'", "frame-ancestors 'none'", "frame-ancestors 'self'"),
    _policy("frame-ancestors any host", "frame-ancestors 'none'", "frame-ancestors *"),
)


def _reported_only(scene: Scene) -> Response | None:
    policy = scene.response.headers.get(CSP)
    return None if policy is None else put(dropped(CSP).change(scene) or scene.response, f"{CSP}-Report-Only", policy)


def _is_foreign_origin(scene: Scene) -> bool:
    origin = scene.sent("Origin")
    return origin is not None and "127.0.0.1" not in origin


def _is_preflight(scene: Scene) -> bool:
    return (
        scene.request.method == "OPTIONS"
        and scene.sent("Access-Control-Request-Method") is not None
        and _is_foreign_origin(scene)
    )


def _reflected_with_credentials(scene: Scene) -> Response:
    response = put(scene.response, ALLOW_ORIGIN, scene.sent("Origin") or "")
    return put(response, "Access-Control-Allow-Credentials", "true")


def _commented(text: str) -> ViolationKind:
    """Write a comment at the end of a page."""

    def change(scene: Scene) -> Response | None:
        return with_body(scene.response, scene.response.body + text.encode()) if scene.response.body else None

    return ViolationKind(f"the page ends with {text}", change, is_page)


def _cookie_without(part: str) -> ViolationKind:
    """Drop an attribute from each cookie that has it."""

    def change(scene: Scene) -> Response | None:
        fields = [
            (name, "; ".join(one for one in value.split("; ") if not one.lower().startswith(part.lower())))
            if name.lower() == "set-cookie"
            else (name, value)
            for name, value in scene.response.headers
        ]
        return Response(scene.response.status, type(scene.response.headers)(fields), scene.response.body)

    return ViolationKind(f"cookies without {part}", change)


def _detail_with(text: str) -> ViolationKind:
    def change(content: dict[str, object]) -> None:
        content["detail"] = f"{content.get('detail', '')} ({text})"

    return rewritten(f"a detail that names {text}", change, lambda scene: "detail" in (_object(scene)))


def _object(scene: Scene) -> dict[str, object]:
    content = read_json(scene.response.body)
    return content if isinstance(content, dict) else {}


def _sets(cookie: str, lacks: str) -> ViolationKind:
    return sent("Set-Cookie", cookie, f"a session cookie without {lacks}")


def _origin(scene: Scene) -> str | None:
    return scene.sent("Origin")


VIOLATIONS: Final[dict[str, tuple[ViolationKind, ...]]] = {
    "HDR-001": (
        *every_way("X-Content-Type-Options", "sniff", "none", "no-sniff", "nosniff; mode=block"),
        contradicted("X-Content-Type-Options", "sniff"),
    ),
    "HDR-002": (
        *every_way(HSTS, "max-age=31535999; includeSubDomains", "max-age=31536000", "max-age=0; includeSubDomains"),
        replaced(HSTS, "includeSubDomains"),
        replaced(HSTS, "max-age=3153600; includeSubDomains; preload"),
        replaced(HSTS, "max-age=-1; includeSubDomains"),
        contradicted(HSTS, "max-age=0"),
    ),
    "HDR-003": (
        *only(
            lambda scene: is_data(scene) or is_page(scene),
            *every_way(CSP),
            ViolationKind(f"{CSP} only reported", _reported_only),
        ),
        *only(
            is_data,
            _policy("default-src 'self'", "default-src 'none'", "default-src 'self'"),
            _policy("default-src any host", "default-src 'none'", "default-src *"),
            _policy("default-src left out", "default-src 'none'", ""),
            _policy("scripts of this host", "default-src 'none'", "default-src 'none'; script-src 'self'"),
            *_FRAMING,
        ),
        *only(
            is_page,
            _policy("'unsafe-inline' scripts", "script-src 'self'", "script-src 'self' 'unsafe-inline'"),
            _policy("'unsafe-eval' scripts", "script-src 'self'", "script-src 'self' 'unsafe-eval'"),
            _policy("inline scripts by default", "script-src 'self';", "script-src-attr 'unsafe-inline';"),
        ),
    ),
    "HDR-004": (
        *_FRAMING,
        *every_way("X-Frame-Options", "SAMEORIGIN", "ALLOWALL", "ALLOW-FROM https://shop.example"),
        contradicted("X-Frame-Options", "SAMEORIGIN"),
        dropped(CSP),
    ),
    "HDR-005": every_way("Referrer-Policy", "unsafe-url", "origin", "strict-origin-when-cross-origin", "origin-only"),
    "HDR-006": (
        *every_way("Cross-Origin-Opener-Policy", "unsafe-none"),
        *every_way("Cross-Origin-Resource-Policy", "cross-origin"),
        dropped("Permissions-Policy"),
        misspelt("Permissions-Policy"),
    ),
    "HDR-007": (
        sent("Server", "nginx/1.24.0"),
        sent("Server", "gunicorn/21.2.0"),
        sent("X-Powered-By", "Python/3.11.9"),
        sent("X-Powered-By", "Django 4.2.1"),
        sent("X-AspNet-Version", "4.0.30319"),
        sent("Via", "1.1 proxy (squid/5.7)"),
        sent("X-Generator", "Django/5.0"),
        _detail_with("Django/4.2.11"),
        _detail_with("PostgreSQL 16.2"),
        _detail_with("Python 3.11.9"),
        _commented("<!-- Django 4.2.11 -->"),
        _commented("<address>nginx/1.24.0</address>"),
    ),
    "HDR-008": (
        _sets("session=4f1c; Path=/; HttpOnly; SameSite=Lax", "Secure"),
        _sets("sessionid=4f1c; Path=/; Secure; SameSite=Lax", "HttpOnly"),
        _sets("sessionid=4f1c; Path=/; Secure; HttpOnly", "SameSite"),
        _sets("session=4f1c", "anything"),
        _cookie_without("Secure"),
        _cookie_without("SameSite"),
    ),
    "HDR-009": only(
        _is_foreign_origin,
        sent(ALLOW_ORIGIN, _origin, "the foreign origin is reflected"),
        ViolationKind("the foreign origin is reflected with credentials", _reflected_with_credentials),
    ),
    "HDR-010": only(
        all_of(_is_preflight, is_api),
        sent(ALLOW_ORIGIN, _origin, "the preflight allows the foreign origin"),
        sent(ALLOW_ORIGIN, "*", "the preflight allows every origin"),
        sent(ALLOW_ORIGIN, "null", "the preflight allows the origin null"),
        sent("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE"),
        sent("Access-Control-Allow-Headers", "Authorization, Content-Type"),
        ViolationKind("the foreign origin is allowed with credentials", _reflected_with_credentials),
    ),
}
