"""Print the OpenAPI document of every version, one a line as JSON; a warning of the generator is a failure."""

from __future__ import annotations

import warnings
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.drainage import GENERATOR_STATS

from reference_app.api.documents import generate_document
from reference_app.api.versions import VERSIONS


class Command(BaseCommand):
    """`python -m reference_app.manage export_documents`."""

    help = (
        "Prints the OpenAPI document of every version, one a line; warnings of the generator end it with exit code 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the documents, and raise CommandError where there was a warning (the generator prints its own)."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            guessed = False
            for version in VERSIONS:
                self.stdout.write(orjson.dumps(generate_document(version)).decode())
                guessed |= bool(GENERATOR_STATS)  # of this document alone: each begins with none
        for warning in caught:
            self.stderr.write(str(warning.message))
        if caught or guessed:
            raise CommandError("the documents were not generated without a warning")
