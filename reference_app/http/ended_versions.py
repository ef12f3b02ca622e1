"""The end of a version: once it is switched off, the API says so instead of answering."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from reference_app.api.problems import Problem, render_problem
from reference_app.api.versions import version_of
from reference_app.flags.declared import FeatureFlag
from reference_app.flags.state import is_on

SWITCHES = {"v1": FeatureFlag.VERSION_1}


class Gone(Problem):
    """This version has ended; the headers of the answer name its successor."""

    status = 410
    code = "version_ended"
    title = "This version of the API has ended"


class EndedVersions:
    """Answers for ended versions; it stands after the limits, so that such requests spend their budget too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 410 for the operations of a version that is off; its OpenAPI document stays, to help clients move."""
        switch = SWITCHES.get(version_of(request.path) or "")
        if switch is None or request.path.endswith("/openapi.json") or is_on(switch):
            return self.get_response(request)
        return render_problem(Gone("Use the version that the Link header names."), request)
