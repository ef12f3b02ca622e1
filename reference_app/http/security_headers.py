"""The security headers of every answer (roadmap 1.1 and 4.1; OWASP ASVS 3.4).

Django's SecurityMiddleware and XFrameOptionsMiddleware set what they know (nosniff, HSTS, Referrer-Policy, COOP, and
X-Frame-Options for what is too old to know frame-ancestors); here is the rest.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

ALWAYS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

POLICY_FOR_DATA = "default-src 'none'; frame-ancestors 'none'"
# Swagger UI sets style attributes and draws its icons from data: images; scripts come from this host's files alone.
POLICY_FOR_PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


# Django's admin has no inline script and no inline style; its forms go to where they came from.
POLICY_FOR_BACK_OFFICE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
BACK_OFFICE = "/admin/"


def protect(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the headers, whatever the status of the answer and wherever it was made."""
    for name, value in ALWAYS.items():
        response.headers[name] = value
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    response.headers["Content-Security-Policy"] = policy_for(request.path) if is_page else POLICY_FOR_DATA
    if request.path.startswith(BACK_OFFICE):
        # Without a referrer browsers send "Origin: null" with a form, which the check against forgery has to refuse.
        response.headers["Referrer-Policy"] = "same-origin"


def policy_for(path: str) -> str:
    """Return the policy of the page at this path."""
    return POLICY_FOR_BACK_OFFICE if path.startswith(BACK_OFFICE) else POLICY_FOR_PAGES


def forbid_storing_by_default(response: HttpResponseBase) -> None:
    """Forbid storing an answer that does not allow it: most are personal or change at once."""
    response.headers.setdefault("Cache-Control", "no-store")
