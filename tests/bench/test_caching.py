"""The product list from the cache and freshly rendered, each through all of the middleware (roadmap 2.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler

from tests.bench.server import PROXIED

PATHS = {
    "20 products": "page_size=20",
    "100 products": "page_size=100",
    "a search": "search=S000007",
}


class Shop:
    """The WSGI application in this process."""

    def __init__(self) -> None:
        self.handler = WSGIHandler()

    def get(self, query: str) -> tuple[bytes, dict[str, str]]:
        """Return body and headers of a 200 for /api/v2/products."""
        environ: dict[str, Any] = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in PROXIED.items()}
        environ |= {"wsgi.url_scheme": "https", "PATH_INFO": "/api/v2/products", "QUERY_STRING": query}
        environ["REMOTE_ADDR"] = "127.0.0.1"
        setup_testing_defaults(environ)
        started: list[tuple[str, list[tuple[str, str]]]] = []
        response = self.handler(environ, lambda status, headers, *_: started.append((status, headers)))  # type: ignore[arg-type] # never written to
        body = b"".join(response)
        response.close()
        status, headers = started[0]
        assert status == "200 OK", body
        return body, dict(headers)


@pytest.fixture(scope="module")
def shop() -> Shop:
    """The application, set up once."""
    return Shop()


@pytest.mark.parametrize("path", PATHS)
def test_a_list_from_the_cache(path: str, shop: Shop, note_time: Callable[..., None]) -> None:
    shop.get(PATHS[path])
    assert shop.get(PATHS[path])[1]["Cache-Status"] == "shop; hit"
    note_time(f"Cached list: {path}", "from the cache", lambda: shop.get(PATHS[path]), statements=0, rounds=200)


@pytest.mark.parametrize("path", PATHS)
def test_a_list_that_is_rendered_anew(
    path: str, shop: Shop, note_time: Callable[..., None], empty_cache: Callable[[], None]
) -> None:
    shop.get(PATHS[path])
    empty_cache()
    assert shop.get(PATHS[path])[1]["Cache-Status"] == "shop; fwd=miss"
    note_time(
        f"Cached list: {path}",
        "rendered anew and stored",
        lambda: shop.get(PATHS[path]),
        statements=1,
        rounds=200,
        setup=empty_cache,
    )
