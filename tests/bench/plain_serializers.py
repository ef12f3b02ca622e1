"""The shop's product detail as plain DRF serializers would write it, for comparison."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reference_app.catalogue.models import Product, ProductImage, Variant
from reference_app.catalogue.money import CURRENCY
from reference_app.catalogue.rendering import average_rating


class MoneySerializer(serializers.Serializer[Any]):
    """An amount with its currency."""

    amount = serializers.DecimalField(max_digits=10, decimal_places=2, source="price")
    currency = serializers.ReadOnlyField(default=CURRENCY)


class VariantSerializer(serializers.ModelSerializer[Variant]):
    """A variant."""

    price = MoneySerializer(source="*")

    class Meta:
        model = Variant
        fields = ["id", "sku", "name", "price", "stock_quantity"]


class ImageSerializer(serializers.ModelSerializer[ProductImage]):
    """An image."""

    class Meta:
        model = ProductImage
        fields = ["id", "url", "alt"]


class SummarySerializer(serializers.ModelSerializer[Product]):
    """A product as lists show it."""

    category_id = serializers.IntegerField()
    price = MoneySerializer(source="*")

    class Meta:
        model = Product
        fields = [
            "id", "slug", "name", "category_id", "price", "in_stock", "is_featured", "is_bestseller", "created_at",
        ]  # fmt: skip


class ProductSerializer(SummarySerializer):
    """A product with everything that belongs to it."""

    rating_average = serializers.SerializerMethodField()
    review_count = serializers.IntegerField(source="rating_count")
    variants = VariantSerializer(many=True)
    images = ImageSerializer(many=True)
    stock_quantity = serializers.SerializerMethodField()

    class Meta(SummarySerializer.Meta):
        fields = [
            *SummarySerializer.Meta.fields, "description", "stock_quantity", "is_active", "rating_average",
            "review_count", "variants", "images", "updated_at",
        ]  # fmt: skip

    def get_rating_average(self, product: Product) -> float | None:
        """Return the average rating, or None before the first review."""
        return average_rating(product)

    def get_stock_quantity(self, product: Product) -> int:
        """Return the stock, that of all variants where there are any."""
        if not product.has_variants:
            return product.stock_quantity
        return sum(variant.stock_quantity for variant in product.variants.all())
