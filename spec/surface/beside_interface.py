"""Points beside the operations: paths that lead nowhere, probes, pages and the files that they load."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final
from urllib.parse import urljoin, urlsplit

from spec.surface import kinds_of_answer as kinds
from spec.surface.back_office import BackOffice
from spec.surface.content_provocations import ELSEWHERE, FOREIGN
from spec.surface.known import Known
from spec.surface.listed_routes import list_routes
from spec.surface.provocations import (
    ANY,
    DONE,
    INVALID,
    NOT_FOUND,
    TURNED_AWAY,
    UNSUPPORTED,
    Provocation,
    unchanged,
)
from spec.surface.request_changes import as_preflight
from spec.surface.request_provocations import UNKNOWN
from spec.surface.stops import Guide, Stop, absent
from spec.surface.tour import Cell, CellState, Visit
from spec.target.circumstances import Identity
from spec.target.exchange import Request, Response
from spec.target.profile.profile_model import Effect
from spec.target.shop import Shop
from spec.target.steps import first_request

NOBODY, CUSTOMER, STAFF = Identity.NOBODY, Identity.CUSTOMER, Identity.STAFF
LINK: Final = re.compile(rb"""(?:src|href)\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
FILES: Final = 6
"""Files of a page that are asked for."""
HTML: Final = "text/html"
OUTSIDE: Final = Provocation(kinds.UNKNOWN_PATH_OUTSIDE, unchanged, frozenset({NOT_FOUND}))
NOWHERE: Final = Provocation(kinds.UNKNOWN_PATH, unchanged, frozenset({NOT_FOUND}), TURNED_AWAY)
PAGE: Final = Provocation(kinds.PAGE, unchanged, frozenset({DONE}), ANY, redirects=True)
FILE: Final = Provocation(kinds.STATIC_FILE, unchanged, frozenset({DONE}), ANY)
UNCHANGED: Final = Provocation(kinds.NOT_MODIFIED, unchanged, ANY, statuses=frozenset({304}))
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
EVERYBODY: Final = (NOBODY, CUSTOMER, STAFF, Identity.FORGED)
OTHER_METHODS: Final = (
    ("HEAD", kinds.HEAD, ANY),
    ("OPTIONS", kinds.OPTIONS, ANY),
    *((method, kinds.METHOD_NOT_SUPPORTED, frozenset({UNSUPPORTED})) for method in ("POST", "PUT", "PATCH", "DELETE")),
    (UNKNOWN, kinds.UNKNOWN_METHOD, frozenset({UNSUPPORTED, INVALID, NOT_FOUND})),
)


