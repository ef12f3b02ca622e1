"""Checks speak of a shop and never of one backend: no status that is not required, no made-up id, no bearer token."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from spec.catalogue import load_catalogue
from spec.target.verbs import VERBS

CHECKS = Path(__file__).resolve().parents[1] / "spec" / "checks"
MODULES = sorted(CHECKS.rglob("*.py"))
STATUSES = frozenset({*(int(one) for one in HTTPStatus if one >= HTTPStatus.OK), 299, 300, 399, 499, 599, 600})
"""Numbers that are statuses, or bounds of a class of them."""
CATALOGUE = load_catalogue()
SENT = frozenset({"answer", "exchange", "generated"})
"""Things whose `request` was written as it stands or has been sent; that of a verb is the adapter's alone."""
VERB_NAMES = frozenset(name for name in VERBS if "." not in name)


def find_breaches(source: str) -> list[str]:
    """List what a module of checks must not say, each with its line."""
    tree = ast.parse(source)
    named = _named_statuses(tree)
    slices = {id(one) for node in ast.walk(tree) if isinstance(node, ast.Slice) for one in ast.walk(node)}
    sizes = {
        id(one.value) for one in ast.walk(tree) if isinstance(one, ast.keyword) and "status" not in (one.arg or "")
    }
    digits = _constants_of_digits(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) is int and id(node) not in slices | sizes:
            if node.value in STATUSES and node.value not in named:
                found.append(f"{node.lineno}: the status {node.value}, which no requirement of this module names")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.fullmatch(r"authorization|bearer\b.*", node.value.strip(), re.IGNORECASE):
                found.append(f"{node.lineno}: credentials in a form of their own: {node.value!r}")
        elif isinstance(node, ast.Attribute):
            if node.attr == "with_bearer":
                found.append(f"{node.lineno}: a bearer token; a session signs")
            elif node.attr == "request" and not _has_been_written(node.value):
                found.append(f"{node.lineno}: the request of {ast.unparse(node.value)}; change a verb by verb.changed")
        elif isinstance(node, ast.Call):
            found += [f"{node.lineno}: the made-up id {one!r}; ask verbs.nobody" for one in _made_up_ids(node, digits)]
    return found


def _named_statuses(tree: ast.Module) -> frozenset[int]:
    """Return the statuses that the requirements name which a module verifies: in their statement, twin or sources."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    marks = [one for one in calls if ast.unparse(one.func) in {"verifies", "rule"}]
    ids = {str(mark.args[0].value) for mark in marks if isinstance(mark.args[0], ast.Constant)}
    words = " ".join(CATALOGUE.get(one).model_dump_json() for one in ids)
    return frozenset(int(one) for one in re.findall(r"(?<![\w.-])[2-5]\d\d(?![\w.-])", words))


def _has_been_written(value: ast.expr) -> bool:
    """Tell if this is an exchange, or a prepared verb, whose request is about to be sent as it stands."""
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Attribute) and value.func.attr == "prepared"
    name = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
    return name in SENT


def _constants_of_digits(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        value, targets = node.value, node.targets if isinstance(node, ast.Assign) else [node.target]
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value.isdigit():
            found |= {one.id: value.value for one in targets if isinstance(one, ast.Name)}
    return found


def _made_up_ids(call: ast.Call, digits: dict[str, str]) -> Iterator[str]:
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in VERB_NAMES):
        return
    for argument in (*call.args, *(one.value for one in call.keywords if (one.arg or "").endswith("_id"))):
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value.isdigit():
            yield argument.value
        elif isinstance(argument, ast.Name) and argument.id in digits:
            yield digits[argument.id]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(CHECKS)))
def test_a_module_of_checks_knows_no_backend(module: Path) -> None:
    assert find_breaches(module.read_text(encoding="utf-8")) == []


VERIFIES = '@verifies("RATE-001")\ndef test_it(): ...\n'


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("if reply.status == 404: ...", "the status 404"),
        ("KINDS = (200, 201)", "the status 200"),
        ("WRONG: Final = frozenset({422})", "the status 422"),
        ("holds = 400 <= reply.status <= 499", "the status 499"),
        ("REFUSALS.get(status, {409: 1})", "the status 409"),
        ("match reply.status:\n    case 503: ...", "the status 503"),
        ("_has(429)", "the status 429"),
        ("expect(status=404)", "the status 404"),
        (VERIFIES + "TEAPOT = 418", "the status 418"),
        ("shop.verbs.whoami().request", "the request of shop.verbs.whoami()"),
        ("listing.request.query", "the request of listing"),
        ("call = verb.request", "the request of verb"),
        ("reply.walked.request", "the request of reply.walked"),
        ("request.with_bearer(token)", "a bearer token"),
        ('request.with_header("authorization", token)', "credentials"),
        ('value = "Bearer " + token', "credentials"),
        ('verbs.open_product("0")', "the made-up id '0'"),
        ('verbs.list_products(category_id="987654321012")', "the made-up id '987654321012'"),
        ('NEVER: Final = "0"\nverbs.change_line(NEVER, 1)', "the made-up id '0'"),
        ('NEVER = "17"\nshop.verbs.open_order(order_id=NEVER)', "the made-up id '17'"),
    ],
)
def test_what_would_bind_a_check_to_one_backend_is_found(source: str, found: str) -> None:
    assert any(found in breach for breach in find_breaches(source)), find_breaches(source)


@pytest.mark.parametrize(
    "source",
    [
        VERIFIES + "REFUSED = 429",
        "text = error.message[:300]",
        "shop.new_product(stock=500)",
        "verbs.list_products(page_size=200)",
        "share = 100 * done / total",
        "one.exchange.request.method",
        "exchange.request.target",
        "visitor.prepared(verb).request",
        "generated.request",
        "verbs.open_product(verbs.nobody('product'))",
        "verbs.list_products(search='2026')",
        "reply.kind is AnswerKind.NOT_FOUND",
    ],
)
def test_what_every_backend_has_is_not(source: str) -> None:
    assert find_breaches(source) == []
