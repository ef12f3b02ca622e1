"""Refusals of reviews."""

from __future__ import annotations

from reference_app.api.problems import Conflict


class AlreadyReviewed(Conflict):
    """The user has reviewed this product already."""

    code = "already_reviewed"
    title = "You have reviewed this product"
