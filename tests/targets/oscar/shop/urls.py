"""The API alone; oscar's own pages are not served."""

from django.urls import include, path

urlpatterns = [path("api/", include("oscarapi.urls"))]
