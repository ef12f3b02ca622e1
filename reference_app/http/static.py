"""Static files: hashed and compressed where they were collected, straight from their packages where they were not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.compress import Compressor  # type: ignore[import-untyped] # no types
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped] # no types

SERVED = ("shop/", "admin/", "drf_spectacular_sidecar/swagger-ui-dist/", "drf_spectacular_sidecar/redoc/")


class ShopStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # an untyped base
    """Far-future caching after `collectstatic`; without it a page still finds its files, under their plain names."""

    def create_compressor(self, **options: Any) -> Compressor:
        """Use gzip alone: brotli at its best level takes seconds, and would be used wherever it is installed."""
        return Compressor(**{**options, "use_brotli": False})

    def read_manifest(self) -> str | None:
        """Return the list of collected files; None where no folder is named."""
        return super().read_manifest() if settings.STATIC_ROOT else None

    def stored_name(self, name: str) -> str:
        """Return the hashed name, or the plain one when nothing was collected."""
        return str(super().stored_name(name)) if self.hashed_files else name

    def url(self, name: str, force: bool = False) -> str:
        """Return the address of a file."""
        return str(super().url(name, force)) if self.hashed_files else f"{self.base_url}{name}"


class PageFilesFinder(AppDirectoriesFinder):
    """The files of the shop's own pages: its documentation and the admin site."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        """Return the files that are collected."""
        for path, storage in super().list(ignore_patterns):
            if is_served(path):
                yield path, storage

    def find_in_app(self, app: str, path: str) -> str | None:
        """Return the place of one file."""
        return super().find_in_app(app, path) if is_served(path) else None


def is_served(path: str) -> bool:
    """Return whether a static file belongs to a page of the shop."""
    if path.endswith(".LICENSE.txt"):
        return False
    return path.startswith(SERVED)
