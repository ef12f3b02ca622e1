"""Answers made by hand, as rules are shown them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from spec.checking.rules import Answer, Rule
from spec.surface.known import Known
from spec.surface.openapi import Document
from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest import Verbs
from spec.target.circumstances import Circumstances
from spec.target.exchange import Exchange, Headers, Request, Response
from tests.checks.profiles import declaring

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def known(*documents: Mapping[str, Any], policies: Mapping[str, object] | None = None) -> Known:
    """Make the facts about a target that serves these documents."""
    profile = declaring(policies or {})
    return Known(profile, Verbs(AdapterContext()), "", [Document(one) for one in documents])


def answered(
    facts: Known,
    request: Request,
    status: int = 200,
    body: object = None,
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    *,
    media_type: str = "application/json",
    circumstances: Circumstances | None = None,
) -> Answer:
    """Make the answer to a request; a body that is not bytes is written as JSON, and None is no body at all."""
    fields = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    if body is not None and media_type:
        fields.append(("Content-Type", media_type))
    response = Response(status, Headers(fields), content)
    exchange = Exchange(request, response, None, MOMENT, 0.01, circumstances=circumstances or Circumstances())
    return Answer(exchange, facts)


def breaches(rule: Rule, *answers: Answer) -> list[list[str]]:
    """Judge answers with one judge; list what was seen in the breaches of each, none where it was not spoken of."""
    judge = rule.make()
    return [[one.observed for one in judge(answer)] if rule.speaks_of(answer) else [] for answer in answers]
