"""Count and time the database statements of one request, for Server-Timing, the request event and the metrics."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from reference_app.observability.counters import observe_statement


class StatementClock:
    """An execute wrapper of a database connection (Django: "database instrumentation")."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        """Run the statement and add its time, whether it succeeds or fails."""
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            taken = time.perf_counter() - started
            self.count += 1
            self.seconds += taken
            observe_statement(taken)
