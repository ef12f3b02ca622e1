"""Access to the metrics, in one process; over several workers test_serving reads them."""

from __future__ import annotations

from typing import Any

import pytest

from reference_app.accounts.models import User
from tests.reference_app.client import Api

pytestmark = pytest.mark.django_db


def test_strangers_and_customers_may_not_staff_and_the_scraper_may(api: Api, settings: Any) -> None:
    settings.METRICS_TOKEN = "scraper-0123456789-0123456789-0123456789"
    account = api.register()
    access = api.sign_in()["access"]
    assert api.get("/metrics").status_code == 401
    assert api.get("/metrics", Authorization="Bearer wrong").status_code == 401
    assert api.signed(access).get("/metrics").status_code == 403
    User.objects.filter(pk=account["id"]).update(is_staff=True)
    for bearer in (access, settings.METRICS_TOKEN):
        page = api.signed(bearer).get("/metrics")
        assert (page.status_code, page["Content-Type"].split(";")[0]) == (200, "text/plain")
        assert b'shop_http_requests_total{method="GET",route="/metrics",status="401"}' in page.content


def test_without_a_configured_token_no_caller_is_the_scraper(api: Api, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert api.get("/metrics", Authorization="Bearer ").status_code == 401
