"""Categories, products and reviews over REST."""

from __future__ import annotations

from spec.target.adapters.rest.rest_verbs import RestVerbs
from spec.target.exchange import Response
from spec.target.steps import Verb
from spec.target.values import Category, Product, ProductPage, Review


class CatalogueVerbs(RestVerbs):
    """The verbs by which a shop is looked at, and reviewed."""

    def list_categories(self, *, page_size: int | None = None) -> Verb[tuple[Category, ...]]:
        request = self.request("list_categories", query={self.fields.query.page_size: page_size})
        read, place = self.readings.category, self.fields.lists.categories
        return self.reading("list_categories", request, lambda answer: self.readings.listed(answer.json(), place, read))

    def list_products(
        self,
        *,
        search: str | None = None,
        category_id: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> Verb[ProductPage]:
        options = {"search": search, "category_id": category_id, "ordering": ordering}
        self.expect_offered(*(f"list_products.{name}" for name, value in options.items() if value is not None))
        names = self.fields.query
        query = {
            names.search: search,
            names.category_id: category_id,
            names.ordering: ordering and self.settings.orderings.get(ordering, ordering),
            names.page_size: page_size,
            names.cursor: cursor,
        }

        def read(answer: Response) -> ProductPage:
            body = answer.json()
            products = self.readings.listed(body, self.fields.lists.products, self.readings.listed_product)
            return ProductPage(products, self.paging.next_cursor(answer, body, len(products), cursor))

        request = self.request("list_products", query=query)
        return self.reading("list_products", request, read, operation="search products" if search is not None else "")

    def open_product(self, product_id: str) -> Verb[Product]:
        request = self.request("open_product", parameters={"product_id": product_id})
        return self.showing("open_product", request, self.readings.product)

    def write_review(self, product_id: str, *, rating: int, title: str, body: str) -> Verb[Review]:
        fields = self.fields.review
        content = self.body("write_review", (fields.rating, rating), (fields.title, title), (fields.body, body))
        request = self.request("write_review", parameters={"product_id": product_id}, json=content)
        return self.showing("write_review", request, self.readings.review)

    def list_reviews(self, product_id: str, *, page_size: int | None = None) -> Verb[tuple[Review, ...]]:
        query = {self.fields.query.page_size: page_size}
        request = self.request("list_reviews", parameters={"product_id": product_id}, query=query)
        read, place = self.readings.review, self.fields.lists.reviews
        return self.reading("list_reviews", request, lambda answer: self.readings.listed(answer.json(), place, read))
