"""Products and their variants over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.http import HttpResponse
from rest_framework.request import Request

from reference_app.api.operations import Access, ByVersion, operation
from reference_app.api.problems import DanglingReference
from reference_app.api.views import ShopView, answer, no_content
from reference_app.caching.keys import product_key, product_list_key
from reference_app.catalogue import services
from reference_app.catalogue.input_shapes import (
    ORDERINGS,
    PRODUCT_EXAMPLE,
    PRODUCT_EXAMPLE_V1,
    VARIANT_EXAMPLE,
    VARIANT_EXAMPLE_V1,
    ChangeProduct,
    ChangeProductV1,
    ChangeVariant,
    ChangeVariantV1,
    CreateProduct,
    CreateProductV1,
    CreateVariant,
    CreateVariantV1,
    ProductQuery,
    ProductQueryV1,
)
from reference_app.catalogue.list_pages import encode, render_page
from reference_app.catalogue.money import read_price
from reference_app.catalogue.problems import SkuTaken, StockByVariant, TooManyVariants
from reference_app.catalogue.rendering import render_detail, render_summary, render_variant
from reference_app.catalogue.selectors import filter_products, open_product
from reference_app.catalogue.services import ProductChanges, VariantChanges
from reference_app.catalogue.shapes import PRODUCT, PRODUCT_PAGE, VARIANT

FILTERS = ("category_id", "search", "in_stock", "is_featured")
PRICE_BOUNDS = ("min_price", "max_price")


class ProductList(ShopView):
    """The operations at /products."""

    @operation(
        name="list_products",
        summary="List products",
        description="Products on sale, newest first unless another ordering is asked for. Shared by all readers.",
        tag="Products",
        access=Access.PUBLIC,
        query=ByVersion(v1=ProductQueryV1, v2=ProductQuery),
        answers={200: PRODUCT_PAGE, 304: None},
        problems=(DanglingReference,),
    )
    def get(self, request: Request) -> HttpResponse:
        """Return a page, from the cache if it is there."""
        parameters = self.query()
        key = product_list_key(self.version, parameters)
        return self.share(key, lambda: self.render(parameters))

    def render(self, parameters: dict[str, Any]) -> bytes:
        """Return the page as the database has it."""
        filters: dict[str, Any] = {name: parameters[name] for name in FILTERS if name in parameters}
        filters |= {name: Decimal(parameters[name]) for name in PRICE_BOUNDS if name in parameters}
        return render_page(
            self.request,
            filter_products(**filters),
            parameters=parameters,
            ordering=ORDERINGS[parameters["ordering"]],
            render=lambda product: render_summary(self.version, product),
        )

    @operation(
        name="create_product",
        summary="Create a product",
        description="Puts a new product on the shelf of its category.",
        tag="Products",
        access=Access.STAFF,
        body=ByVersion(v1=CreateProductV1, v2=CreateProduct),
        answers={201: PRODUCT},
        problems=(DanglingReference,),
        example=ByVersion(v1=PRODUCT_EXAMPLE_V1, v2=PRODUCT_EXAMPLE),
    )
    def post(self, request: Request) -> HttpResponse:
        """Create a product and return it."""
        product = services.create_product(values=product_values(self.body()))
        return answer(
            render_detail(self.version, product, [], []),
            status=201,
            headers={"Location": f"{request.path}/{product.pk}"},
        )


class ProductDetail(ShopView):
    """The operations at /products/{product_id}."""

    @operation(
        name="open_product",
        summary="Open a product",
        description="A product with its variants, images, stock and rating. One that is withdrawn is not found.",
        tag="Products",
        access=Access.PUBLIC,
        answers={200: PRODUCT, 304: None},
    )
    def get(self, request: Request, product_id: int) -> HttpResponse:
        """Return the product, from the cache if it is there."""
        key = product_key(self.version, product_id)
        return self.share(key, lambda: encode(self.render(product_id)))

    def render(self, product_id: int, *, withdrawn: bool = False) -> dict[str, Any]:
        """Return the product as the database has it."""
        found = open_product(product_id, withdrawn=withdrawn)
        return render_detail(self.version, found.product, found.variants, found.images)

    @operation(
        name="change_product",
        summary="Change a product",
        description="Changes the fields that are sent. A withdrawn product can be put back with is_active.",
        tag="Products",
        access=Access.STAFF,
        body=ByVersion(v1=ChangeProductV1, v2=ChangeProduct),
        answers={200: PRODUCT},
        problems=(StockByVariant, DanglingReference),
        example={"is_featured": True},
    )
    def patch(self, request: Request, product_id: int) -> HttpResponse:
        """Change the product; return it as it is now."""
        services.change_product(product_id=product_id, values=product_values(self.body()))
        return answer(self.render(product_id, withdrawn=True))

    @operation(
        name="withdraw_product",
        summary="Withdraw a product",
        description="Takes a product off the shelves for good or for a while. Orders that have it keep it.",
        tag="Products",
        access=Access.STAFF,
        answers={204: None},
    )
    def delete(self, request: Request, product_id: int) -> HttpResponse:
        """Withdraw the product, which is not found afterwards."""
        services.withdraw_product(product_id=product_id)
        return no_content()


class VariantList(ShopView):
    """The operations at /products/{product_id}/variants."""

    @operation(
        name="create_variant",
        summary="Create a variant",
        description="Adds a form of a product. From the first variant on, stock is counted by variant.",
        tag="Products",
        access=Access.STAFF,
        body=ByVersion(v1=CreateVariantV1, v2=CreateVariant),
        answers={201: VARIANT},
        problems=(SkuTaken, TooManyVariants),
        example=ByVersion(v1=VARIANT_EXAMPLE_V1, v2=VARIANT_EXAMPLE),
    )
    def post(self, request: Request, product_id: int) -> HttpResponse:
        """Create a variant and return it."""
        variant = services.create_variant(product_id=product_id, values=variant_values(self.body()))
        return answer(render_variant(self.version, variant), status=201)


class VariantDetail(ShopView):
    """The operations at /products/{product_id}/variants/{variant_id}."""

    @operation(
        name="change_variant",
        summary="Change a variant",
        description="Changes the fields that are sent.",
        tag="Products",
        access=Access.STAFF,
        body=ByVersion(v1=ChangeVariantV1, v2=ChangeVariant),
        answers={200: VARIANT},
        problems=(SkuTaken,),
        example={"stock_quantity": 3},
    )
    def patch(self, request: Request, product_id: int, variant_id: int) -> HttpResponse:
        """Change the variant; return it as it is now."""
        values = variant_values(self.body())
        variant = services.change_variant(product_id=product_id, variant_id=variant_id, values=values)
        return answer(render_variant(self.version, variant))


def product_values(data: dict[str, Any]) -> ProductChanges:
    """Return a validated body of either version as the service takes it."""
    price = read_price(data)
    return cast("ProductChanges", data if price is None else {**data, "price": price})


def variant_values(data: dict[str, Any]) -> VariantChanges:
    """Return a validated body of either version as the service takes it."""
    price = read_price(data)
    return cast("VariantChanges", data if price is None else {**data, "price": price})
