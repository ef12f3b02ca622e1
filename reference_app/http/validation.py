"""Validation of a request before its route is looked for (roadmap 1.1, request validation)."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from reference_app.api.problems import BodyTooLarge, BrokenRequest, Forbidden, Problem, UnsupportedMediaType


class HostNotAllowed(BrokenRequest):
    """The Host header names a host that is not served; links and caches must never be built from it."""

    code = "host_not_allowed"
    title = "This host is not served here"


class TlsRequired(Forbidden):
    """The request came without TLS. A redirect would teach clients to send their tokens in clear first."""

    code = "tls_required"
    title = "TLS is required"


def find_fault(request: HttpRequest) -> Problem | None:
    """Return the first thing that is wrong with the request as such, or None. May read the body, up to its limit."""
    try:
        request.get_host()
    except DisallowedHost:
        return HostNotAllowed()
    if "\x00" in request.path:
        return BrokenRequest("The path holds a NUL character.")
    query = unquote_to_bytes(request.META.get("QUERY_STRING", "").replace("+", " "))
    try:
        query.decode("utf-8")
    except UnicodeDecodeError:
        return BrokenRequest("The query is not valid UTF-8.")
    if request.META.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
        return UnsupportedMediaType("Compressed bodies are not read.")
    return find_body_fault(request)


def find_body_fault(request: HttpRequest) -> Problem | None:
    """Return BodyTooLarge above what is read, by the declared length or, for chunks, by counting; else None."""
    if "HTTP_TRANSFER_ENCODING" in request.META:
        # Django reads a body of declared length only; the server has removed the framing of the chunks already.
        body = request.environ["wsgi.input"].read(settings.MAX_BODY_BYTES + 1)  # type: ignore[attr-defined]
        request._body = body  # noqa: SLF001 -- where Django keeps a body that was read
        length = len(body)
    else:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > settings.MAX_BODY_BYTES:
        return BodyTooLarge(f"At most {settings.MAX_BODY_BYTES} bytes are read.")
    return None


def lacks_tls(request: HttpRequest) -> bool:
    """Return whether the request came in clear where TLS is required."""
    return settings.PLAIN_HTTP != "serve" and not request.is_secure()
