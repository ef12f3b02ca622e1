"""SQL expressions that Django has no name for."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Expression, Func, TextField
from django.db.models.expressions import CombinedExpression

# "simple" knows no language: every word is found as it is spelt, and none is dropped as too common (a product may be
# called "The Who"). Stemming would need the language of each product, which this shop does not record.
SEARCH_CONFIGURATION = "simple"


class Normalized(Func):
    """Text in Unicode form NFKC, so that both spellings of an accented letter are one word (PostgreSQL `normalize`)."""

    function = "normalize"
    template = "%(function)s(%(expressions)s, NFKC)"
    output_field = TextField()


def search_vector() -> CombinedExpression:
    """Return the words by which a product is found; words of the name weigh more than those of the description."""
    return SearchVector(Normalized("name"), config=SEARCH_CONFIGURATION, weight="A") + SearchVector(
        Normalized("description"), config=SEARCH_CONFIGURATION, weight="B"
    )


def search_query(text: Any) -> Expression:
    """Return the query for all words of `text`, in any order.

    Operators, % _ \\ and regular expressions mean nothing: it is plain text.
    """
    return SearchQuery(text, config=SEARCH_CONFIGURATION, search_type="plain")
