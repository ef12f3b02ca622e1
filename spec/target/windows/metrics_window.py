"""Window on a target's metrics: its page in the Prometheus text format, as a scraper reads it."""

from __future__ import annotations

from typing import Final

from pydantic import SecretStr

from reports.strict_model import StrictModel
from spec.target.client import Client, Endpoint
from spec.target.exchange import Request
from spec.target.observations import Scrape
from spec.target.recording import Recorder
from spec.target.visitor import Unanswered
from spec.target.windows import WindowUnusable
from spec.target.windows.option_types import FilledText
from spec.target.windows.window import Window, WindowContext

USUAL_PATH: Final = "/metrics"
SHUT_OUT: Final = (401, 403)
MOST_BYTES: Final = 10 * 1024 * 1024
"""Bytes of the page that are read."""


class MetricsOptions(StrictModel):
    """The page of metrics. Without this table `/metrics` is tried."""

    path: FilledText | None = None
    """Path of the page, below the base URL; `/metrics` where it is not given."""
    token: SecretStr | None = None
    """Bearer token of the scraper, where the page asks for one."""


class MetricsWindow:
    """Reads the page as often as a check asks for it."""

    def __init__(self, options: MetricsOptions, endpoint: Endpoint, recorder: Recorder) -> None:
        self._options = options
        self._endpoint = endpoint
        self._recorder = recorder
        self._client = Client(endpoint, recorder, most_bytes=MOST_BYTES)

    def scrape(self) -> Scrape:
        """Read the page once, whatever its status: the check judges it.

        Raises WindowUnusable where the page is refused, as it takes another token than the one given, or one at all;
        Unanswered where no answer comes.
        """
        path = self._options.path or USUAL_PATH
        request = Request("GET", path, operation="read the metrics")
        if self._options.token:
            request = request.with_bearer(self._options.token.get_secret_value())
        exchange = self._client.send(request)
        if exchange.response is None:
            raise Unanswered(exchange)
        response = exchange.response
        if response.status in SHUT_OUT:
            named = "does not suffice" if self._options.token else "is not given"
            raise WindowUnusable(
                f"the metrics at {path} are refused with {response.status}: they need a token, "
                f"and `token` in [windows.metrics] {named}"
            )
        text = response.body.decode("utf-8", errors="replace")
        media_type = response.headers.get("Content-Type") or ""
        address = f"{self._endpoint.base_url}{path}"
        return self._recorder.observe(Scrape(address, text, response.status, media_type))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def open_metrics(options: MetricsOptions, context: WindowContext) -> MetricsWindow:
    """Open the window; the page is read when a check asks for it."""
    return MetricsWindow(options, context.target, context.recorder)


METRICS = Window(
    name="metrics",
    shows="counts and times that the target publishes for a scraper",
    need=None,
    options=MetricsOptions,
    open=open_metrics,
)