@dataclass
class Beside:
    """Lists the stops at everything that is no operation of the interface."""

    shop: Shop
    known: Known
    guide: Guide
    _files: dict[str, None] = field(default_factory=dict)
    _seen_pages: dict[str, None] = field(default_factory=dict)

    def stops(self) -> Iterator[Stop]:
        """List the stops. Files of pages are known once the pages have been visited."""
        for base in self._bases:
            yield from self._nowhere(base)
        yield from self._by_everybody(OUTSIDE, "outside", self._nothing)
        yield self._preflight("outside", self._nothing())
        yield self._stop(OUTSIDE, "outside", self._nothing(below="/"))
        yield from self._probes()
        yield from self._pages()
        cell = Cell("signed-in pages", "", "GET", STAFF, kinds.SIGNED_IN_PAGE)
        yield Stop(
            cell, lambda: BackOffice(self.shop, self.guide.people, self._may_write).visits(list(self._seen_pages))
        )
        yield Stop(Cell("files of pages", "", "GET", NOBODY, kinds.STATIC_FILE), self._visit_files)

    @property
    def _may_write(self) -> bool:
        return Effect.WRITES in self.shop.profile.effects

    @property
    def _bases(self) -> tuple[str, ...]:
        """The paths below which the interface lies."""
        return self.known.versions or (self.known.base_path,)

    def _nothing(self, base: str = "", below: str = "") -> Request:
        return _get(f"{base}/{self.shop.unique_name('nothing')}{below}")

    def _nowhere(self, base: str) -> Iterator[Stop]:
        yield from self._by_everybody(NOWHERE, "unknown path", lambda: self._nothing(base), base)
        yield self._stop(NOWHERE, "unknown path", self._nothing(base, "/1/things?page=2"), base)
        yield self._preflight("unknown path", self._nothing(base), base)
        other = re.sub(r"\d+", lambda found: str(int(found[0]) + 97), base)
        unknown = replace(NOWHERE, kind=kinds.UNKNOWN_VERSION)
        if other == base:
            yield absent(Cell("unknown version", base, "GET", NOBODY, unknown.kind), "its path names no version")
            return
        products = first_request(self.shop.verbs.list_products(), self.shop.verbs.stranger())
        asked = self.known.in_version(products, other)
        yield from self._by_everybody(unknown, "unknown version", lambda: asked, base)
        yield self._preflight("unknown version", asked, base)

    def _by_everybody(
        self, provocation: Provocation, resource: str, make: Callable[[], Request], version: str = ""
    ) -> Iterator[Stop]:
        """Ask for what is not there by each method, as everybody."""
        for identity in EVERYBODY:
            asked = replace(provocation, identity=identity)
            for method in METHODS:
                yield self._stop(asked, resource, replace(make(), method=method), version)
            odd = replace(asked, kind=kinds.UNKNOWN_METHOD, wanted=asked.wanted | {UNSUPPORTED, INVALID})
            yield self._stop(odd, resource, replace(make(), method=UNKNOWN), version)

    def _probes(self) -> Iterator[Stop]:
        verbs = self.shop.verbs
        for name in ("liveness", "readiness"):
            if not verbs.offers(name):
                yield absent(Cell(name, "", "GET", NOBODY, kinds.PROBE), f"the target offers no {name}")
                continue
            request = first_request(getattr(verbs, name)(), verbs.stranger())
            for identity in (NOBODY, CUSTOMER, STAFF):
                probe = Provocation(kinds.PROBE, unchanged, frozenset({DONE}), identity=identity)
                yield self._stop(probe, self.known.path_of(request), request)
            yield from self._by_other_methods(request)

    def _by_other_methods(self, request: Request) -> Iterator[Stop]:
        path = self.known.path_of(request)
        for place, (method, kind, wanted) in enumerate(OTHER_METHODS):
            provocation = Provocation(kind, unchanged, wanted, ANY, redirects=kind in {kinds.HEAD, kinds.OPTIONS})
            # There are many paths: each method by one of them in turn.
            if method in {"POST", "PUT", "PATCH", "DELETE"} and not self._may_write:
                continue
            identity = EVERYBODY[(place + sum(map(ord, path))) % 3]
            yield self._stop(replace(provocation, identity=identity), path, replace(request, method=method))
        yield self._preflight(path, request)
        if self.known.version_of(path):
            elsewhere = Provocation(kinds.UNKNOWN_HOST, unchanged, frozenset({INVALID, NOT_FOUND}), ANY)
            yield self._stop(elsewhere, path, request.with_header("Host", ELSEWHERE))

    def _preflight(self, resource: str, request: Request, version: str = "") -> Stop:
        """Let a page of another origin ask for it."""
        asked = Provocation(kinds.PREFLIGHT_OF_FOREIGN_ORIGIN, unchanged, ANY, redirects=True)
        return self._stop(asked, resource, as_preflight(request, FOREIGN), version)

    def _pages(self) -> Iterator[Stop]:
        verbs = self.shop.verbs
        probes = {
            self.known.path_of(first_request(getattr(verbs, name)(), verbs.stranger()))
            for name in ("liveness", "readiness")
            if verbs.offers(name)
        }
        paths = [path for path in dict.fromkeys(self._page_paths()) if path not in probes]
        for path in paths:
            for identity in EVERYBODY[:3]:
                yield Stop(Cell(path, "", "GET", identity, kinds.PAGE), partial(self._visit_page, path, identity))
            yield from self._by_other_methods(_get(path))
        if not paths:
            yield absent(Cell("pages", "", "GET", NOBODY, kinds.PAGE), "no page is known of")

    def _page_paths(self) -> Iterator[str]:
        """Yield the paths at which there may be pages: what verbs, the profile and the target's own list name."""
        verbs = self.shop.verbs
        if verbs.offers("documentation_page"):
            yield self.known.path_of(first_request(verbs.documentation_page(), verbs.stranger()))
        if verbs.offers("openapi_document"):
            for verb in verbs.openapi_documents():
                yield self.known.path_of(first_request(verb, verbs.stranger()))
        exposed = self.shop.profile.policy_texts("intended_exposure")
        yield from (one for one in exposed if not set(one) & set("*?[{"))
        for route in list_routes(self.shop):
            if route.method == "GET" and route.is_fixed and self.known.exposes(route.path):
                yield route.path

    def _visit_page(self, path: str, identity: Identity) -> Iterator[Visit]:
        cell = Cell(path, "", "GET", identity, kinds.PAGE)
        visit = self._visit(cell, PAGE, _get(path))
        response = visit.exchange.response if visit.exchange else None
        if response is not None and response.status == 200 and not _is_html(response):
            # A document or a file beside the interface: an answer like any other.
            visit = replace(visit, cell=replace(cell, kind=kinds.SUCCESS))
        elif response is not None and response.status in {401, 403}:
            kind = kinds.NO_CREDENTIALS if identity is NOBODY else kinds.NOT_ALLOWED
            visit = Visit(replace(cell, kind=kind), CellState.EXAMINED, visit.exchange)
        if response is not None and _is_html(response):
            self._files |= dict.fromkeys(files_of(path, response))
            self._seen_pages |= {path: None}
        yield visit

    def _visit_files(self) -> Iterator[Visit]:
        paths = list(self._files)[:FILES]
        for path in paths:
            visit = self._visit(Cell(path, "", "GET", NOBODY, kinds.STATIC_FILE), FILE, _get(path))
            yield visit
            for stop in self._by_other_methods(_get(path)):
                yield from stop.go()
            tag = visit.exchange.response.headers.get("ETag") if visit.exchange and visit.exchange.response else None
            if tag:
                request = _get(path).with_header("If-None-Match", tag)
                yield self._visit(Cell(path, "", "GET", NOBODY, kinds.NOT_MODIFIED), UNCHANGED, request)
        for folder in dict.fromkeys(path.rpartition("/")[0] for path in paths):
            request = _get(f"{folder}/{self.shop.unique_name('no-file')}.css")
            yield self._visit(Cell(f"{folder}/…", "", "GET", NOBODY, kinds.UNKNOWN_PATH_OUTSIDE), OUTSIDE, request)
        if not paths:
            cell = Cell("files of pages", "", "GET", NOBODY, kinds.STATIC_FILE)
            yield Visit(cell, CellState.ABSENT, None, "no page that was visited loads a file from the target")

    def _stop(self, provocation: Provocation, resource: str, request: Request, version: str = "") -> Stop:
        cell = Cell(resource, version, request.method, provocation.identity or NOBODY, provocation.kind)
        return Stop(cell, lambda: [self._visit(cell, provocation, request)])

    def _visit(self, cell: Cell, provocation: Provocation, request: Request) -> Visit:
        return self.guide.visit(cell, provocation, lambda: (self.guide.people.find(cell.identity), request))


def files_of(page: str, response: Response) -> Iterator[str]:
    """Yield the paths of the files that a page loads from its own host."""
    for found in LINK.findall(response.body):
        parts = urlsplit(urljoin(page, found.decode("latin-1")))
        if not parts.netloc and "." in parts.path.rpartition("/")[2] and parts.path != page:
            yield parts.path


def _get(path: str) -> Request:
    return Request("GET", path, from_origin=True)


def _is_html(response: Response) -> bool:
    return (response.headers.get("Content-Type") or "").lower().startswith(HTML)
