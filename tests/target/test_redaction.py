"""Secrets are taken out of evidence before anything is written."""

from __future__ import annotations

import base64
import json
import shlex
import subprocess
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spec.target.curl import curl_line
from spec.target.exchange import Exchange, Request, Response
from spec.target.recording import Recorder
from spec.target.redaction import BODY_LIMIT, MASK, redact_exchange, redact_text
from tests.support.raw_server import RawServer, header_lines, request_line
from tests.support.samples import JWT, answered

# Printable, so that each may stand in a header; no surrogates, which no UTF-8 body can hold.
CHARACTERS = st.characters(min_codepoint=0x21, max_codepoint=0x2FF, exclude_categories=("Cc", "Cs", "Zs", "Cf", "Zl"))
SECRETS = st.text(CHARACTERS, min_size=10, max_size=40)
UNQUOTED = "!$'()*"


def written_about(secret: str, name: str) -> tuple[str, str]:
    """Evidence and curl line of an exchange that shows a secret wherever one can stand."""
    recorder = Recorder()
    recorder.add_secret(secret)
    basic = base64.b64encode(f"ann@shop.example:{secret}".encode()).decode()
    request = Request(
        "POST",
        f"/reset/{quote(secret, safe=UNQUOTED)}",
        query=((name, secret),),
        headers=((name, secret), ("X-Basic", basic), ("Authorization", f"Basic {basic}")),
        json={name: [secret], secret: 1},
    )
    body = json.dumps({"detail": f"you sent {secret}, that is {basic}"})
    exchange = answered(
        request, headers=(("Location", f"/x?y={quote(secret)}"),), body=body.encode(), source="127.1.1.1"
    )
    return redact_exchange(exchange, recorder.secrets).text, curl_line(request, recorder.secrets)


@given(secret=SECRETS, name=st.sampled_from(["note", "search", "X-Trace", "Authorization"]))
def test_a_secret_that_the_recorder_knows_appears_in_no_evidence_and_no_curl_line(secret: str, name: str) -> None:
    # A secret that reads like the frame around it ("--data-raw", or the mask itself) cannot be told from it.
    assume(not any(secret in frame for frame in written_about("\u0100" * 10, name)))
    basic = base64.b64encode(f"ann@shop.example:{secret}".encode()).decode()
    forms = {secret, json.dumps(secret)[1:-1], quote(secret), quote(secret, safe=""), basic}
    for written in written_about(secret, name):
        for form in (*forms, quote(secret, safe=UNQUOTED)):
            assert form not in written


@given(secret=SECRETS, before=st.integers(BODY_LIMIT - 60, BODY_LIMIT + 60))
def test_no_part_of_a_secret_is_left_where_a_long_body_is_cut(secret: str, before: int) -> None:
    # Its beginning may be the address of the request, or a row of dots: then it tells nothing.
    assume(secret[:6] not in redact_exchange(answered(body=b"." * (before + 100))).text)
    exchange = answered(body=b"." * before + secret.encode() + b"." * 100)
    assert secret[:6] not in redact_exchange(exchange, [secret]).text


@pytest.mark.parametrize(
    ("line", "written"),
    [
        (("Authorization", "Bearer abc.def"), f"Authorization: Bearer {MASK}"),
        (("authorization", "two words"), f"authorization: {MASK}"),
        (("Cookie", "sid=abc; csrf=def"), f"Cookie: {MASK}"),
        (("Set-Cookie", "sid=abc; HttpOnly; Secure"), f"Set-Cookie: sid={MASK}; HttpOnly; Secure"),
        (("Set-Cookie", "abc"), f"Set-Cookie: {MASK}"),
        (("X-API-Key", "abc def"), f"X-API-Key: {MASK}"),
        (("X-Plain", "abc"), "X-Plain: abc"),
    ],
)
def test_header_fields_that_hold_credentials_are_masked_by_their_name(line: tuple[str, str], written: str) -> None:
    redacted = redact_exchange(answered(headers=(line,)))
    assert redacted.text == f"GET /products HTTP/1.1\n\n\nHTTP/1.1 200\n{written}\n"
    assert redacted.redactions == ((f"header {line[0]}",) if MASK in written else ())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('{"password": "a\\"b", "name": "Ann"}', f'{{"password": "{MASK}", "name": "Ann"}}'),
        ('{"new_Password":"x","accessToken" : ""}', f'{{"new_Password":"{MASK}","accessToken" : "{MASK}"}}'),
        ("{'refresh': 'it is opaque', 'id': 1}", f"{{'refresh': \"{MASK}\", 'id': 1}}"),
        ('{"token": "cut off in the mid', f'{{"token": "{MASK}"'),
        ('{"expires_in": 600, "token_type": 1}', '{"expires_in": 600, "token_type": 1}'),
        ("GET /reset?token=opaque&next=/cart", f"GET /reset?token={MASK}&next=/cart"),
        ("user=ann&new_password=secret+word&x=1", f"user=ann&new_password={MASK}&x=1"),
        (f"it said {JWT}.", f"it said {MASK}."),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_members_parameters_and_values_shaped_like_a_jwt_are_masked_without_being_known(
    text: str, written: str
) -> None:
    assert redact_text(text).text == written


