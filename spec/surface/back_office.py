"""Signed-in pages: staff's session in a browser, begun by the form of a page of the target itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

from spec.surface import kinds_of_answer as kinds
from spec.surface.people import People
from spec.surface.provocations import ANY, DONE, UNSUPPORTED, NotThere, OutOfReach, Provocation, judge_answer, unchanged
from spec.surface.surface_operations import SAFE_METHODS
from spec.surface.tour import Cell, CellState, Visit
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Identity
from spec.target.exchange import Exchange, Request, Response
from spec.target.shop import Shop
from spec.target.visitor import Visitor

PAGES: Final = 12
"""Pages that staff look at; each of another form of path before a second one of the same."""
FORM: Final = "application/x-www-form-urlencoded"
NAMES: Final = frozenset({"text", "email", ""})
"""Types of the input into which a name is written."""
METHODS: Final = (
    ("HEAD", kinds.HEAD, ANY),
    ("OPTIONS", kinds.OPTIONS, ANY),
    ("POST", kinds.METHOD_NOT_SUPPORTED, ANY),
    ("DELETE", kinds.METHOD_NOT_SUPPORTED, frozenset({UNSUPPORTED})),
)


@dataclass
class SignInForm:
    """A form of a page that takes a name and a password."""

    action: str = ""
    values: dict[str, str] = field(default_factory=dict)
    name: str = ""
    password: str = ""

    @property
    def is_whole(self) -> bool:
        """Tell if there is a place for a name and one for a password."""
        return bool(self.name and self.password)


class FormReader(HTMLParser):
    """Finds the forms of a page, and the links to other pages."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[SignInForm] = []
        self.links: list[str] = []
        self._form: SignInForm | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, what it is filled with, and a link."""
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = SignInForm(told.get("action", "")) if told.get("method", "").lower() == "post" else None
            self.forms += [self._form] if self._form else []
        elif tag == "input" and self._form is not None and "name" in told:
            self._fill(self._form, told, told.get("type", "").lower())
        elif tag == "a" and "href" in told:
            self.links.append(told["href"])

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        if tag == "form":
            self._form = None

    @staticmethod
    def _fill(form: SignInForm, told: dict[str, str], kind: str) -> None:
        if kind == "password":
            form.password = told["name"]
        elif kind in NAMES and not form.name:
            form.name = told["name"]
        elif kind == "hidden":
            form.values[told["name"]] = told.get("value", "")


def read_page(response: Response) -> FormReader:
    """Read a page; nothing is found in what is none."""
    reader = FormReader()
    if (response.headers.get("Content-Type") or "").lower().startswith("text/html"):
        reader.feed(response.body.decode("utf-8", errors="replace"))
    return reader


@dataclass
class BackOffice:
    """Signs staff in by the form of a page, and lets them look at the pages that they are led to."""

    shop: Shop
    people: People
    may_write: bool

    def visits(self, paths: Sequence[str]) -> Iterator[Visit]:
        """Visit pages as staff who have signed in by a form on one of these paths."""
        cell = Cell("signed-in pages", "", "GET", Identity.STAFF, kinds.SIGNED_IN_PAGE)
        try:
            self.people.find(Identity.STAFF)
            browser, page = self._sign_in(paths)
        except NotThere as missing:
            yield Visit(cell, CellState.ABSENT, None, str(missing))
            return
        except OutOfReach as error:
            yield Visit(cell, CellState.OUT_OF_REACH, None, str(error))
            return
        yield from self._look_around(browser, page, paths)

    def _sign_in(self, paths: Sequence[str]) -> tuple[Visitor, str]:
        """Find a form, fill it in, and return the browser with the page to which it led."""
        for path in paths:
            browser = self.shop.visitor()
            browser = browser.with_session(browser.session.known_as(Identity.STAFF))
            page = browser.send_signed(_page(path))
            if page.response is None or page.response.status != 200:
                continue
            form = next((one for one in read_page(page.response).forms if one.is_whole), None)
            if form is not None:
                return browser, self._send(browser, path, form)
        raise NotThere("no page that was visited has a form to sign in")

    def _send(self, browser: Visitor, path: str, form: SignInForm) -> str:
        given, action = self.shop.windows.staff, urljoin(path, form.action)
        if urlsplit(action).netloc:
            raise NotThere(f"the form of {path} leads to another host")
        origin = self.shop.endpoint.origin
        values = {**form.values, form.name: given.email, form.password: given.password}
        self.shop.recorder.add_secret(given.password, urlencode({"": given.password})[1:])
        fields = (("Content-Type", FORM), ("Origin", origin), ("Referer", f"{origin}{path}"))
        answer = browser.send_signed(
            Request("POST", action, headers=fields, body=urlencode(values).encode(), from_origin=True)
        )
        refused = answer.response is None or answer.response.status >= 400 or not browser.session.cookies
        again = read_page(answer.response).forms if answer.response else []
        if refused or any(one.is_whole for one in again):
            raise OutOfReach(f"staff could not sign in by the form of {path}: {answer.summary}")
        led_to = answer.response.headers.get("Location") if answer.response else None
        return urlsplit(urljoin(action, led_to or path)).path

    def _look_around(self, browser: Visitor, first: str, paths: Sequence[str]) -> Iterator[Visit]:
        """Look at the first page, and at those that pages lead to: of each form of path one, below the first page."""
        found, seen = [first, *(one for one in paths if one.startswith(first))], set[str]()
        while found and len(seen) < PAGES:
            path = found.pop(0)
            form = form_of(path)
            if form in seen:
                continue
            seen.add(form)
            visit, exchange = self._visit(browser, path, "GET", kinds.SIGNED_IN_PAGE, frozenset({DONE}))
            yield visit
            if exchange.response is not None and exchange.response.status == 200:
                led = (urlsplit(urljoin(path, one)) for one in read_page(exchange.response).links)
                below = [one.path for one in led if not one.netloc and is_below(one.path, first)]
                # A page of one thing before one more list of things.
                found = [one for one in below if form_of(one) != one] + found + below
            for method, kind, wanted in METHODS:
                if method not in SAFE_METHODS and not self.may_write:
                    continue
                # Whatever a page of one thing takes DELETE for, it is not to lose that.
                if method == "DELETE" and form != path:
                    continue
                yield self._visit(browser, path, method, kind, wanted)[0]
        missing = f"{first.rstrip('/')}/{self.shop.unique_name('nothing')}/"
        yield self._visit(browser, missing, "GET", kinds.UNKNOWN_PATH_OUTSIDE, ANY)[0]

    def _visit(
        self, browser: Visitor, path: str, method: str, kind: str, wanted: frozenset[AnswerKind]
    ) -> tuple[Visit, Exchange]:
        cell = Cell(form_of(path), "", method, Identity.STAFF, kind)
        exchange = browser.send_signed(replace(_page(path), method=method, provokes=kind))
        provocation = Provocation(kind, unchanged, wanted, ANY, redirects=True)
        settled = self.people.settle(exchange.response) if exchange.response else None
        return judge_answer(cell, exchange, settled, provocation), exchange


def form_of(path: str) -> str:
    """Return the path with {} for each part that has a digit: pages of two things have one form."""
    return "/".join("{}" if any(map(str.isdigit, part)) else part for part in path.split("/"))


def is_below(path: str, first: str) -> bool:
    """Tell if a page may be looked at: below the first one, and none that ends the session."""
    return path.startswith(first) and not any(word in path.lower() for word in ("logout", "log-out", "signout"))


def _page(path: str) -> Request:
    return Request("GET", path, from_origin=True)
