"""The routes of the shop: the versioned API, its documentation, the metrics. The probes are answered before routing."""

from django.urls import path

from reference_app.api.pages import docs_page
from reference_app.api.routes import api_routes
from reference_app.observability.metrics import metrics_page

handler400 = "reference_app.http.handlers.bad_request"
handler403 = "reference_app.http.handlers.permission_denied"
handler404 = "reference_app.http.handlers.page_not_found"
handler500 = "reference_app.http.handlers.server_error"

urlpatterns = [
    *api_routes(),
    path("api/docs", docs_page, name="docs"),
    path("metrics", metrics_page, name="metrics"),
]
