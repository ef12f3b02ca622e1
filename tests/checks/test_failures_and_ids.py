"""ERR-003 and ERR-004: failures reveal nothing and have an id, and ids of clients come back within bounds."""

from __future__ import annotations

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from spec.checks.err.rules import no_failure_reveals_anything_and_each_has_an_id as failures
from spec.checks.err.rules import no_foreign_request_id_is_echoed_unbounded as ids
from spec.checks.err.test_request_ids import FIELDS, ODD_IDS
from spec.checks.support.revealing_text import names_in_stack
from spec.target.circumstances import Identity
from tests.support.judged_answers import asked, by, given, judge, problem, speaks

ID = "0f8fad5bd9cb"


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Traceback (most recent call last): ...", "a stack"),
        ('File "/srv/shop/views.py", line 12, in get', "a stack"),
        ("  at shop.Checkout.pay(Checkout.java:41)", "a stack"),
        ("failed in checkout.rb:12", "a stack"),
        ("SELECT id FROM orders WHERE id = 7", "SQL"),
        ("insert into orders: duplicate key value violates unique constraint", "SQL"),
        ('relation "orders_order" does not exist', "SQL"),
        ("cannot open /srv/shop/settings.toml", "a path"),
        ("KeyError: 'id'", "a class of a library"),
        ("psycopg.errors.UndefinedTable", "a library"),
        ("store.errors.UndefinedTable", "a class of a library"),
        ("java.lang.NullPointerException", "a class of a library"),
        ("gear/3.0.1 debugger", "a class of a library"),
        ("(sqlalchemy) QueuePool limit of size 5 overflow 10 reached", "a library"),
        ("The driver psycopg is unhappy", "a library"),
        ("Redis is away", "a library"),
        ("PG::UniqueViolation", "a library"),
        ("deadlock detected", "SQL"),
        ("Deadlock found when trying to get lock", "SQL"),
        ("could not serialize access due to concurrent update", "SQL"),
        ("ORA-00942: table or view does not exist", "SQL"),
        ("ERROR 1045 (28000): Access denied", "SQL"),
        ("Error 111 connecting to cache-1:6379", "an error of the system"),
        ("[Errno 2] No such file or directory", "an error of the system"),
        ("connect ECONNREFUSED", "an error of the system"),
        ("no answer from db:5432", "an error of the system"),
        ("Undefined index: foo in checkout.php", "a stack"),
        ("see checkout.rb", "a stack"),
        ("Cannot read properties of undefined", "a stack"),
        ("failed below /home/deploy/shop", "a path"),
        ("/usr/src/app", "a path"),
    ],
)
def test_what_tells_of_the_inside_is_seen_in_any_5xx(text: str, sign: str) -> None:
    for status in (500, 502, 503):
        in_body = problem(status=status, code="internal", detail=text, request_id=ID)
        in_field = given(status=status, X_Request_ID=ID, X_Debug=text)
        for found in (judge(failures, in_body), judge(failures, in_field)):
            assert len(found) == 1
            assert found[0].startswith(f"no stack, SQL, path or library in a failure | {sign}: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Location", "/api/v2/orders/7.json"),
        ("Content-Security-Policy", "default-src 'none'; report-uri /csp/report.json"),
        ("Content-Type", "application/vnd.shop.Problem+json"),
        ("Access-Control-Allow-Origin", "http://localhost:3000"),
        ("Reporting-Endpoints", 'main="/reports/main.json"'),
        ("Server", "gunicorn"),
        ("Server-Timing", 'redis;dur=1;desc="/srv/shop/a.py"'),
        ("Link", "</docs/errors/internal.html>; rel=help"),
        ("X-Request-ID", "postgres-7"),
        ("X-Docs", "https://shop.example/docs/errors/internal.html"),
        ("X-Resource", "/api/v2/files/7.json"),
        ("Retry-After", "120"),
    ],
)
def test_a_field_holds_what_it_is_for(name: str, value: str) -> None:
    request = asked(path="/api/v2/files/7.json")
    fields = {"X_Correlation_ID": ID, name.replace("-", "_"): value}
    assert judge(failures, given(request, 500, **fields)) == []