def test_what_was_taken_out_is_named_once_each() -> None:
    redacted = redact_text(f'hunter-22 hunter-22 {{"token": "x"}} ?api_key=1 {JWT}', ["hunter-22"])
    assert redacted.redactions == (
        "a credential of the run",
        "JSON members that hold credentials",
        "parameters that hold credentials",
        "values shaped like a JWT",
    )
    assert redact_text("hunter").redactions == ()


def test_a_secret_inside_another_one_leaves_nothing_of_the_longer_one() -> None:
    assert redact_text("say redacted-and-more or redacted", ["redacted", "redacted-and-more"]).text == (
        f"say {MASK} or {MASK}"
    )


def test_evidence_shows_both_messages_the_source_and_the_moment() -> None:
    request = Request("POST", "/cart", json={"quantity": 2})
    exchange = answered(request, status=201, headers=(("X-A", "1"),), body=b"\xff\xfe", source="127.3.2.1")
    assert redact_exchange(exchange).text == (
        "# from 127.3.2.1 at 2026-03-01T12:00:00.250+00:00\n"
        "POST /cart HTTP/1.1\n"
        "Content-Type: application/json\n"
        "\n"
        '{"quantity": 2}\n'
        "HTTP/1.1 201\n"
        "X-A: 1\n"
        "\n"
        "\\xff\\xfe\n"
    )


def test_a_long_body_is_cut_and_says_how_much_more_there_was() -> None:
    text = redact_exchange(answered(body=b"y" * (BODY_LIMIT + 5))).text
    assert text.endswith("y\n… 5 more bytes\n")
    assert text.count("y") == BODY_LIMIT + 1


def test_a_curl_line_takes_address_and_credentials_from_the_environment() -> None:
    request = Request(
        "POST", "/a/../b", query=(("q", "it's"),), headers=(("X-Empty", ""), ("Cookie", "a=b")), json={"password": "x"}
    ).with_bearer("abc")
    assert curl_line(request) == (
        "curl --include --path-as-is --globoff --request POST --header 'X-Empty;' "
        "--header 'Cookie: '\"$SECRET\"'' --header \"Authorization: Bearer $ACCESS_TOKEN\" "
        "--header 'Content-Type: application/json' --data-raw '{\"password\": \"'\"$SECRET\"'\"}' "
        "\"$BASE_URL\"'/a/../b?q=it%27s'"
    )
    assert '"Authorization: Basic $CREDENTIALS"' in curl_line(
        Request("GET", "/", headers=(("Authorization", "Basic YQ=="),))
    )
    assert '--data-binary "@$BODY_FILE"' in curl_line(Request("POST", "/", body=b"\xff"))
    assert "--head " in curl_line(Request("HEAD", "/"))


def test_a_curl_line_says_how_long_a_value_is_that_cannot_be_read() -> None:
    long, begin = "x" * 3_000, "curl --include --path-as-is --globoff --request"
    told = "# HEADER_VALUE: 3000 octets; BODY_FILE: 3000 octets"
    lines = [
        curl_line(Request("PUT", "/a", headers=(("X-Long", long),), body=long.encode())),
        curl_line(Request("GET", "/a", query=(("q", long),))),
        curl_line(Request("GET", f"/{long}", from_origin=True)),
    ]
    assert lines == [
        f'{begin} PUT --header X-Long": $HEADER_VALUE" --data-binary "@$BODY_FILE" "$BASE_URL"/a {told}',
        f'{begin} GET "$BASE_URL"\'/a?\'"$QUERY" # QUERY: 3002 octets',
        f'{begin} GET "$ORIGIN$TARGET" # TARGET: 3001 octets',
    ]


def test_a_summary_shows_a_part_that_is_too_long_by_its_length_alone() -> None:
    def summary(target: str) -> str:
        return Exchange(Request("GET", target), Response(500), None, datetime.now(UTC), 0.1).summary

    assert summary("/a?q=b") == "GET /a?q=b → 500"
    assert summary(f"/a/{'x' * 300}?q=b") == "GET /a/(300 characters)?q=b → 500"
    assert summary("/a" * 200) == "GET (a target of 400 characters) → 500"


def test_a_curl_line_sends_what_the_check_sent() -> None:
    request = Request("PUT", "/it's//{x}[1]/../%00", headers=(("X-Odd", 'a "b" $HOME `c`'),), json={"a": "it's \\ $x"})
    line = curl_line(request.with_bearer("abc"))
    with RawServer() as server:
        environment = {"BASE_URL": server.base_url, "ACCESS_TOKEN": "abc", "PATH": "/usr/bin:/bin"}
        subprocess.run(["sh", "-c", f"exec {line}"], env=environment, check=True, capture_output=True, timeout=20)
        (received,) = server.requests
    assert request_line(received) == "PUT /it's//{x}[1]/../%00 HTTP/1.1"
    assert {'X-Odd: a "b" $HOME `c`', "Authorization: Bearer abc"} <= set(header_lines(received))
    assert received.endswith(request.encoded_body())
    assert shlex.split(line)[0] == "curl"
