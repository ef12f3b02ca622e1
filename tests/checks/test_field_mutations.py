"""Every value of a request becomes odd in its place, one at a time, and the rest of the request stays as it was."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.checks.support.field_mutations import FORM, Mutation, list_mutations, read_form
from spec.surface.json_places import list_pointers, read_at
from spec.target.exchange import Request

NAMES = st.text("abcdefgh/~", min_size=1, max_size=4)
BODIES = st.recursive(
    st.integers() | st.text(max_size=5) | st.none() | st.booleans(),
    lambda inner: st.dictionaries(NAMES, inner, max_size=3) | st.lists(inner, max_size=3),
    max_leaves=8,
)
RIGHT = Request(
    "POST", "/things/7/parts", query=(("page", "2"), ("word", "oak")), json={"price": {"cents": 5}, "tags": ["a"]}
)
TYPED = (("Content-Type", FORM),)


def mutations(request: Request, place: str, *ids: str) -> dict[str, Request]:
    return {one.kind: one.change(request) for one in list_mutations(request, ids) if one.place == place}


def places(request: Request, *ids: str) -> list[str]:
    return list(dict.fromkeys(one.place for one in list_mutations(request, ids)))


def test_places_are_ids_in_the_path_parameters_and_members_of_the_body() -> None:
    inside = ["/price", "/price/cents", "/tags", "/tags/0"]
    assert places(RIGHT, "7") == ["path part 2", "?page", "?word", *inside, "body"]


def test_a_part_of_the_path_that_is_no_id_stays() -> None:
    assert not [place for place in places(RIGHT, "8") if place.startswith("path")]
    assert {one.path for one in mutations(RIGHT, "path part 2", "7").values()} >= {
        "/things/a%00b/parts",
        "/things/a%ED%A0%80b/parts",
        "/things//parts",
        "/things/-1/parts",
    }


def test_an_id_is_found_although_its_path_spells_it_otherwise() -> None:
    assert places(Request("GET", "/things/a%2Fb"), "a/b") == ["path part 2"]


def test_a_parameter_is_odd_missing_and_there_twice() -> None:
    queries = {kind: one.target.partition("?")[2] for kind, one in mutations(RIGHT, "?page").items()}
    assert queries["missing"] == "word=oak"
    assert queries["twice"] == "word=oak&page=1&page=a"
    assert queries["negative"] == "word=oak&page=-1"
    assert queries["NUL"] == "word=oak&page=a%00b"
    assert queries["half a surrogate"] == "word=oak&page=a%ED%A0%80b"


def test_numbers_in_text_are_tried_where_a_number_stands() -> None:
    assert {"zero", "huge number", "fraction"} <= set(mutations(RIGHT, "?page"))
    assert not {"zero", "huge number", "fraction"} & set(mutations(RIGHT, "?word"))


def test_a_form_keeps_its_other_fields() -> None:
    form = Request("POST", "/things", headers=TYPED, body=b"title=oak&count=2")
    assert places(form) == ["field title", "field count"]
    changed = mutations(form, "field count")["negative"]
    assert read_form(changed) == [("title", "oak"), ("count", "-1")]


def test_bytes_that_are_no_form_are_left_alone() -> None:
    assert places(Request("POST", "/things", body=b"a=1")) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("missing", b'{"price": {}, "tags": ["a"]}'),
        ("null", b'{"price": {"cents": null}, "tags": ["a"]}'),
        ("in a list", b'{"price": {"cents": [5]}, "tags": ["a"]}'),
        ("half a surrogate in text", b'{"price": {"cents": "a\\ud800b"}, "tags": ["a"]}'),
        ("infinite number", b'{"price": {"cents": 1e999}, "tags": ["a"]}'),
        ("negative in text", b'{"price": {"cents": "-1"}, "tags": ["a"]}'),
    ],
)
def test_a_member_of_a_body_is_replaced_as_json(kind: str, body: bytes) -> None:
    changed = mutations(RIGHT, "/price/cents")[kind]
    assert (changed.encoded_body(), changed.headers) == (body, (("Content-Type", "application/json"),))


def test_a_body_as_a_whole_is_replaced() -> None:
    bodies = {kind: one.encoded_body() for kind, one in mutations(RIGHT, "body").items()}
    assert (bodies["no body"], bodies["a list"], bodies["half a body"]) == (b"", b"[]", b'{"a": ')


def wire_body(mutation: Mutation, request: Request) -> Any:
    try:
        return json.loads(mutation.change(request).encoded_body())
    except (ValueError, RecursionError):
        return None


@given(body=st.dictionaries(NAMES, BODIES, min_size=1, max_size=3))
def test_everything_but_the_place_is_sent_as_it_was(body: dict[str, Any]) -> None:
    request = Request("POST", "/things", json=body)
    pointers = list(list_pointers(body))
    for one in list_mutations(request):
        if one.place not in pointers or one.kind == "missing":
            continue
        sent = wire_body(one, request)
        others = [it for it in pointers if not (one.place + "/").startswith(it + "/") and not it.startswith(one.place)]
        assert sent is None or [read_at(sent, it) for it in others] == [read_at(body, it) for it in others]


@given(name=NAMES, value=st.text("ab1 &=%", max_size=5), identifier=st.text("ab7/?#", min_size=1, max_size=4))
def test_a_query_holds_the_same_names_and_a_path_the_same_parts(name: str, value: str, identifier: str) -> None:
    quoted = "".join(f"%{ord(one):02X}" for one in identifier)
    request = Request("GET", f"/x/{quoted}/y", query=((name, value), ("other", "1")))
    for one in list_mutations(request, [identifier]):
        path, _, query = one.change(request).target.partition("?")
        if one.place.startswith("path"):
            assert (path.split("/")[1], path.split("/")[3]) == ("x", "y")
            assert unquote(path.split("/")[2]) != identifier
        elif one.place == f"?{name}" and name != "other":
            assert ("other", "1") in parse_qsl(query, keep_blank_values=True, errors="replace")
