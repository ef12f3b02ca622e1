"""Fill an empty shop: `python -m reference_app.manage seed --products N`."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reference_app.seeding.loading import NotEmpty, seed

MAX_PRODUCTS = 2_000_000


class Command(BaseCommand):
    """Fills an empty shop with N products and what belongs to them."""

    help = "Fills an empty shop with content that is the same each time."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the number of products."""
        parser.add_argument("--products", type=int, required=True, help="how many products, at least 1")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed the shop and say what there is now."""
        count = options["products"]
        if not 1 <= count <= MAX_PRODUCTS:
            raise CommandError(f"--products must be between 1 and {MAX_PRODUCTS}, not {count}")
        try:
            seeded = seed(products=count)
        except NotEmpty:
            raise CommandError("the shop has products already; seed an empty one") from None
        self.stdout.write(
            f"{seeded.products} products in {seeded.categories} categories, {seeded.variants} variants, "
            f"{seeded.reviews} reviews"
        )
