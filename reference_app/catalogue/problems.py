"""Refusals of the catalogue, beside the problems that every resource shares."""

from __future__ import annotations

from reference_app.api.problems import Conflict


class CategoryInUse(Conflict):
    """The category still has products or categories in it."""

    code = "category_in_use"
    title = "The category is in use"


class CategoryCycle(Conflict):
    """The category would be below itself."""

    code = "category_cycle"
    title = "A category cannot be below itself"


class SkuTaken(Conflict):
    """Another variant has this SKU, in whatever case."""

    code = "sku_taken"
    title = "The SKU is taken"


class TooManyVariants(Conflict):
    """A product's variants are shown with it, so their number is bounded."""

    code = "too_many_variants"
    title = "The product has as many variants as it can have"


class StockByVariant(Conflict):
    """The product is sold by variant, and so is its stock."""

    code = "stock_by_variant"
    title = "Stock is kept by variant"
