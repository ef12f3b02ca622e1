"""The catalogue in the back office. Every change is made by the services of the API, which tell the caches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest

from reference_app.backoffice.service_pages import ServicePage, as_ids
from reference_app.backoffice.typed import ModelForm
from reference_app.catalogue import category_services, image_services, services
from reference_app.catalogue.input_shapes import MAX_STOCK
from reference_app.catalogue.models import Category, Product, ProductImage, Variant


class CategoryForm(ModelForm[Category]):
    """A category without one above it is on the top level."""

    parent = forms.ModelChoiceField(queryset=Category.objects.order_by("name"), required=False)

    class Meta:
        model = Category
        fields = ("name", "parent")


class ImageForm(ModelForm[ProductImage]):
    """An address without a scheme is one of https."""

    url = forms.URLField(max_length=500, assume_scheme="https")


class StockForm(ModelForm[Any]):
    """A form in which stock has the same bound as in the API."""

    class Meta:
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "stock_quantity" in self.fields:
            self.fields["stock_quantity"].validators.append(MaxValueValidator(MAX_STOCK))


@admin.register(Category)
class CategoryAdmin(ServicePage[Category]):
    """Categories: created, changed, and deleted when they are empty."""

    form = CategoryForm
    list_display = ("name", "slug", "parent")
    list_select_related = ("parent",)
    search_fields = ("name",)
    ordering = ("name", "id")

    def create(self, values: dict[str, Any]) -> Category:
        """Create a category."""
        return category_services.create_category(**as_ids(values, "parent"))

    def change(self, row: Category, values: dict[str, Any]) -> None:
        """Rename or move a category."""
        category_services.change_category(category_id=row.pk, values=as_ids(values, "parent"))

    def delete(self, row: Category) -> None:
        """Delete a category that is empty."""
        category_services.delete_category(category_id=row.pk)


@admin.register(Product)
class ProductAdmin(ServicePage[Product]):
    """A product is withdrawn by taking away `is active`; it is never deleted, since orders refer to it."""

    form = StockForm
    fields = (
        *("name", "description", "category", "price", "stock_quantity"),
        *("is_active", "is_featured", "is_bestseller", "has_variants", "in_stock"),
    )
    readonly_fields = ("has_variants", "in_stock")
    list_display = ("name", "price", "in_stock", "is_active", "category")
    list_filter = ("is_active", "in_stock", "is_featured")
    list_select_related = ("category",)
    search_fields = ("name",)
    ordering = ("-created_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Return the products without the words of the search index."""
        return super().get_queryset(request).defer("search")

    def create(self, values: dict[str, Any]) -> Product:
        """Create a product."""
        return services.create_product(values=as_ids(values, "category"))  # type: ignore[arg-type] # the form's fields

    def change(self, row: Product, values: dict[str, Any]) -> None:
        """Change the fields that differ."""
        services.change_product(product_id=row.pk, values=as_ids(values, "category"))  # type: ignore[arg-type]


@admin.register(Variant)
class VariantAdmin(ServicePage[Variant]):
    """Variants of products; a variant stays with its product."""

    form = StockForm
    fields = ("product", "sku", "name", "price", "stock_quantity")
    raw_id_fields = ("product",)
    list_display = ("sku", "name", "product", "price", "stock_quantity")
    list_select_related = ("product",)
    search_fields = ("sku",)
    ordering = ("-id",)

    def get_readonly_fields(self, request: HttpRequest, obj: Variant | None = None) -> tuple[str, ...]:
        """Return the product once there is a variant, which does not move to another."""
        return () if obj is None else ("product",)

    def create(self, values: dict[str, Any]) -> Variant:
        """Create a variant; from the first on, the product's own stock no longer counts."""
        product = values.pop("product")
        return services.create_variant(product_id=product.pk, values=values)  # type: ignore[arg-type] # as above

    def change(self, row: Variant, values: dict[str, Any]) -> None:
        """Change the fields that differ."""
        services.change_variant(product_id=row.product_id, variant_id=row.pk, values=values)  # type: ignore[arg-type]


@admin.register(ProductImage)
class ImageAdmin(ServicePage[ProductImage]):
    """Addresses of pictures."""

    form = ImageForm
    fields = ("product", "url", "alt", "position")
    raw_id_fields = ("product",)
    list_display = ("url", "product", "position")
    list_select_related = ("product",)
    ordering = ("-id",)

    def get_readonly_fields(self, request: HttpRequest, obj: ProductImage | None = None) -> tuple[str, ...]:
        """Return the product once there is an image, which does not move to another."""
        return () if obj is None else ("product",)

    def create(self, values: dict[str, Any]) -> ProductImage:
        """Add an image."""
        return image_services.add_image(**as_ids(values, "product"))

    def change(self, row: ProductImage, values: dict[str, Any]) -> None:
        """Change the fields that differ."""
        image_services.change_image(image_id=row.pk, values=values)

    def delete(self, row: ProductImage) -> None:
        """Delete the address, not the file."""
        image_services.remove_image(image_id=row.pk)
