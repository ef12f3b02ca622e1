"""Categories over HTTP."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from reference_app.api.operations import Access, ByVersion, operation
from reference_app.api.pagination import CursorQuery, NumberQuery
from reference_app.api.problems import DanglingReference
from reference_app.api.views import ShopView, answer, no_content
from reference_app.caching.keys import category_key, category_list_key
from reference_app.catalogue import category_services as services
from reference_app.catalogue.input_shapes import ChangeCategory, CreateCategory
from reference_app.catalogue.list_pages import encode, render_page
from reference_app.catalogue.problems import CategoryCycle, CategoryInUse
from reference_app.catalogue.rendering import render_category
from reference_app.catalogue.selectors import list_categories, open_category
from reference_app.catalogue.shapes import CATEGORY_PAGE, Category


class CategoryList(ShopView):
    """The operations at /categories."""

    @operation(
        name="list_categories",
        summary="List categories",
        description="All categories by name; `parent_id` makes them a tree.",
        tag="Categories",
        access=Access.PUBLIC,
        query=ByVersion(v1=NumberQuery, v2=CursorQuery),
        answers={200: CATEGORY_PAGE, 304: None},
        problems=(DanglingReference,),
    )
    def get(self, request: Request) -> HttpResponse:
        """Return a page, from the cache if it is there."""
        parameters = self.query()

        def produce() -> bytes:
            return render_page(
                request, list_categories(), parameters=parameters, ordering=("name", "id"), render=render_category
            )

        return self.share(category_list_key(self.version, parameters), produce)

    @operation(
        name="create_category",
        summary="Create a category",
        description="A new category, below another one if `parent_id` is given.",
        tag="Categories",
        access=Access.STAFF,
        body=CreateCategory,
        answers={201: Category},
        problems=(CategoryCycle, DanglingReference),
        example={"name": "Kitchen"},
    )
    def post(self, request: Request) -> HttpResponse:
        """Create a category and return it."""
        category = services.create_category(**self.body())
        location = f"{request.path}/{category.pk}"
        return answer(render_category(category), status=201, headers={"Location": location})


class CategoryDetail(ShopView):
    """The operations at /categories/{category_id}."""

    @operation(
        name="open_category",
        summary="Open a category",
        description="One category.",
        tag="Categories",
        access=Access.PUBLIC,
        answers={200: Category, 304: None},
    )
    def get(self, request: Request, category_id: int) -> HttpResponse:
        """Return the category, from the cache if it is there."""

        def produce() -> bytes:
            return encode(render_category(open_category(category_id)))

        return self.share(category_key(self.version, category_id), produce)

    @operation(
        name="change_category",
        summary="Change a category",
        description="Renames a category or moves it in the tree.",
        tag="Categories",
        access=Access.STAFF,
        body=ChangeCategory,
        answers={200: Category},
        problems=(CategoryCycle, DanglingReference),
        example={"name": "Kitchen and dining"},
    )
    def patch(self, request: Request, category_id: int) -> HttpResponse:
        """Change the category; return it as it is now."""
        return answer(render_category(services.change_category(category_id=category_id, values=self.body())))

    @operation(
        name="delete_category",
        summary="Delete a category",
        description="Deletes a category that is empty: withdrawn products count too, since orders refer to them.",
        tag="Categories",
        access=Access.STAFF,
        answers={204: None},
        problems=(CategoryInUse,),
    )
    def delete(self, request: Request, category_id: int) -> HttpResponse:
        """Delete the category."""
        services.delete_category(category_id=category_id)
        return no_content()
