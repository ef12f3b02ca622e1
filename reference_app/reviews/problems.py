"""What reviews refuse."""

from __future__ import annotations

from reference_app.api.problems import Conflict


class AlreadyReviewed(Conflict):
    """One review for each user and product."""

    code = "already_reviewed"
    title = "You have reviewed this product"
