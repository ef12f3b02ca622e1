"""The kinds of answer that the tour provokes. Rules name those of which they have to have seen one each."""

from __future__ import annotations

from typing import Final

SUCCESS: Final = "success"

# Who asks.
NO_CREDENTIALS: Final = "no credentials"
FORGED_CREDENTIALS: Final = "forged credentials"
EXPIRED_CREDENTIALS: Final = "expired credentials"
SIGNED_OUT: Final = "signed out"
NOT_ALLOWED: Final = "not allowed"
FOREIGN_THING: Final = "foreign thing"

# What is asked for.
UNKNOWN_PATH: Final = "unknown path"
UNKNOWN_PATH_OUTSIDE: Final = "unknown path outside"
UNKNOWN_VERSION: Final = "unknown version"
UNKNOWN_ID: Final = "unknown id"
ODD_ID: Final = "odd id"
TRAILING_SLASH: Final = "trailing slash"
WRONG_QUERY: Final = "wrong query"
SECOND_PAGE: Final = "second page"
ORDERING: Final = "ordering"
FILTER: Final = "filter"

# By which method.
METHOD_NOT_SUPPORTED: Final = "method not supported"
UNKNOWN_METHOD: Final = "unknown method"
HEAD: Final = "HEAD"
OPTIONS: Final = "OPTIONS"

# With which body.
BROKEN_BODY: Final = "broken body"
BODY_OF_ANOTHER_TYPE: Final = "body of another type"
UNSUPPORTED_MEDIA_TYPE: Final = "unsupported media type"
MISSING_FIELD: Final = "missing field"
WRONG_VALUE: Final = "wrong value"
ODD_VALUE: Final = "odd value"
WRONG_FIELDS: Final = "wrong fields"
OVERSIZED_BODY: Final = "oversized body"

# With which header.
UNACCEPTABLE_ACCEPT: Final = "unacceptable Accept"
UNKNOWN_HOST: Final = "unknown host"
NOT_MODIFIED: Final = "not modified"
FOREIGN_ORIGIN: Final = "foreign origin"
DECLARED_ORIGIN: Final = "declared origin"
PREFLIGHT_OF_DECLARED_ORIGIN: Final = "preflight of a declared origin"
PREFLIGHT_OF_FOREIGN_ORIGIN: Final = "preflight of a foreign origin"
REQUEST_ID_SENT: Final = "request id sent"
ODD_REQUEST_ID_SENT: Final = "odd request id sent"

# In which state.
CONFLICT: Final = "conflict"
REPEATED_WRITE: Final = "repeated write"
DELETED_THING: Final = "deleted thing"
WITHDRAWN_THING: Final = "withdrawn thing"
CANCELLED_THING: Final = "cancelled thing"
SOLD_OUT_THING: Final = "sold-out thing"
BUDGET_SPENT: Final = "budget spent"

# Beside the interface.
PAGE: Final = "page"
PROBE: Final = "probe"
PROBE_IN_TROUBLE: Final = "probe in trouble"
SIGNED_IN_PAGE: Final = "signed-in page"
STATIC_FILE: Final = "static file"