@pytest.mark.parametrize(
    "detail",
    [
        "Something failed here. The request id helps to find out what.",
        "Please select a product from the list and/or ask us.",
        "See https://shop.example/docs/errors/internal.html for more.",
        "The order of 2026/11/26 could not be taken at 12:30:07.",
        "A concurrent request has changed the order; please try again.",
        "The service is closed from 12:30 to 13:00, at 10:5000 orders.",
        'Node.js in Action, and the table "Oak" of the collection Express, are not to be had now.',
        "Ask us about order:12345, or see shop.com.py and shop.example/help.php.",
        "The connection to our payment partner has been lost. Error 500. Reference E-1001.",
        "Internal Server Error",
        "InternalServerError",
    ],
)
def test_plain_words_reveal_nothing(detail: str) -> None:
    assert (
        judge(failures, problem(asked(path="/api/v2/orders/7"), 500, "internal_error", detail=detail, request_id=ID))
        == []
    )


def test_a_500_has_an_id_in_a_header_or_in_its_document() -> None:
    said = "a request id in a header or in the problem document | none"
    assert judge(failures, problem(status=500)) == [said]
    assert judge(failures, problem(status=500, request_id=" ")) == [said]
    assert judge(failures, given(status=500, X_Request_ID="0f8fad5b")) == []
    assert judge(failures, given(status=500, X_Correlation_Id="0f8fad5b")) == []
    assert judge(failures, problem(status=503)) == []
    assert judge(failures, given(asked("HEAD"), 500)) == []


def test_failures_are_judged_in_every_state() -> None:
    failed = given(status=500)
    assert speaks(failures, failed)
    assert speaks(failures, by(failed, Identity.NOBODY, failing=True))
    assert speaks(failures, by(failed, Identity.NOBODY, troubled=frozenset({"cache"})))
    assert not speaks(failures, given(status=404))


def test_a_stack_names_its_files_its_exceptions_and_their_library() -> None:
    line = '{"exception": "django.db.utils.ProgrammingError", "frames": ["/srv/shop/orders/views.py:12 get"]}'
    assert names_in_stack(line) == {
        "/srv/shop/orders/views.py", "django.db.utils.ProgrammingError", "ProgrammingError", "django",
    }  # fmt: skip
    assert names_in_stack('{"event": "request", "route": "/api/v2/orders/<id>"}') == frozenset()


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("odd", ODD_IDS.values(), ids=list(ODD_IDS))
def test_an_odd_id_is_seen_wherever_it_comes_back(name: str, odd: str) -> None:
    request = asked(**{name: odd})
    other = given(request, X_Request_ID="0f8fad5b", content={"request_id": "0f8fad5b"})
    assert judge(ids, other) == []
    if "%" not in odd:
        assert len(judge(ids, given(request, 200, **{name: odd}))) == 1
        assert len(judge(ids, problem(request, request_id=odd))) == 1
        assert len(judge(ids, problem(request, detail=f"The request {odd} failed."))) == 1
        page = f"<p>{odd}</p>".encode("utf-8" if not odd.isascii() else "ascii")
        assert len(judge(ids, given(request, content=page, media_type="text/html"))) == 1


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("a b", "an id with ' ' came back: 'a b'"),
        ("<a>", "an id with '<' and '>' came back: '<a>'"),
        ("x" * 300, f"an id of 300 characters came back: {'x' * 60!r}"),
    ],
)
def test_it_says_by_what_an_id_is_out_of_bounds(told: str, said: str) -> None:
    wanted = "no more than 256 characters of an id, all of them visible ASCII other than \"'`<>{}&$\\"
    assert judge(ids, given(asked(X_Request_ID=told), X_Request_ID=told)) == [f"{wanted} | {said}"]


def test_a_header_that_came_out_of_an_id_is_seen() -> None:
    request = asked(X_Request_ID=ODD_IDS["a line break"])
    assert len(judge(ids, given(request, X_Request_ID="abcdefgh", X_Injected_Here="yes"))) == 1


def test_a_long_id_may_come_back_cut_to_a_bound() -> None:
    request = asked(X_Request_ID=ODD_IDS["4000 letters"])
    assert judge(ids, given(request, X_Request_ID="b2" * 64)) == []
    assert len(judge(ids, given(request, X_Request_ID="b2" * 150))) == 1


@drawn(st.from_regex(r"[A-Za-z0-9._-]{8,100}", fullmatch=True))
def test_a_bounded_id_may_come_back(sound: str) -> None:
    assert judge(ids, problem(asked(X_Request_ID=sound), request_id=sound)) == []


def test_it_speaks_of_requests_that_give_an_id() -> None:
    assert speaks(ids, given(asked(X_Request_ID="abc")))
    assert speaks(ids, given(asked(traceparent="abc")))
    assert not speaks(ids, given())
