"""Settings of every pytest run of this project: how Hypothesis generates."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Real servers answer in their own time, so there is no deadline an example; and no database of examples, so that the
# seed alone decides what is generated.
settings.register_profile(
    "shopspec", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("shopspec")
