"""Liveness asks the database, so every worker is restarted while the database is down or hangs."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HLTH-003": "WRONG_STATUS", "HLTH-006": "WRONG_STATUS"}


def break_shop() -> None:
    """Ask the database before liveness is answered."""
    wrap("reference_app.observability.probes:Probes.__call__", _after_the_database)


def _after_the_database(right: Any) -> Any:
    def call(self: Any, request: Any) -> Any:
        from reference_app.observability.probes import render_probe
        from reference_app.observability.readiness import database_answers

        if request.path == "/livez" and not database_answers():
            return render_probe({"status": "not alive"}, status=503)
        return right(self, request)

    return call
