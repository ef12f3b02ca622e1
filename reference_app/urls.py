"""The routes of the shop: the versioned API, its documentation, the metrics. The probes are answered before routing."""

from importlib import import_module

from django.conf import settings
from django.contrib import admin
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView

from reference_app.api.documentation_pages import docs_page, icon, reference_page
from reference_app.api.routes import api_routes
from reference_app.observability.metrics import metrics_page

handler400 = "reference_app.http.handlers.bad_request"
handler403 = "reference_app.http.handlers.permission_denied"
handler404 = "reference_app.http.handlers.page_not_found"
handler500 = "reference_app.http.handlers.server_error"

# What only reads is exempt from the CSRF check, so that a POST is told 405 and not 403.
urlpatterns = [
    *api_routes(),
    path("api/docs", csrf_exempt(docs_page), name="docs"),
    path("api/redoc", csrf_exempt(reference_page), name="redoc"),
    path("favicon.ico", csrf_exempt(icon)),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("metrics", csrf_exempt(metrics_page), name="metrics"),
]

if "debug_toolbar" in settings.INSTALLED_APPS:  # development alone
    urlpatterns += import_module("debug_toolbar.toolbar").debug_toolbar_urls()
