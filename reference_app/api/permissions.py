"""Permission to call an operation, as its declaration states it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from reference_app.api.operations import Access, find_operation
from reference_app.api.problems import Forbidden, NotAuthenticated

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it imports the default permissions, this module, while it is imported


class IsAllowed(BasePermission):
    """Admits the declared callers of an operation: 401 for strangers, 403 for customers where staff is meant."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return True, or the problem that says why not."""
        declared = find_operation(view, str(request.method))
        if declared is None:
            return True  # no such method here: DRF answers 405 after the permissions
        if declared.access is Access.PUBLIC:
            return True
        if not request.user.is_authenticated:
            raise NotAuthenticated
        if declared.access is Access.STAFF and not request.user.is_staff:
            raise Forbidden
        return True
