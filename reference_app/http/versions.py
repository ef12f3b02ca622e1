"""The end of a version: switched off, the deprecated API says so instead of answering."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from reference_app.api.problems import Problem, render_problem
from reference_app.api.versions import version_of
from reference_app.flags.declared import Flag
from reference_app.flags.state import is_on

SWITCHES = {"v1": Flag.VERSION_1}


class Gone(Problem):
    """This version has ended; the headers of the answer name its successor."""

    status = 410
    code = "version_ended"
    title = "This version of the API has ended"


class EndedVersions:
    """Stands after the limits, so that clients which keep asking an ended version spend their budget on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """410 for the operations of a version that is off; its OpenAPI document stays, for those who still move."""
        switch = SWITCHES.get(version_of(request.path) or "")
        if switch is None or request.path.endswith("/openapi.json") or is_on(switch):
            return self.get_response(request)
        return render_problem(Gone("Use the version that the Link header names."), request)
